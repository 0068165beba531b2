using System.Linq.Expressions;
using System.Text.Json;
using FedPortal.Institutions;
using FedPortal.Models;
using FedPortal.Privacy;
using FedPortal.Rounds;
using FedPortal.Studies;
using FedPortal.Training.Evaluation;
using FedPortal.Training.Protocol;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Data;

/// <summary>Reads rounds, their participations, timings and evaluations for the screens and the API.</summary>
public sealed class RoundStore(IDbContextFactory<FedPortalDbContext> contexts)
{
    /// <summary>Rounds, newest first.</summary>
    /// <param name="studyId">Only this study's, or null for all.</param>
    public async Task<IReadOnlyList<RoundRow>> ListAsync(Guid? studyId, int skip, int take, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        List<Round> rounds = await db.Rounds.AsNoTracking().Where(r => studyId == null || r.StudyId == studyId)
            .OrderByDescending(r => r.CreatedAt).Skip(skip).Take(take).ToListAsync(cancellationToken);
        return await RowsOfAsync(db, rounds, cancellationToken);
    }

    public async Task<int> CountAsync(Guid? studyId, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Rounds.CountAsync(r => studyId == null || r.StudyId == studyId, cancellationToken);
    }

    /// <summary>One page of the rounds that match, in the wished order.</summary>
    public async Task<IReadOnlyList<RoundRow>> ListAsync(RoundFilter filter, RoundSort sort, bool ascending, int skip, int take, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        List<Round> rounds = await Sorted(Filtered(db, filter), sort, ascending).Skip(skip).Take(take).ToListAsync(cancellationToken);
        return await RowsOfAsync(db, rounds, cancellationToken);
    }

    public async Task<int> CountAsync(RoundFilter filter, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        return await Filtered(db, filter).CountAsync(cancellationToken);
    }

