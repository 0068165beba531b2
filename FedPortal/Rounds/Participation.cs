using System.Collections.Frozen;

namespace FedPortal.Rounds;

/// <summary>One institution's part in one round.</summary>
public sealed class Participation
{
    private static readonly FrozenSet<(ParticipationState From, ParticipationState To)> Moves = new[]
    {
        (ParticipationState.Invited, ParticipationState.Keyed),
        (ParticipationState.Invited, ParticipationState.Training),
        (ParticipationState.Invited, ParticipationState.Dropped),
        (ParticipationState.Keyed, ParticipationState.Training),
        (ParticipationState.Keyed, ParticipationState.Dropped),
        (ParticipationState.Training, ParticipationState.Submitted),
        (ParticipationState.Training, ParticipationState.Dropped),
        (ParticipationState.Submitted, ParticipationState.Accepted),
        (ParticipationState.Submitted, ParticipationState.Excluded),
    }.ToFrozenSet();

    public Participation(Guid roundId, Guid institutionId, DateTimeOffset now)
    {
        RoundId = roundId;
        InstitutionId = institutionId;
        ChangedAt = now;
    }

    private Participation()
    {
        // For EF Core.
    }

    public Guid RoundId { get; private set; }

    public Guid InstitutionId { get; private set; }

    public ParticipationState State { get; private set; } = ParticipationState.Invited;

    /// <summary>Why it was excluded or dropped.</summary>
    public string? Reason { get; private set; }

    public DateTimeOffset ChangedAt { get; private set; }

    /// <summary>Training images behind the update.</summary>
    public long? SampleCount { get; private set; }

    /// <summary>Blob of the update as it was received.</summary>
    public string? UpdateHash { get; private set; }

    public long? UpdateBytes { get; private set; }

    /// <summary>Mean training loss of the last epoch.</summary>
    public double? TrainingLoss { get; private set; }

    public TrainingSnapshot? Snapshot { get; private set; }

    public DateTimeOffset? SnapshotAt { get; private set; }

    public static bool CanMove(ParticipationState from, ParticipationState to) => Moves.Contains((from, to));

    public void BeginTraining(DateTimeOffset now) => MoveTo(ParticipationState.Training, now);

    public void Submit(string updateHash, long updateBytes, long sampleCount, double? trainingLoss, DateTimeOffset now)
    {
        MoveTo(ParticipationState.Submitted, now);
        UpdateHash = updateHash;
        UpdateBytes = updateBytes;
        SampleCount = sampleCount;
        TrainingLoss = trainingLoss;
        Snapshot = null;
    }

    public void Accept(DateTimeOffset now) => MoveTo(ParticipationState.Accepted, now);

    public void Exclude(string reason, DateTimeOffset now)
    {
        MoveTo(ParticipationState.Excluded, now);
        Reason = reason;
    }

    public void Drop(string reason, DateTimeOffset now)
    {
        MoveTo(ParticipationState.Dropped, now);
        Reason = reason;
        Snapshot = null;
    }

    /// <summary>Keeps the latest progress; it moves no state.</summary>
    public void Show(TrainingSnapshot? snapshot, DateTimeOffset now)
    {
        Snapshot = snapshot;
        SnapshotAt = now;
    }

    private void MoveTo(ParticipationState next, DateTimeOffset now)
    {
        if (!CanMove(State, next))
        {
            throw new InvalidOperationException($"The participation of institution {InstitutionId} is {State} and cannot become {next}.");
        }

        State = next;
        ChangedAt = now;
    }
}
