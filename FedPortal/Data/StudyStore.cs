using FedPortal.Audit;
using FedPortal.Datasets;
using FedPortal.Institutions;
using FedPortal.Privacy;
using FedPortal.Rounds;
using FedPortal.Studies;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Data;

/// <summary>Studies: their design, roster and state.</summary>
public sealed class StudyStore(IDbContextFactory<FedPortalDbContext> contexts, LiveUpdates live, TimeProvider clock)
{
    public async Task<IReadOnlyList<StudyRow>> ListAsync(CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        return await RowsAsync(db, db.Studies.OrderByDescending(s => s.CreatedAt), cancellationToken);
    }

    /// <summary>One study as on the list; null when there is none.</summary>
    public async Task<StudyRow?> FindRowAsync(Guid id, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        return (await RowsAsync(db, db.Studies.Where(s => s.Id == id), cancellationToken)).SingleOrDefault();
    }

    public async Task<StudyDetail?> FindAsync(Viewer viewer, Guid id, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await db.Studies.AsNoTracking().SingleOrDefaultAsync(s => s.Id == id, cancellationToken) is not { } study)
        {
            return null;
        }

        int done = await db.Rounds.CountAsync(r => r.StudyId == id && r.State == RoundState.Completed, cancellationToken);
        string? holdout = await db.Datasets.Where(d => d.Id == study.HoldoutDatasetId).Select(d => d.Name).SingleOrDefaultAsync(cancellationToken);
        IReadOnlyList<RosterRow> roster = await RosterAsync(db, study, cancellationToken);
        return new StudyDetail(
            RowOf(study, done), study.Design, [.. roster.Select(viewer.Narrow)], roster.Sum(seat => seat.TrainCount ?? 0), roster.Sum(seat => seat.HoldoutCount ?? 0),
            study.HoldoutDatasetId, holdout,
            ProtectionStatement.Of(study.Design.Strategy), await StageAsync(db, study, cancellationToken));
    }

    /// <summary>Creates a draft.</summary>
    /// <param name="roster">Institution and data set of each seat.</param>
    /// <returns>The study's id and no problems, or null and what is wrong with the design, in words for a person.</returns>
    public async Task<(Guid? Id, IReadOnlyList<string> Problems)> CreateAsync(
        StudyDesign design, IReadOnlyList<(Guid InstitutionId, Guid DatasetId)> roster, Guid? holdoutDatasetId, string actor, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        Guid[] ids = [.. roster.Select(entry => entry.DatasetId), .. holdoutDatasetId is { } holdout ? [holdout] : Array.Empty<Guid>()];
        Dictionary<Guid, Dataset> datasets = await db.Datasets.AsNoTracking().Where(d => ids.Contains(d.Id)).ToDictionaryAsync(d => d.Id, cancellationToken);
        Dictionary<Guid, Institution> institutions = await db.Institutions.AsNoTracking().ToDictionaryAsync(i => i.Id, cancellationToken);
        List<string> problems = [.. design.Problems(roster.Count), .. StudyRoster.Problems(design, roster, holdoutDatasetId, institutions, datasets, clock.GetUtcNow())];
        if (problems.Count > 0)
        {
            return (null, problems);
        }

        DateTimeOffset now = clock.GetUtcNow();
        var study = new Study(design, roster, holdoutDatasetId, datasets.Values.Any(d => d.IsSynthetic), now);
        db.Studies.Add(study);
        db.AuditEntries.Add(new AuditEntry(now, actor, "study", study.Id, $"Study '{study.Name}' created with {roster.Count} institutions."));
        await db.SaveChangesAsync(cancellationToken);
        live.Publish(new LiveUpdate(LiveSubject.Study, study.Id, study.Id));
        return (study.Id, []);
    }

    /// <summary>Puts an ended study away, or takes it back.</summary>
    /// <returns>False when it has not ended, or others were faster time after time.</returns>
    public Task<bool> ArchiveAsync(Guid id, bool isArchived, string actor, CancellationToken cancellationToken) => isArchived
        ? TryChangeAsync(id, study => Study.CanArchive(study.State), (study, now) => study.Archive(now), actor, "Archived.", cancellationToken)
        : TryChangeAsync(id, study => Study.CanArchive(study.State), (study, now) => study.Restore(now), actor, "Taken out of the archive.", cancellationToken);

    /// <summary>Keeps a running study from beginning new rounds, or lets it begin them again.</summary>
    /// <returns>False when its state does not allow it, or others were faster time after time.</returns>
    internal Task<bool> TryPauseAsync(Guid id, bool isPaused, string actor, CancellationToken cancellationToken) => isPaused
        ? TryChangeAsync(
            id, study => Study.CanPause(study.State, study.PausedAt is not null), (study, now) => study.Pause(now), actor, "Paused: no new round begins, an open one goes on to its end.", cancellationToken)
        : TryChangeAsync(id, study => study.PausedAt is not null, (study, now) => study.Resume(now), actor, "Resumed after a pause: rounds begin again.", cancellationToken);

    /// <summary>Lets a study change itself and saves that with its audit entry.</summary>
    /// <returns>False when its state does not allow the change, or others were faster time after time.</returns>
    internal Task<bool> TryMoveAsync(Guid id, StudyState to, Action<Study, DateTimeOffset> change, string actor, string told, CancellationToken cancellationToken) =>
        TryChangeAsync(id, study => Study.CanMove(study.State, to), change, actor, told, cancellationToken);

    internal async Task<IReadOnlyList<Guid>> RunningAsync(CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Studies.Where(s => s.State == StudyState.Running).Select(s => s.Id).ToListAsync(cancellationToken);
    }

    private async Task<bool> TryChangeAsync(
        Guid id, Func<Study, bool> isAllowed, Action<Study, DateTimeOffset> change, string actor, string told, CancellationToken cancellationToken)
    {
        Study? changed = await contexts.TryChangeAsync(async db =>
        {
            Study study = await db.Studies.SingleAsync(s => s.Id == id, cancellationToken);
            if (!isAllowed(study))
            {
                return null;
            }

            DateTimeOffset now = clock.GetUtcNow();
            change(study, now);
            db.AuditEntries.Add(new AuditEntry(now, actor, "study", id, told));
            return study;
        }, cancellationToken);
        if (changed is not null)
        {
            live.Publish(new LiveUpdate(LiveSubject.Study, id, id));
        }

        return changed is not null;
    }

    // Without the plan, which is long, and without the seats, of which a list shows the number.
    private static async Task<IReadOnlyList<StudyRow>> RowsAsync(FedPortalDbContext db, IQueryable<Study> studies, CancellationToken cancellationToken)
    {
        var rows = await studies.IgnoreAutoIncludes().Select(s => new
        {
            s.Id,
            s.Name,
            s.State,
            s.IsSynthetic,
            s.Design,
            s.CreatedAt,
            s.StartedAt,
            s.ChangedAt,
            s.FailureReason,
            s.ArchivedAt,
            s.PausedAt,
            Seats = s.Roster.Count,
            Done = db.Rounds.Count(r => r.StudyId == s.Id && r.State == RoundState.Completed),
        }).ToListAsync(cancellationToken);
        return [.. rows.Select(s => new StudyRow(
            s.Id, s.Name, s.State, s.IsSynthetic, s.Done, s.Design.Rounds, s.Seats, s.CreatedAt, s.StartedAt, s.ChangedAt, s.FailureReason,
            ProtectionStatement.Of(s.Design.Strategy), s.ArchivedAt, s.PausedAt))];
    }

    private static StudyRow RowOf(Study s, int done) => new(
        s.Id, s.Name, s.State, s.IsSynthetic, done, s.Design.Rounds, s.Roster.Count, s.CreatedAt, s.StartedAt, s.ChangedAt, s.FailureReason,
        ProtectionStatement.Of(s.Design.Strategy), s.ArchivedAt, s.PausedAt);

    private static async Task<IReadOnlyList<RosterRow>> RosterAsync(FedPortalDbContext db, Study study, CancellationToken cancellationToken)
    {
        var rows = await (from entry in db.Set<RosterEntry>().AsNoTracking()
                          where entry.StudyId == study.Id
                          join institution in db.Institutions on entry.InstitutionId equals institution.Id
                          join dataset in db.Datasets on entry.DatasetId equals dataset.Id
                          orderby entry.Seat
                          select new { Institution = institution, dataset.Id, dataset.Name, dataset.Classes }).ToListAsync(cancellationToken);
        return [.. rows.Select(r => new RosterRow(
            r.Institution.Id, r.Institution.Name, r.Institution.ShortCode, r.Institution.ColourIndex,
            r.Id, r.Name, ClassCount.TrainOf(r.Classes), ClassCount.HoldoutOf(r.Classes)))];
    }

    private static async Task<string> StageAsync(FedPortalDbContext db, Study study, CancellationToken cancellationToken)
    {
        if (study.State != StudyState.Running || await db.Rounds.AnyAsync(r => r.StudyId == study.Id, cancellationToken))
        {
            return "";
        }

        bool hasModel = await db.ModelVersions.AnyAsync(m => m.StudyId == study.Id, cancellationToken);
        return hasModel ? "evaluating the first model" : "making the first model";
    }
}
