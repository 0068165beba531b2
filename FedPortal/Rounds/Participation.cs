using System.Collections.Frozen;
using FedPortal.Training.Screening;

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

    /// <summary>Hash of the ciphertext as the accepted set names it; protected rounds only.</summary>
    public string? CiphertextHash { get; private set; }

    /// <summary>Blob of the sealed shares of its one-time key; protected rounds only.</summary>
    public string? SharesHash { get; private set; }

    /// <summary>Blob of the signed statement beside its ciphertext: examples and sketch; protected rounds only.</summary>
    public string? StatementHash { get; private set; }

    /// <summary>What screening found; null before, and in plain rounds.</summary>
    public ScreeningVerdict? Verdict { get; private set; }

    /// <summary>Something about its part as a helper that its people should know, for example that its answer did not fit the others'.</summary>
    public string? HelperNote { get; private set; }

    /// <summary>The institution asks to look at its exclusion again, in its own words.</summary>
    public string? Appeal { get; private set; }

    /// <summary>What an administrator answered to <see cref="Appeal"/>, and whether it was upheld.</summary>
    public string? AppealDecision { get; private set; }

    public bool? AppealUpheld { get; private set; }

    /// <summary>Mean training loss of the last epoch.</summary>
    public double? TrainingLoss { get; private set; }

    public TrainingSnapshot? Snapshot { get; private set; }

    public DateTimeOffset? SnapshotAt { get; private set; }

    public static bool CanMove(ParticipationState from, ParticipationState to) => Moves.Contains((from, to));

    /// <summary>Keeps the sealed shares of the one-time key. A site that lost its key to a crash deals anew, until it has submitted.</summary>
    public void Key(string sharesHash, DateTimeOffset now)
    {
        if (State is ParticipationState.Keyed or ParticipationState.Training && SharesHash is not null)
        {
            ChangedAt = now;
        }
        else
        {
            MoveTo(ParticipationState.Keyed, now);
        }

        SharesHash = sharesHash;
    }

    public void BeginTraining(DateTimeOffset now) => MoveTo(ParticipationState.Training, now);

    /// <summary>Takes in an encrypted update.</summary>
    public void SubmitProtected(
        string updateHash, long updateBytes, string ciphertextHash, string statementHash, long sampleCount, double? trainingLoss, DateTimeOffset now)
    {
        Submit(updateHash, updateBytes, sampleCount, trainingLoss, now);
        CiphertextHash = ciphertextHash;
        StatementHash = statementHash;
    }

    public void Submit(string updateHash, long updateBytes, long sampleCount, double? trainingLoss, DateTimeOffset now)
    {
        MoveTo(ParticipationState.Submitted, now);
        UpdateHash = updateHash;
        UpdateBytes = updateBytes;
        SampleCount = sampleCount;
        TrainingLoss = trainingLoss;
        Snapshot = null;
    }

    public void Judge(ScreeningVerdict verdict) => Verdict = verdict;

    public void NoteHelper(string note, DateTimeOffset now)
    {
        HelperNote = note;
        ChangedAt = now;
    }

    public void Accept(DateTimeOffset now) => MoveTo(ParticipationState.Accepted, now);

    public void Exclude(string reason, DateTimeOffset now)
    {
        MoveTo(ParticipationState.Excluded, now);
        Reason = reason;
    }

    /// <summary>An excluded institution asks an administrator to look again. Once.</summary>
    public void AppealAgainst(string words, DateTimeOffset now)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(words);
        if (State != ParticipationState.Excluded || Appeal is not null)
        {
            throw new InvalidOperationException($"Only an exclusion can be appealed, and once; this participation is {State}{(Appeal is null ? "" : " and was appealed")}.");
        }

        Appeal = words;
        ChangedAt = now;
    }

    /// <summary>The administrator's answer. The round stays as it is: what was left out of a sum stays out.</summary>
    public void DecideAppeal(bool upheld, string words, DateTimeOffset now)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(words);
        if (Appeal is null || AppealUpheld is not null)
        {
            throw new InvalidOperationException(Appeal is null ? "There is no appeal to decide." : "The appeal was decided already.");
        }

        AppealUpheld = upheld;
        AppealDecision = words;
        ChangedAt = now;
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
