using FedPortal.Components;
using FedPortal.Data;
using FedPortal.Jobs;
using FedPortal.Rounds;
using FedPortal.Studies;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Operation.Sources;

/// <summary>Rounds: every attempt is one task. To stop one is to call its study off; to do it again is to resume its failed study.</summary>
internal sealed class RoundJobs(IDbContextFactory<FedPortalDbContext> contexts, StudyControl control, ApprovalStore approvals, TimeProvider clock) : IJobSource
{
    public string Kind => "Round";

    public async Task<IReadOnlyList<JobRow>> ListAsync(Viewer viewer, Guid? only, int most, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        List<Round> rounds = await db.Rounds.AsNoTracking().Where(r => only == null || r.Id == only)
            .OrderBy(r => r.State == RoundState.Completed || r.State == RoundState.Failed).ThenByDescending(r => r.CreatedAt).ThenByDescending(r => r.Id).Take(most).ToListAsync(cancellationToken);
        Guid[] studyIds = [.. rounds.Select(r => r.StudyId).Distinct()];
        Dictionary<Guid, Study> studies = await db.Studies.AsNoTracking().IgnoreAutoIncludes().Where(s => studyIds.Contains(s.Id)).ToDictionaryAsync(s => s.Id, cancellationToken);
        Dictionary<Guid, Guid> latest = (await db.Rounds.Where(r => studyIds.Contains(r.StudyId)).GroupBy(r => r.StudyId)
            .Select(g => new { Study = g.Key, Last = g.OrderByDescending(r => r.CreatedAt).Select(r => r.Id).First() }).ToListAsync(cancellationToken))
            .ToDictionary(pair => pair.Study, pair => pair.Last);
        Guid[] open = [.. rounds.Where(r => !r.IsFinal).Select(r => r.Id)];
        ILookup<Guid, ParticipationState> parts = (await db.Participations.Where(p => open.Contains(p.RoundId)).Select(p => new { p.RoundId, p.State }).ToListAsync(cancellationToken))
            .ToLookup(p => p.RoundId, p => p.State);
        Dictionary<Guid, TimeSpan> usual = await UsualAsync(db, [.. rounds.Where(r => !r.IsFinal).Select(r => r.StudyId).Distinct()], cancellationToken);
        DateTimeOffset now = clock.GetUtcNow();
        return [.. rounds.Select(r =>
        {
            Study study = studies[r.StudyId];
            bool isLatest = latest[r.StudyId] == r.Id;
            return new JobRow(
                Kind, r.Id, $"Round {r.Number} of {study.Name}{(r.Attempt > 1 ? $", attempt {r.Attempt}" : "")}", StateOf(r, study, isLatest), r.CreatedAt, r.OpenedAt, r.IsFinal ? r.ChangedAt : null,
                !r.IsFinal && r.OpenedAt is { } opened && usual.TryGetValue(r.StudyId, out TimeSpan whole) && now - opened < whole ? (now - opened) / whole : null,
                r.FailureReason ?? (r.IsFinal ? null : DetailOf(r, [.. parts[r.Id]])), Urls.Round(r.Id), InstitutionId: null,
                MayRetry: isLatest && r.State == RoundState.Failed && study.State == StudyState.Failed, MayCancel: !r.IsFinal && study.State == StudyState.Running);
        })];
    }

    public async Task<string?> CancelAsync(Guid id, string actor, CancellationToken cancellationToken) =>
        await FindAsync(id, cancellationToken) is not { IsFinal: false } round ? "The round has ended already."
        : await control.CancelAsync(round.StudyId, actor, cancellationToken) ? null : "Its study cannot be called off in its present state.";

    public async Task<string?> RetryAsync(Guid id, string actor, CancellationToken cancellationToken) =>
        await FindAsync(id, cancellationToken) is not { State: RoundState.Failed } round ? "Only a failed round can be done again."
        : await approvals.WhyNotStartAsync(round.StudyId, cancellationToken) is { } why ? why
        : await control.StartAsync(round.StudyId, actor, cancellationToken) ? null : "Its study cannot go on in its present state.";

    /// <summary>How long a completed round of a study took, in the mean: the next one is measured by it, until it takes longer.</summary>
    private static async Task<Dictionary<Guid, TimeSpan>> UsualAsync(FedPortalDbContext db, Guid[] studies, CancellationToken cancellationToken)
    {
        var done = await db.Rounds.Where(r => studies.Contains(r.StudyId) && r.State == RoundState.Completed && r.OpenedAt != null)
            .OrderByDescending(r => r.CreatedAt).Take(200).Select(r => new { r.StudyId, r.OpenedAt, r.ChangedAt }).ToListAsync(cancellationToken);
        return done.GroupBy(r => r.StudyId).Select(g => (g.Key, Mean: g.Average(r => (r.ChangedAt - r.OpenedAt!.Value).TotalSeconds))).Where(pair => pair.Mean > 0)
            .ToDictionary(pair => pair.Key, pair => TimeSpan.FromSeconds(pair.Mean));
    }

    private async Task<Round?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Rounds.AsNoTracking().SingleOrDefaultAsync(r => r.Id == id, cancellationToken);
    }

    // The round that is open when a study is called off fails in the same instant.
    private static JobState StateOf(Round round, Study study, bool isLatest) => round.State switch
    {
        RoundState.Planned => JobState.Queued,
        RoundState.Completed => JobState.Done,
        RoundState.Failed => isLatest && study.State == StudyState.Cancelled && study.ChangedAt == round.ChangedAt ? JobState.Cancelled : JobState.Failed,
        _ => JobState.Running,
    };

    private static string DetailOf(Round round, ParticipationState[] parts)
    {
        int handedIn = parts.Count(state => state is ParticipationState.Submitted or ParticipationState.Accepted or ParticipationState.Excluded);
        return parts.Length == 0 ? $"{round.State}" : $"{round.State}, {handedIn} of {parts.Length} updates in";
    }
}
