using System.Globalization;
using System.Text.Json;
using FedPortal.Models;
using FedPortal.Rounds;
using FedPortal.Runs;
using FedPortal.Studies;
using FedPortal.Training.Datasets.Phantoms;
using FedPortal.Training.Protocol;
using FedPortal.Training.Robustness;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Data;

/// <summary>Robustness tests.</summary>
public sealed class RobustnessStore(IDbContextFactory<FedPortalDbContext> contexts, LiveUpdates live, TimeProvider clock) : ModelTestStore<RobustnessRun>(contexts, live, clock)
{
    /// <returns>Null when there is no such version.</returns>
    public async Task<RobustnessView?> FindAsync(Viewer viewer, Guid studyId, int version, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        await using FedPortalDbContext db = await Contexts.CreateDbContextAsync(cancellationToken);
        Study? study = await db.Studies.AsNoTracking().SingleOrDefaultAsync(s => s.Id == studyId, cancellationToken);
        if (study is null || !await db.ModelVersions.AnyAsync(m => m.StudyId == studyId && m.Version == version, cancellationToken))
        {
            return null;
        }

        List<RobustnessRun> runs = await db.RobustnessRuns.AsNoTracking().Where(r => r.StudyId == studyId && r.ModelVersion == version)
            .OrderByDescending(r => r.CreatedAt).ToListAsync(cancellationToken);
        ReleaseState? release = await db.ModelReleases.Where(r => r.StudyId == studyId && r.Version == version).Select(r => (ReleaseState?)r.State).SingleOrDefaultAsync(cancellationToken);
        Dictionary<Guid, string> names = await db.Institutions.AsNoTracking().ToDictionaryAsync(i => i.Id, i => i.Name, cancellationToken);
        return new RobustnessView(
            studyId, study.Name, version, study.IsSynthetic, study.Design.Classes.SequenceEqual(PhantomConsortium.Classes), study.HoldoutDatasetId is not null, release,
            study.Design.Classes, names, [.. runs.Select(run => viewer.Narrow(RowOf(run)))]);
    }

    /// <summary>Whether a picture is one of this test's. Pages ask for many pictures, so no other test is read. Pictures are of phantoms, for everybody who is signed in.</summary>
    internal async Task<bool> HasPictureAsync(Guid studyId, int version, Guid id, string hash, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await Contexts.CreateDbContextAsync(cancellationToken);
        RobustnessRun? run = await db.RobustnessRuns.AsNoTracking().SingleOrDefaultAsync(r => r.Id == id && r.StudyId == studyId && r.ModelVersion == version, cancellationToken);
        return run is not null && OutcomeOf(run)?.PictureHashes().Contains(hash, StringComparer.Ordinal) == true;
    }

    /// <summary>Asks for a test, unless the same one is waiting or running.</summary>
    /// <returns>Its id, or null when that test is under way on these images.</returns>
    /// <exception cref="ArgumentException">The plan cannot be run on these images; the message says why.</exception>
    internal Task<Guid?> TryAddAsync(Guid studyId, int version, RobustnessPlan plan, RobustnessTarget target, int phantoms, string actor, CancellationToken cancellationToken) =>
        TryAddAsync(new RobustnessRun(studyId, version, plan, target, phantoms, actor, Clock.GetUtcNow()), beside: [], cancellationToken);

    /// <summary>Begins a test; on hold-outs the assignments of the institutions, and one for the consortium's hold-out, are added in the same transaction.</summary>
    internal Task<bool> TryBeginAsync(Guid id, CancellationToken cancellationToken) => TryChangeAsync(id, RunState.Waiting, "begins.", async (db, run, now) =>
    {
        List<Assignment> work = [];
        if (run.Target == RobustnessTarget.Holdouts)
        {
            Study study = await db.Studies.AsNoTracking().SingleAsync(s => s.Id == run.StudyId, cancellationToken);
            Assignment Of(Guid? institution, Guid dataset, int seat) => new(study.Id, roundId: null, institution, dataset, AssignmentKind.Robustness, run.ModelVersion, seat, now);
            work.AddRange(study.Roster.Select(entry => Of(entry.InstitutionId, entry.DatasetId, entry.Seat)));
            work.AddRange(study.HoldoutDatasetId is { } holdout ? [Of(null, holdout, study.Roster.Count)] : []);
            db.Assignments.AddRange(work);
        }

        run.Begin([.. work.Select(assignment => assignment.Id)], now);
    }, cancellationToken);

    internal Task<bool> TryFinishAsync(Guid id, RobustnessOutcome outcome, CancellationToken cancellationToken)
    {
        string json = JsonSerializer.Serialize(outcome, ProtocolJson.Options);
        string hash = ContentHash.OfText(json);
        return TryChangeAsync(id, RunState.Running, $"is done. {Told(outcome)}Result {hash}.", (run, now) => run.Finish(json, hash, now), cancellationToken);
    }

    /// <summary>The plan that an institution's assignment belongs to; null when nobody waits for it.</summary>
    internal async Task<RobustnessPlan?> PlanOfAsync(Assignment assignment, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await Contexts.CreateDbContextAsync(cancellationToken);
        List<RobustnessRun> running = await db.RobustnessRuns.AsNoTracking()
            .Where(r => r.StudyId == assignment.StudyId && r.ModelVersion == assignment.ModelVersion && r.State == RunState.Running).ToListAsync(cancellationToken);
        return running.FirstOrDefault(run => run.AssignmentIds.Contains(assignment.Id))?.Plan;
    }

    internal static RobustnessOutcome? OutcomeOf(RobustnessRun run) =>
        run.OutcomeJson is null ? null : JsonSerializer.Deserialize<RobustnessOutcome>(run.OutcomeJson, ProtocolJson.Options);

    private static string Told(RobustnessOutcome outcome) => outcome.Report?.Curves is [{ Points: [var clean, .., var worst] }, ..]
        ? string.Create(CultureInfo.InvariantCulture, $"Accuracy {Value(clean)} undisturbed and {Value(worst)} at the strongest of the first curve. ")
        : "";

    private static string Value(RobustnessPoint point) => point.Accuracy.Value?.ToString("0.000", CultureInfo.InvariantCulture) ?? "without support";

    private static RobustnessRow RowOf(RobustnessRun run) => new(
        run.Id, run.Test, run.Target, run.Plan, run.Phantoms, run.State, run.StartedBy, run.Stage, run.Progress, OutcomeOf(run), run.OutcomeHash, run.FailureReason, run.CreatedAt, run.ChangedAt);
}
