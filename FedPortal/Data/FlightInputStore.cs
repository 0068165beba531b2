using FedPortal.Datasets;
using FedPortal.Institutions;
using FedPortal.Rounds;
using FedPortal.Studies;
using FedPortal.Training.Imaging;
using FedPortal.Training.Models;
using FedPortal.Training.Protocol;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace FedPortal.Data;

/// <summary>What a flight plan is worked out from: the roster's data sets, and what earlier rounds took.</summary>
public sealed class FlightInputStore(IDbContextFactory<FedPortalDbContext> contexts, IOptions<PortalOptions> options)
{
    /// <summary>The chosen institutions with their data sets, in the order given; those without one are left out.</summary>
    public async Task<IReadOnlyList<PlannedSeat>> SeatsAsync(IReadOnlyList<(Guid InstitutionId, Guid DatasetId)> roster, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        Guid[] ids = [.. roster.Select(seat => seat.DatasetId)];
        var datasets = await db.Datasets.Where(d => ids.Contains(d.Id)).Select(d => new { d.Id, d.ContentHash, d.Classes }).ToDictionaryAsync(d => d.Id, cancellationToken);
        Dictionary<Guid, Institution> institutions = await db.Institutions.AsNoTracking().ToDictionaryAsync(i => i.Id, cancellationToken);
        return [.. roster.Where(seat => datasets.ContainsKey(seat.DatasetId) && institutions.ContainsKey(seat.InstitutionId)).Select(seat =>
        {
            (Institution institution, var dataset) = (institutions[seat.InstitutionId], datasets[seat.DatasetId]);
            return new PlannedSeat(
                institution.Id, institution.Name, dataset.Id, dataset.ContentHash, ClassCount.TrainOf(dataset.Classes), ClassCount.HoldoutOf(dataset.Classes), institution.IsHosted);
        })];
    }

    /// <summary>Held-out images of each class over these data sets.</summary>
    public async Task<IReadOnlyDictionary<string, int>> HoldoutClassesAsync(IReadOnlyList<Guid> datasetIds, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        var classes = await db.Datasets.Where(d => datasetIds.Contains(d.Id)).Select(d => d.Classes).ToListAsync(cancellationToken);
        return classes.SelectMany(counts => counts).GroupBy(c => c.Class).ToDictionary(g => g.Key, g => g.Sum(c => c.Holdout));
    }

    /// <summary>What the stages took in the latest completed rounds with this network and image size.</summary>
    public async Task<StageFigures> FiguresAsync(ClassifierArchitecture architecture, PreprocessingPipeline preprocessing, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        List<Study> studies = await db.Studies.AsNoTracking().Where(s => s.StartedAt != null).OrderByDescending(s => s.CreatedAt).Take(200).ToListAsync(cancellationToken);
        Dictionary<Guid, Study> alike = studies.Where(s => s.Design.Architecture == architecture && s.Design.Preprocessing.Size == preprocessing.Size).ToDictionary(s => s.Id);
        Guid[] studyIds = [.. alike.Keys];
        List<Round> rounds = await StageTimes.LatestOf(db.Rounds.AsNoTracking().Where(r => studyIds.Contains(r.StudyId))).ToListAsync(cancellationToken);
        Guid[] roundIds = [.. rounds.Select(r => r.Id)];
        List<StageTiming> timings = await db.StageTimings.AsNoTracking().Where(t => roundIds.Contains(t.RoundId)).ToListAsync(cancellationToken);
        Dictionary<(Guid, Guid), int> holdouts = await HoldoutsAsync(db, studyIds, cancellationToken);
        Dictionary<(Guid, Guid), long> samples = await db.Participations.Where(p => roundIds.Contains(p.RoundId) && p.SampleCount != null)
            .ToDictionaryAsync(p => (p.RoundId, p.InstitutionId), p => p.SampleCount!.Value, cancellationToken);

        var byStage = timings.Join(rounds, t => t.RoundId, r => r.Id, (t, r) => (Timing: t, UnitCount: UnitsOf(t, alike[r.StudyId], samples, holdouts)))
            .Where(x => x.UnitCount > 0 && StageNames.All.Contains(x.Timing.Stage))
            .GroupBy(x => x.Timing.Stage)
            .ToDictionary(g => g.Key, g => new StageFigure(Median([.. g.Select(x => x.Timing.Seconds / x.UnitCount)]), g.Count()));
        return new StageFigures(byStage, rounds.Count, options.Value.SitePrograms);
    }

    private static async Task<Dictionary<(Guid Study, Guid Institution), int>> HoldoutsAsync(FedPortalDbContext db, Guid[] studyIds, CancellationToken cancellationToken)
    {
        var seats = await db.Set<RosterEntry>().AsNoTracking().Where(e => studyIds.Contains(e.StudyId))
            .Join(db.Datasets, e => e.DatasetId, d => d.Id, (e, d) => new { e.StudyId, e.InstitutionId, d.Classes }).ToListAsync(cancellationToken);
        return seats.ToDictionary(seat => (seat.StudyId, seat.InstitutionId), seat => ClassCount.HoldoutOf(seat.Classes));
    }

    private static double UnitsOf(StageTiming timing, Study study, Dictionary<(Guid, Guid), long> samples, Dictionary<(Guid, Guid), int> holdouts)
    {
        Guid institution = timing.InstitutionId ?? Guid.Empty;
        long images = samples.GetValueOrDefault((timing.RoundId, institution));
        double values = NetworkSize.ValueCount(study.Design.Model);
        return timing.Stage switch
        {
            StageNames.Decode => images,
            StageNames.Train => images * study.Design.Training.Epochs,
            StageNames.Evaluate => timing.InstitutionId is null ? 0 : holdouts.GetValueOrDefault((study.Id, institution)),
            StageNames.Sum => values * study.Roster.Count,
            StageNames.Screen or StageNames.Unlock => study.Roster.Count,
            _ => values,
        };
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return values[values.Length / 2];
    }
}
