using FedPortal.Encryption.SecureAggregation.Advice;
using FedPortal.Training.Protocol;

namespace FedPortal.Studies;

/// <summary>How long each stage of a round takes: from earlier rounds where there are any, else from the speed of this machine, else not known.</summary>
internal static class StageForecast
{
    /// <param name="travelling">Values of an update that travel.</param>
    public static IReadOnlyList<PlannedStage> Of(
        StudyDesign design, bool isProtected, IReadOnlyList<PlannedSeat> roster, long travelling, StageFigures figures, SetAdvice? set)
    {
        var stages = new List<PlannedStage>();
        foreach (string stage in StageNames.All.Where(stage => isProtected || !StageNames.Protection.Contains(stage)))
        {
            stages.Add(figures.ByStage.TryGetValue(stage, out StageFigure? figure)
                ? new PlannedStage(stage, Wall(stage, figure, design, roster, travelling, figures.SitePrograms), StageSource.Rounds, $"from {figure.Measurements} measurements in {figures.Rounds} rounds of this network here")
                : FromMachine(stage, roster, set, figures.SitePrograms) is { } seconds
                    ? new PlannedStage(stage, seconds, StageSource.Machine, "from the speed of one core of this machine, measured since the portal started")
                    : new PlannedStage(stage, null, StageSource.Unknown, "not measured on this portal yet"));
        }

        return stages;
    }

    private static double Wall(string stage, StageFigure figure, StudyDesign design, IReadOnlyList<PlannedSeat> roster, long values, int sitePrograms)
    {
        double unit = figure.SecondsPerUnit;
        return stage switch
        {
            StageNames.Decode => AtSites(roster, seat => unit * (seat.TrainCount + seat.HoldoutCount), sitePrograms),
            StageNames.Train => AtSites(roster, seat => unit * seat.TrainCount * design.Training.Epochs, sitePrograms),
            StageNames.Evaluate => AtSites(roster, seat => unit * seat.HoldoutCount, sitePrograms),
            StageNames.Perturb or StageNames.Encrypt or StageNames.Upload => AtSites(roster, _ => unit * values, sitePrograms),
            StageNames.Sum => unit * values * roster.Count,
            StageNames.Screen or StageNames.Unlock => unit * roster.Count,
            _ => unit * values,
        };
    }

    private static double? FromMachine(string stage, IReadOnlyList<PlannedSeat> roster, SetAdvice? set, int sitePrograms) => stage switch
    {
        StageNames.Encrypt when set?.ProtectSeconds is { } seconds => AtSites(roster, _ => seconds, sitePrograms),
        StageNames.Sum => set?.SumSeconds,
        StageNames.Decrypt => set?.DecryptSeconds,
        _ => null,
    };

    // Institutions with their own machine work at the same time; those on the portal's machine share its site programs.
    private static double AtSites(IReadOnlyList<PlannedSeat> roster, Func<PlannedSeat, double> seconds, int sitePrograms) =>
        roster.Count == 0 ? 0 : Math.Max(roster.Max(seconds), roster.Where(seat => seat.IsHosted).Sum(seconds) / Math.Max(1, sitePrograms));
}
