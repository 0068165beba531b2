namespace FedPortal.Privacy;

/// <summary>An assessment of risk that an admin put into force. It is never changed or taken back: later ones can only make it stricter.</summary>
public sealed class RiskDecision
{
    public RiskDecision(Guid studyId, RiskInputs inputs, RiskOutcome outcome, string actor, string note, DateTimeOffset now)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(actor);
        Id = Guid.CreateVersion7(now);
        StudyId = studyId;
        Inputs = inputs;
        Reasons = outcome.Reasons;
        Actor = actor;
        Note = note;
        At = now;
    }

    private RiskDecision()
    {
        // For EF Core.
    }

    public Guid Id { get; private set; }

    public Guid StudyId { get; private set; }

    /// <summary>Rounds that are planned from then on are restricted.</summary>
    public DateTimeOffset At { get; private set; }

    public string Actor { get; private set; } = "";

    /// <summary>The admin's own words; may be empty.</summary>
    public string Note { get; private set; } = "";

    public RiskInputs Inputs { get; private set; } = null!;

    public IReadOnlyList<RiskReason> Reasons { get; private set; } = [];

    public RiskRestriction Restriction => new RiskOutcome(Reasons).Restriction;

    /// <summary>What holds under all decisions together.</summary>
    public static RiskRestriction Together(IEnumerable<RiskDecision> decisions) =>
        decisions.Select(decision => decision.Restriction).Aggregate(RiskRestriction.None, (all, one) => all.And(one));
}
