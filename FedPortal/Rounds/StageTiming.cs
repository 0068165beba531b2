namespace FedPortal.Rounds;

/// <summary>How long one stage of a round took, for the whole round or at one institution.</summary>
public sealed class StageTiming
{
    public StageTiming(Guid roundId, Guid? institutionId, string stage, double seconds, DateTimeOffset endedAt)
    {
        Id = Guid.CreateVersion7(endedAt);
        RoundId = roundId;
        InstitutionId = institutionId;
        Stage = stage;
        Seconds = seconds;
        EndedAt = endedAt;
    }

    private StageTiming()
    {
        // For EF Core.
    }

    public Guid Id { get; private set; }

    public Guid RoundId { get; private set; }

    /// <summary>Null for the round as a whole.</summary>
    public Guid? InstitutionId { get; private set; }

    /// <summary>A name of <see cref="Training.Protocol.StageNames"/>.</summary>
    public string Stage { get; private set; } = "";

    public double Seconds { get; private set; }

    public DateTimeOffset EndedAt { get; private set; }
}
