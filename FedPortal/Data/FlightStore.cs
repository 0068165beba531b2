using FedPortal.Institutions;
using FedPortal.Rounds;
using FedPortal.Studies;
using FedPortal.Training.Accounting;
using FedPortal.Training.Protocol;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Data;

/// <summary>What happened in a study's rounds, beside what its flight plan said.</summary>
public sealed class FlightStore(IDbContextFactory<FedPortalDbContext> contexts, SpendingStore spending)
{
    /// <summary>Means are over the latest rounds.</summary>
    public async Task<FlightComparison> CompareAsync(Viewer viewer, Guid studyId, FlightPlan plan, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        Study study = await db.Studies.AsNoTracking().SingleAsync(s => s.Id == studyId, cancellationToken);
        int count = await db.Rounds.CountAsync(r => r.StudyId == studyId && r.State == RoundState.Completed, cancellationToken);
        List<Guid> done = await StageTimes.LatestOf(db.Rounds.Where(r => r.StudyId == studyId)).OrderBy(r => r.Number).Select(r => r.Id).ToListAsync(cancellationToken);
        ILookup<Guid, (string Stage, double Seconds)> walls = await StageTimes.WallsAsync(db, Viewer.Everything, done, cancellationToken);
        double? bytes = viewer.SeesAll ? await db.Participations.Where(p => done.Contains(p.RoundId) && p.UpdateBytes != null).AverageAsync(p => (double?)p.UpdateBytes, cancellationToken) : null;
        Guid latest = done.LastOrDefault();
        int contributors = await db.Participations.CountAsync(p => p.RoundId == latest && p.State == ParticipationState.Accepted, cancellationToken);
        StudySpending spent = await spending.OfAsync(studyId, cancellationToken);
        return new FlightComparison(
            count, plan.Design.Rounds, [.. (plan.Privacy?.Views ?? []).Select(loss => Compared(loss, spent, count))],
            plan.Error.Total, ErrorOf(plan, contributors), plan.Traffic.UpdateBytes, bytes, StagesOf(plan, walls, done),
            FlightWatch.Deviation(plan, study.Design, await ActiveAsync(db, study, cancellationToken), spent) is { } deviation && study.State is StudyState.Running or StudyState.Failed && count < plan.Design.Rounds ? deviation : null);
    }

    /// <returns>Why the study's next round must not be opened, or null; null also for a study without a plan.</returns>
    internal async Task<string?> DeviationAsync(Study study, CancellationToken cancellationToken)
    {
        if (study.PlanText is not { } text)
        {
            return null;
        }

        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        return FlightPlan.HashOf(text) != study.PlanHash
            ? "The flight plan on record is not the one that was signed: its hash differs."
            : FlightWatch.Deviation(FlightPlan.FromText(text), study.Design, await ActiveAsync(db, study, cancellationToken), await spending.OfAsync(study.Id, cancellationToken));
    }

    private static Task<int> ActiveAsync(FedPortalDbContext db, Study study, CancellationToken cancellationToken)
    {
        Guid[] roster = [.. study.Roster.Select(seat => seat.InstitutionId)];
        return db.Institutions.CountAsync(i => roster.Contains(i.Id) && i.Status == InstitutionStatus.Active, cancellationToken);
    }

    private static ComparedLoss Compared(PlannedLoss loss, StudySpending spent, int done)
    {
        PrivacyStatement actual = Enum.TryParse(loss.View, out PrivacyView view) && spent.Sums.TryGetValue(view, out PrivacyStatement? sum) ? sum : new NothingReleased();
        return new ComparedLoss(loss.View, done > 0 ? loss.LimitByRound[Math.Min(done, loss.LimitByRound.Count) - 1] : null, loss.Limit, (actual as EpsilonStatement)?.Epsilon, PrivacyWording.Of(actual));
    }

    // The plan's formula with k in the place of n: rounding and noise of a mean fall with the root of the contributors.
    private static double? ErrorOf(FlightPlan plan, int contributors) =>
        contributors == 0 || plan.Encryption is null ? null : plan.Error.Total * Math.Sqrt((double)plan.Roster.Count / contributors);

    private static List<ComparedStage> StagesOf(FlightPlan plan, ILookup<Guid, (string Stage, double Seconds)> walls, List<Guid> done)
    {
        Dictionary<string, double?> planned = plan.Stages.ToDictionary(stage => stage.Stage, stage => stage.Seconds);
        Dictionary<string, double>[] measured = [.. done.Select(round => walls[round].ToDictionary(wall => wall.Stage, wall => wall.Seconds))];
        string[] names = [.. StageNames.All.Where(name => planned.ContainsKey(name) || measured.Any(round => round.ContainsKey(name)))];
        return [.. names.Select(name =>
        {
            double[] known = [.. measured.Where(round => round.ContainsKey(name)).Select(round => round[name])];
            double? latest = measured.LastOrDefault() is { } last && last.TryGetValue(name, out double seconds) ? seconds : null;
            return new ComparedStage(name, planned.GetValueOrDefault(name), latest, known.Length == 0 ? null : known.Average());
        })];
    }
}
