namespace FedPortal.Models;

/// <summary>One attack test of one model version. Signatures name its result by <see cref="ModelTestRun.OutcomeHash"/>.</summary>
public sealed class AttackRun : ModelTestRun
{
    public AttackRun(Guid studyId, int modelVersion, AttackKind kind, string startedBy, DateTimeOffset now)
        : base(studyId, modelVersion, startedBy, now)
    {
        Kind = kind;
    }

    private AttackRun()
    {
        // For EF Core.
    }

    public AttackKind Kind { get; private set; }

    /// <summary>The lower bound of ε that was found; null until done, and for tests that give none.</summary>
    public double? EpsilonFound { get; private set; }

    public override string Title => $"attack test '{Kind}'";

    public override bool IsSameAs(ModelTestRun other) => other is AttackRun attack && attack.Kind == Kind;

    /// <param name="outcomeJson">The <see cref="AttackOutcome"/>.</param>
    public void Finish(string outcomeJson, string outcomeHash, double? epsilonFound, DateTimeOffset now)
    {
        Finish(outcomeJson, outcomeHash, now);
        EpsilonFound = epsilonFound;
    }
}
