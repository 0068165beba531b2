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
    private const int RoundsLookedAt = 40;

    /// <summary>Means are over the latest rounds.</summary>
    public async Task<FlightComparison> CompareAsync(Viewer viewer, Guid studyId, FlightPlan plan, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        Study study = await db.Studies.AsNoTracking().SingleAsync(s => s.Id == studyId, cancellationToken);
        int count = await db.Rounds.CountAsync(r => r.StudyId == studyId && r.State == RoundState.Completed, cancellationToken);
        List<Guid> done = await db.Rounds.Where(r => r.StudyId == studyId && r.State == RoundState.Completed).OrderByDescending(r => r.Number).Take(RoundsLookedAt)
            .OrderBy(r => r.Number).Select(r => r.Id).ToListAsync(cancellationToken);
        List<StageTiming> timings = await db.StageTimings.AsNoTracking().Where(t => done.Contains(t.RoundId)).ToListAsync(cancellationToken);
        double? bytes = viewer.SeesAll ? await db.Participations.Where(p => done.Contains(p.RoundId) && p.UpdateBytes != null).AverageAsync(p => (double?)p.UpdateBytes, cancellationToken) : null;
        Guid latest = done.LastOrDefault();
        int contributors = await db.Participations.CountAsync(p => p.RoundId == latest && p.State == ParticipationState.Accepted, cancellationToken);
        StudySpending spent = await spending.OfAsync(studyId, cancellationToken);
        return new FlightComparison(
            count, plan.Design.Rounds, [.. (plan.Privacy?.Views ?? []).Select(loss => Compared(loss, spent, count))],
            plan.Error.Total, ErrorOf(plan, contributors), plan.Traffic.UpdateBytes, bytes, StagesOf(plan, timings, done),
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

    private static List<ComparedStage> StagesOf(FlightPlan plan, List<StageTiming> timings, List<Guid> done)
    {
        Dictionary<string, double?> planned = plan.Stages.ToDictionary(stage => stage.Stage, stage => stage.Seconds);
        ILookup<(Guid Round, string Stage), StageTiming> byRound = timings.ToLookup(t => (t.RoundId, t.Stage));
        string[] names = [.. StageNames.All.Where(name => planned.ContainsKey(name) || timings.Any(t => t.Stage == name))];
        return [.. names.Select(name =>
        {
            double?[] walls = [.. done.Select(round => WallOf(byRound[(round, name)]))];
            double[] known = [.. walls.OfType<double>()];
            return new ComparedStage(name, planned.GetValueOrDefault(name), walls.LastOrDefault(), known.Length == 0 ? null : known.Average());
        })];
    }

    // Of institutions the slowest counts; the portal's own part is added.
    private static double? WallOf(IEnumerable<StageTiming> timings)
    {
        StageTiming[] all = [.. timings];
        return all.Length == 0 ? null
            : all.Where(t => t.InstitutionId is not null).GroupBy(t => t.InstitutionId).Select(g => g.Sum(t => t.Seconds)).DefaultIfEmpty(0).Max()
              + all.Where(t => t.InstitutionId is null).Sum(t => t.Seconds);
    }
}
