using FedPortal.Training.Accounting;

namespace FedPortal.Studies;

/// <summary>ε of one adversary: what the plan allows and what the ledgers add up to.</summary>
/// <param name="PlannedSoFar">The plan's limit after the rounds completed; null where no bound was promised or no round is done.</param>
/// <param name="PlannedTotal">The limit after all rounds.</param>
/// <param name="Actual">From the ledgers; null where there is no bound or nothing was released.</param>
/// <param name="ActualWords">As the reports say it.</param>
public sealed record ComparedLoss(string View, double? PlannedSoFar, double? PlannedTotal, double? Actual, string ActualWords);

/// <param name="Planned">Seconds; null where the plan did not know.</param>
/// <param name="Latest">In the latest completed round; null where it was not recorded.</param>
/// <param name="Mean">Over all completed rounds.</param>
public sealed record ComparedStage(string Stage, double? Planned, double? Latest, double? Mean);

/// <summary>A flight plan beside what happened.</summary>
/// <param name="ErrorActual">The plan's formula with as many updates as arrived in the latest round; null before the first.</param>
/// <param name="UpdateBytesActual">Mean bytes of an update as received; null where the viewer may not know or none came.</param>
/// <param name="Deviation">Why the run left its plan, or null.</param>
public sealed record FlightComparison(
    int RoundsDone, int RoundsPlanned, IReadOnlyList<ComparedLoss> Losses, double ErrorPlanned, double? ErrorActual, long UpdateBytesPlanned, double? UpdateBytesActual,
    IReadOnlyList<ComparedStage> Stages, string? Deviation);

/// <summary>What a study has released so far, from its institutions' ledgers.</summary>
/// <param name="Releases">Updates that were charged, those of failed attempts among them.</param>
/// <param name="Sums">By view; missing where nothing was released.</param>
public sealed record StudySpending(int Releases, IReadOnlyDictionary<PrivacyView, PrivacyStatement> Sums)
{
    public static StudySpending Nothing { get; } = new(0, new Dictionary<PrivacyView, PrivacyStatement>());
}