    /// <summary>Attempts that failed after a moment, of all studies.</summary>
    public async Task<int> CountFailedAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Rounds.CountAsync(r => r.State == RoundState.Failed && r.ChangedAt > since, cancellationToken);
    }

    /// <summary>The newest round that has not ended, of all studies, with what the viewer's own institutions do in it; null when none is open.</summary>
    public async Task<OwnPart?> CurrentAsync(Viewer viewer, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        RoundState[] open = [.. Enum.GetValues<RoundState>().Where(state => !RoundMoves.IsFinal(state))];
        var current = await db.Rounds.Where(r => open.Contains(r.State)).OrderByDescending(r => r.CreatedAt)
            .Join(db.Studies.IgnoreAutoIncludes(), r => r.StudyId, s => s.Id, (r, s) => new { r.Id, r.Number, r.CreatedAt, s.Name }).OrderByDescending(r => r.CreatedAt).FirstOrDefaultAsync(cancellationToken);
        if (current is null)
        {
            return null;
        }

        Guid[] own = [.. viewer.InstitutionIds];
        List<ParticipationState> states = await db.Participations.Where(p => p.RoundId == current.Id && own.Contains(p.InstitutionId)).Select(p => p.State).ToListAsync(cancellationToken);
        return new OwnPart(current.Id, current.Number, current.Name, states);
    }

    /// <summary>Rounds that match, newest first, beginning behind one of them: new rounds do not move the pages.</summary>
    /// <returns>Null when there is no such round to begin behind.</returns>
    public async Task<IReadOnlyList<RoundRow>?> AfterAsync(RoundFilter filter, Guid? after, int take, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        IQueryable<Round> rounds = Filtered(db, filter);
        if (after is { } id)
        {
            if (await db.Rounds.Where(r => r.Id == id).Select(r => (DateTimeOffset?)r.CreatedAt).SingleOrDefaultAsync(cancellationToken) is not { } at)
            {
                return null;
            }

            rounds = rounds.Where(r => r.CreatedAt < at || (r.CreatedAt == at && r.Id.CompareTo(id) < 0));
        }

        return await RowsOfAsync(db, await rounds.OrderByDescending(r => r.CreatedAt).ThenByDescending(r => r.Id).Take(take).ToListAsync(cancellationToken), cancellationToken);
    }

    /// <summary>Every run of a site program for a round that the viewer may see, in the order they began.</summary>
    public async Task<IReadOnlyList<AttemptRow>> AttemptsAsync(Viewer viewer, Guid roundId, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await (from attempt in db.Set<AssignmentAttempt>().AsNoTracking()
                           join assignment in db.Assignments on attempt.AssignmentId equals assignment.Id
                           where assignment.RoundId == roundId
                           orderby attempt.StartedAt
                           select new { Attempt = attempt, assignment.Id, assignment.Kind, assignment.InstitutionId }).ToListAsync(cancellationToken);
        Dictionary<Guid, string> names = await db.Institutions.Select(i => new { i.Id, i.Name }).ToDictionaryAsync(i => i.Id, i => i.Name, cancellationToken);
        return [.. found.Where(x => viewer.Sees(x.InstitutionId)).Select(x => new AttemptRow(
            x.Id, x.InstitutionId, x.Kind, x.InstitutionId is { } id ? names[id] : "Consortium", x.Attempt.Lease, x.Attempt.StartedAt, x.Attempt.EndedAt, x.Attempt.Outcome))];
    }

    public Task<RoundDetail?> FindAsync(Viewer viewer, Guid id, CancellationToken cancellationToken) => FindAsync(viewer, r => r.Id == id, cancellationToken);

    /// <summary>The latest attempt at a round.</summary>
    public Task<RoundDetail?> FindAsync(Viewer viewer, Guid studyId, int number, CancellationToken cancellationToken) =>
        FindAsync(viewer, r => r.StudyId == studyId && r.Number == number, cancellationToken);

    /// <summary>Where a study's newest round stands, without what was timed and measured in it; null before the first.</summary>
    public async Task<RoundStand?> LatestAsync(Viewer viewer, Guid studyId, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Rounds.AsNoTracking().Where(r => r.StudyId == studyId).OrderByDescending(r => r.CreatedAt).FirstOrDefaultAsync(cancellationToken) is { } round
            ? viewer.Narrow(await StandAsync(db, round, cancellationToken))
            : null;
    }

    /// <summary>The latest attempts of the rounds before and after one.</summary>
    public async Task<(Guid? Previous, Guid? Next)> NeighboursAsync(Guid studyId, int number, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        var near = await db.Rounds.Where(r => r.StudyId == studyId && (r.Number == number - 1 || r.Number == number + 1))
            .OrderBy(r => r.Attempt).Select(r => new { r.Id, r.Number }).ToListAsync(cancellationToken);
        return (near.LastOrDefault(r => r.Number < number)?.Id, near.LastOrDefault(r => r.Number > number)?.Id);
    }

    /// <summary>A round's time by stage and institution: what charts and comparisons need.</summary>
    public async Task<RoundTimings?> TimingsAsync(Viewer viewer, Guid id, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        Round? round = await db.Rounds.AsNoTracking().SingleOrDefaultAsync(r => r.Id == id, cancellationToken);
        if (round is null)
        {
            return null;
        }

        IReadOnlyList<TimingRow> timings = await TimingsAsync(db, id, cancellationToken);
        StageRow[] stages = [.. timings.GroupBy(timing => timing.Stage).OrderBy(group => OrderOf(group.Key)).Select(group => new StageRow(
            group.Key,
            group.Any(timing => timing.InstitutionId is null) ? group.Where(timing => timing.InstitutionId is null).Sum(timing => timing.Seconds) : null,
            [.. group.Where(timing => timing.InstitutionId is not null && viewer.Sees(timing.InstitutionId))
                .GroupBy(timing => timing.InstitutionId!.Value)
                .Select(own => new StageInstitution(own.Key, own.First().ShortCode!, own.Sum(timing => timing.Seconds))).OrderBy(own => own.ShortCode, StringComparer.Ordinal)]))];
        double slowest = timings.Where(timing => timing.InstitutionId is not null && StageNames.Protection.Contains(timing.Stage))
            .GroupBy(timing => timing.InstitutionId).Select(own => own.Sum(timing => timing.Seconds)).DefaultIfEmpty().Max();
        double portal = timings.Where(timing => timing.InstitutionId is null && timing.Stage is StageNames.Screen or StageNames.Decrypt).Sum(timing => timing.Seconds);
        return new RoundTimings(id, (round.ChangedAt - round.OpenedAt)?.TotalSeconds, slowest + portal, stages);
    }

    private static int OrderOf(string stage)
    {
        int place = StageNames.All.ToList().IndexOf(stage);
        return place >= 0 ? place : StageNames.All.Count;
    }

    /// <summary>All evaluations of a study by model version: what a chart over rounds needs. Version 0 is the model before round 1.</summary>
    public async Task<IReadOnlyList<EvaluationRow>> EvaluationsAsync(Viewer viewer, Guid studyId, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        return viewer.Narrow(await EvaluationsAsync(db, e => e.StudyId == studyId, cancellationToken));
    }

    /// <summary>The evaluations of one model version.</summary>
    public async Task<IReadOnlyList<EvaluationRow>> EvaluationsAsync(Viewer viewer, Guid studyId, int version, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        return viewer.Narrow(await EvaluationsAsync(db, e => e.StudyId == studyId && e.ModelVersion == version, cancellationToken));
    }

    public async Task<IReadOnlyList<ModelRow>> ModelsAsync(Guid studyId, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.ModelVersions.Where(m => m.StudyId == studyId).OrderBy(m => m.Version)
            .Select(m => new ModelRow(m.StudyId, m.Version, m.RoundId, m.BlobHash, m.Bytes, m.LayoutHash, m.CreatedAt)).ToListAsync(cancellationToken);
    }

    private static IQueryable<Round> Filtered(FedPortalDbContext db, RoundFilter filter) => db.Rounds.AsNoTracking()
        .Where(r => filter.StudyId == null || r.StudyId == filter.StudyId)
        .Where(r => filter.State == null || r.State == filter.State);

    private static IQueryable<Round> Sorted(IQueryable<Round> rounds, RoundSort sort, bool ascending) => (sort, ascending) switch
    {
        (RoundSort.Number, true) => rounds.OrderBy(r => r.Number).ThenByDescending(r => r.CreatedAt),
        (RoundSort.Number, false) => rounds.OrderByDescending(r => r.Number).ThenByDescending(r => r.CreatedAt),
        (RoundSort.State, true) => rounds.OrderBy(r => r.State).ThenByDescending(r => r.CreatedAt),
        (RoundSort.State, false) => rounds.OrderByDescending(r => r.State).ThenByDescending(r => r.CreatedAt),
        (_, true) => rounds.OrderBy(r => r.CreatedAt),
        _ => rounds.OrderByDescending(r => r.CreatedAt),
    };

    private async Task<RoundDetail?> FindAsync(Viewer viewer, Expression<Func<Round, bool>> which, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        Round? round = await db.Rounds.AsNoTracking().Where(which).OrderByDescending(r => r.Attempt).FirstOrDefaultAsync(cancellationToken);
        if (round is null)
        {
            return null;
        }

        return viewer.Narrow(new RoundDetail(
            await StandAsync(db, round, cancellationToken), await TimingsAsync(db, round.Id, cancellationToken), await EvaluationsAsync(db, e => e.RoundId == round.Id, cancellationToken)));
    }

    private static async Task<RoundStand> StandAsync(FedPortalDbContext db, Round round, CancellationToken cancellationToken)
    {
        StudyDesign design = await db.Studies.IgnoreAutoIncludes().Where(s => s.Id == round.StudyId).Select(s => s.Design).SingleAsync(cancellationToken);
        string? modelHash = await db.ModelVersions.Where(m => m.StudyId == round.StudyId && m.Version == round.ResultVersion && m.RoundId == round.Id).Select(m => m.BlobHash).SingleOrDefaultAsync(cancellationToken);
        return new RoundStand(
            (await RowsOfAsync(db, [round], cancellationToken))[0], round.Strategy, design.Rounds, design.Quorum,
            RoundPaths.Steps(round.Strategy, round.Furthest), round.Deadline, round.AggregateHash, modelHash,
            await ParticipationsAsync(db, round, cancellationToken), ProtectionStatement.Of(round.Strategy));
    }

    private static async Task<IReadOnlyList<RoundRow>> RowsOfAsync(FedPortalDbContext db, List<Round> rounds, CancellationToken cancellationToken)
    {
        Guid[] ids = [.. rounds.Select(r => r.Id)];
        Guid[] studyIds = [.. rounds.Select(r => r.StudyId).Distinct()];
        var studies = await db.Studies.AsNoTracking().IgnoreAutoIncludes().Where(s => studyIds.Contains(s.Id))
            .Select(s => new { s.Id, s.Name, s.IsSynthetic }).ToDictionaryAsync(s => s.Id, cancellationToken);
        var parts = await db.Participations.Where(p => ids.Contains(p.RoundId)).GroupBy(p => p.RoundId)
            .Select(g => new
            {
                g.Key,
                Invited = g.Count(),
                Submitted = g.Count(p => p.State == ParticipationState.Submitted || p.State == ParticipationState.Accepted || p.State == ParticipationState.Excluded),
            }).ToDictionaryAsync(p => p.Key, cancellationToken);
        var pooled = await db.Evaluations.Where(e => e.Scope == EvaluationScope.Pooled && e.RoundId != null && ids.Contains(e.RoundId.Value))
            .Select(e => new { RoundId = e.RoundId!.Value, e.Accuracy, e.Auroc, e.Loss }).ToDictionaryAsync(e => e.RoundId, cancellationToken);
        return [.. rounds.Select(r => new RoundRow(
            r.Id, r.StudyId, studies[r.StudyId].Name, r.Number, r.Attempt, r.State, r.FailureReason, studies[r.StudyId].IsSynthetic,
            r.CreatedAt, r.OpenedAt, r.ChangedAt,
            parts.GetValueOrDefault(r.Id)?.Submitted ?? 0, parts.GetValueOrDefault(r.Id)?.Invited ?? 0,
            pooled.GetValueOrDefault(r.Id)?.Accuracy, pooled.GetValueOrDefault(r.Id)?.Auroc, pooled.GetValueOrDefault(r.Id)?.Loss,
            ProtectionStatement.Of(r.Strategy)))];
    }

    private static async Task<IReadOnlyList<ParticipationRow>> ParticipationsAsync(FedPortalDbContext db, Round round, CancellationToken cancellationToken)
    {
        var found = await (from participation in db.Participations.AsNoTracking()
                           where participation.RoundId == round.Id
                           join institution in db.Institutions on participation.InstitutionId equals institution.Id
                           orderby institution.Name
                           select new { Part = participation, Institution = institution }).ToListAsync(cancellationToken);
        Dictionary<Guid, int> attempts = await db.Assignments
            .Where(a => a.RoundId == round.Id && a.Kind == AssignmentKind.Train && a.InstitutionId != null)
            .Select(a => new { InstitutionId = a.InstitutionId!.Value, a.Lease }).ToDictionaryAsync(a => a.InstitutionId, a => a.Lease, cancellationToken);
        return [.. found.Select(x => new ParticipationRow(
            x.Institution.Id, x.Institution.Name, x.Institution.ShortCode, x.Institution.ColourIndex, x.Part.State, x.Part.Reason,
            x.Part.SampleCount, x.Part.UpdateBytes, x.Part.UpdateHash, x.Part.TrainingLoss, x.Part.Snapshot, x.Part.SnapshotAt,
            attempts.GetValueOrDefault(x.Institution.Id))
        {
            Verdict = x.Part.Verdict,
            HelperNote = x.Part.HelperNote,
            Appeal = x.Part.Appeal,
            AppealDecision = x.Part.AppealDecision,
            AppealUpheld = x.Part.AppealUpheld,
        })];
    }

    private static async Task<IReadOnlyList<TimingRow>> TimingsAsync(FedPortalDbContext db, Guid roundId, CancellationToken cancellationToken)
    {
        Dictionary<Guid, string> codes = await db.Institutions.Select(i => new { i.Id, i.ShortCode }).ToDictionaryAsync(i => i.Id, i => i.ShortCode, cancellationToken);
        List<StageTiming> timings = await db.StageTimings.AsNoTracking().Where(t => t.RoundId == roundId).OrderBy(t => t.EndedAt).ToListAsync(cancellationToken);
        return [.. timings.Select(t => new TimingRow(t.Stage, t.InstitutionId, t.InstitutionId is { } id ? codes[id] : null, t.Seconds))];
    }

    private static async Task<IReadOnlyList<EvaluationRow>> EvaluationsAsync(
        FedPortalDbContext db, Expression<Func<Evaluation, bool>> which, CancellationToken cancellationToken)
    {
        Dictionary<Guid, Institution> institutions = await db.Institutions.AsNoTracking().ToDictionaryAsync(i => i.Id, cancellationToken);
        List<Evaluation> found = await db.Evaluations.AsNoTracking().Where(which).OrderBy(e => e.ModelVersion).ThenBy(e => e.Scope).ToListAsync(cancellationToken);
        return [.. found.Select(e =>
        {
            Institution? institution = e.InstitutionId is { } id ? institutions[id] : null;
            return new EvaluationRow(
                e.ModelVersion, e.Scope, e.InstitutionId, institution?.ShortCode, institution?.ColourIndex,
                JsonSerializer.Deserialize<EvaluationReport>(e.ReportJson, ProtocolJson.Options)!);
        })];
    }
}
