using FedPortal.Audit;
using FedPortal.Datasets;
using FedPortal.Institutions;
using FedPortal.Rounds;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Data;

/// <summary>The institutions of the consortium.</summary>
public sealed class InstitutionStore(IDbContextFactory<FedPortalDbContext> contexts, LiveUpdates live, TimeProvider clock)
{
    public Task<IReadOnlyList<InstitutionRow>> ListAsync(Viewer viewer, CancellationToken cancellationToken) => RowsAsync(viewer, only: null, cancellationToken);

    public async Task<InstitutionRow?> FindAsync(Viewer viewer, Guid id, CancellationToken cancellationToken) =>
        (await RowsAsync(viewer, id, cancellationToken)).SingleOrDefault();

    /// <returns>The new institution's id, or null when the short code is taken.</returns>
    /// <exception cref="ArgumentException">The name or the short code is not valid.</exception>
    public async Task<Guid?> AdmitAsync(string name, string shortCode, bool isHosted, string actor, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await db.Institutions.AnyAsync(i => i.ShortCode == shortCode, cancellationToken))
        {
            return null;
        }

        DateTimeOffset now = clock.GetUtcNow();
        var institution = new Institution(name, shortCode, isHosted, await db.Institutions.CountAsync(cancellationToken), now);
        db.Institutions.Add(institution);
        db.AuditEntries.Add(new AuditEntry(now, actor, "institution", institution.Id, $"Admitted {institution.Name} ({institution.ShortCode})."));
        await db.SaveChangesAsync(cancellationToken);
        live.Publish(new LiveUpdate(LiveSubject.Institution, institution.Id));
        return institution.Id;
    }

    /// <summary>What the institution has given so far; null for those who may not see it.</summary>
    public async Task<InstitutionRecord?> RecordAsync(Viewer viewer, Guid id, CancellationToken cancellationToken)
    {
        if (!viewer.Sees(id))
        {
            return null;
        }

        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        Institution? institution = await db.Institutions.AsNoTracking().SingleOrDefaultAsync(i => i.Id == id, cancellationToken);
        if (institution is null)
        {
            return null;
        }

        var parts = await db.Participations.Where(p => p.InstitutionId == id).GroupBy(p => p.State)
            .Select(g => new { State = g.Key, Count = g.Count(), Samples = g.Sum(p => p.SampleCount ?? 0) }).ToDictionaryAsync(g => g.State, cancellationToken);
        AcceptedRound? accepted = await (from part in db.Participations
                                         where part.InstitutionId == id && part.State == ParticipationState.Accepted
                                         join round in db.Rounds on part.RoundId equals round.Id
                                         join study in db.Studies.IgnoreAutoIncludes() on round.StudyId equals study.Id
                                         orderby part.ChangedAt descending
                                         select new AcceptedRound(round.Id, study.Name, round.Number, part.ChangedAt)).FirstOrDefaultAsync(cancellationToken);
        var classes = await db.Datasets.Where(d => d.InstitutionId == id && d.State == DatasetState.Ready).Select(d => d.Classes).ToListAsync(cancellationToken);
        DateTimeOffset? withdrawnAt = await db.Withdrawals.Where(w => w.InstitutionId == id).Select(w => (DateTimeOffset?)w.At).SingleOrDefaultAsync(cancellationToken);
        int Count(ParticipationState state) => parts.GetValueOrDefault(state)?.Count ?? 0;
        return new InstitutionRecord(
            institution.ContactName, institution.ContactEmail, institution.SuspensionReason, classes.Sum(ClassCount.TrainOf),
            parts.Values.Sum(p => p.Count), Count(ParticipationState.Accepted), Count(ParticipationState.Excluded), Count(ParticipationState.Dropped),
            parts.Values.Sum(p => p.Samples), parts.GetValueOrDefault(ParticipationState.Accepted)?.Samples ?? 0, accepted, withdrawnAt);
    }

    /// <summary>A suspended institution gets no work, and what it was doing is given up.</summary>
    /// <param name="reason">Told to the institution.</param>
    public Task SuspendAsync(Guid id, string reason, string actor, CancellationToken cancellationToken) =>
        ChangeAsync(id, actor, institution =>
        {
            institution.Suspend(reason);
            return $"{institution.ShortCode} is suspended: {reason}";
        }, cancellationToken);

    public Task ReactivateAsync(Guid id, string actor, CancellationToken cancellationToken) =>
        ChangeAsync(id, actor, institution =>
        {
            institution.Reactivate();
            return $"{institution.ShortCode} is active again.";
        }, cancellationToken);

    public Task NameContactAsync(Guid id, string name, string email, string actor, CancellationToken cancellationToken) =>
        ChangeAsync(id, actor, institution =>
        {
            institution.NameContact(name, email);
            return $"The contact of {institution.ShortCode} is now {institution.ContactName}.";
        }, cancellationToken);

    private async Task<IReadOnlyList<InstitutionRow>> RowsAsync(Viewer viewer, Guid? only, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        List<Institution> institutions = await db.Institutions.AsNoTracking().Where(i => only == null || i.Id == only).OrderBy(i => i.Name).ToListAsync(cancellationToken);
        var datasets = (await db.Datasets.Where(d => d.InstitutionId != null && (only == null || d.InstitutionId == only))
            .Select(d => new { d.InstitutionId, d.Classes }).ToListAsync(cancellationToken)).ToLookup(d => d.InstitutionId);
        Dictionary<Guid, int> studies = await db.Set<Studies.RosterEntry>().Where(e => only == null || e.InstitutionId == only).GroupBy(e => e.InstitutionId)
            .Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken);
        ILookup<Guid, SiteEnrolmentState> enrolments = (await db.SiteEnrolments.Where(e => only == null || e.InstitutionId == only)
            .Select(e => new { e.InstitutionId, e.State }).ToListAsync(cancellationToken)).ToLookup(e => e.InstitutionId, e => e.State);
        Dictionary<Guid, DateTimeOffset?> seen = await db.SiteConnections.AsNoTracking().Where(c => only == null || c.InstitutionId == only)
            .ToDictionaryAsync(c => c.InstitutionId, c => c.LastSeenAt, cancellationToken);
        return [.. institutions.Select(i => viewer.Narrow(new InstitutionRow(
            i.Id, i.Name, i.ShortCode, i.IsHosted, i.ColourIndex, i.Status, i.AdmittedAt,
            datasets[i.Id].Count(), datasets[i.Id].Sum(d => d.Classes.Sum(c => c.Total)), studies.GetValueOrDefault(i.Id),
            TaskOf(i, enrolments[i.Id]), seen.GetValueOrDefault(i.Id))))];
    }

    private static InstitutionTask TaskOf(Institution institution, IEnumerable<SiteEnrolmentState> enrolments)
    {
        if (institution.IsHosted || institution.Status != InstitutionStatus.Active)
        {
            return InstitutionTask.None;
        }

        SiteEnrolmentState[] states = [.. enrolments];
        return states.Contains(SiteEnrolmentState.Requested) ? InstitutionTask.Confirm
            : states.All(state => state == SiteEnrolmentState.Declined) ? InstitutionTask.Invite : InstitutionTask.None;
    }

    private async Task ChangeAsync(Guid id, string actor, Func<Institution, string> change, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        Institution institution = await db.Institutions.SingleAsync(i => i.Id == id, cancellationToken);
        db.AuditEntries.Add(new AuditEntry(clock.GetUtcNow(), actor, "institution", id, change(institution)));
        await db.SaveChangesAsync(cancellationToken);
        live.Publish(new LiveUpdate(LiveSubject.Institution, id));
    }
}
