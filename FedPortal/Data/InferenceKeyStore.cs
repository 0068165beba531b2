using FedPortal.Audit;
using FedPortal.Identity;
using FedPortal.Inference;
using FedPortal.Institutions;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Data;

/// <summary>A key as pages show it; nobody sees the key itself again.</summary>
/// <param name="UsedToday">Requests that counted since midnight UTC.</param>
public sealed record InferenceKeyRow(
    Guid Id, Guid StudyId, string StudyName, Guid InstitutionId, string Institution, string Name, string ShownStart, int RequestsPerDay, int RequestsPerMinute,
    int UsedToday, long UsedEver, DateTimeOffset CreatedAt, string CreatedBy, DateTimeOffset ExpiresAt, DateTimeOffset? RevokedAt);

/// <summary>What a new key is for.</summary>
public sealed record InferenceKeyOffer(Guid StudyId, Guid InstitutionId, string Name, int RequestsPerDay, int RequestsPerMinute, DateTimeOffset ExpiresAt);

/// <summary>Whether a request may go on.</summary>
/// <param name="Reason">Null when it may.</param>
/// <param name="RetryAfter">When it may be tried again.</param>
public sealed record QuotaAnswer(string? Reason, TimeSpan RetryAfter)
{
    public bool MayGoOn => Reason is null;
}

/// <summary>Keys of the inference API. Making and revoking one is saved with its audit entry; a request is not told of, only counted.</summary>
public sealed class InferenceKeyStore(IDbContextFactory<FedPortalDbContext> contexts, TimeProvider clock)
{
    /// <summary>What every key begins with.</summary>
    public const string Prefix = "fedm_";

    private const int ShownCharacters = 10;

    /// <returns>The key as it is sent, to be shown once.</returns>
    /// <exception cref="ArgumentException">A value of the offer is out of its range, or study and institution do not go together.</exception>
    internal async Task<string> CreateAsync(InferenceKeyOffer offer, string actor, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        Institution institution = await db.Institutions.AsNoTracking().SingleOrDefaultAsync(i => i.Id == offer.InstitutionId, cancellationToken)
            ?? throw new ArgumentException("A key needs an institution that is on record.");
        string study = await db.Studies.Where(s => s.Id == offer.StudyId).Select(s => s.Name).SingleOrDefaultAsync(cancellationToken)
            ?? throw new ArgumentException("A key needs a study that is on record.");
        DateTimeOffset now = clock.GetUtcNow();
        string sent = Prefix + SecretToken.Create();
        var key = new InferenceKey(
            offer.StudyId, institution.Id, offer.Name, SecretToken.HashOf(sent), sent[..ShownCharacters], offer.RequestsPerDay, offer.RequestsPerMinute, offer.ExpiresAt, actor, now);
        db.InferenceKeys.Add(key);
        db.AuditEntries.Add(new AuditEntry(
            now, actor, "institution", institution.Id,
            $"Inference key '{key.Name}' ({key.ShownStart}…) made for the released model of '{study}': {key.RequestsPerDay} requests a day, {key.RequestsPerMinute} a minute, until {key.ExpiresAt:yyyy-MM-dd}."));
        await db.SaveChangesAsync(cancellationToken);
        return sent;
    }

    /// <returns>Why not, or null when done.</returns>
    internal async Task<string?> RevokeAsync(Guid id, string actor, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        InferenceKey? key = await db.InferenceKeys.SingleOrDefaultAsync(k => k.Id == id, cancellationToken);
        if (key is null || key.RevokedAt is not null)
        {
            return "The key is revoked already.";
        }

        DateTimeOffset now = clock.GetUtcNow();
        key.Revoke(actor, now);
        db.AuditEntries.Add(new AuditEntry(now, actor, "institution", key.InstitutionId, $"Inference key '{key.Name}' ({key.ShownStart}…) revoked."));
        await db.SaveChangesAsync(cancellationToken);
        return null;
    }

    /// <summary>Keys, newest first: of all institutions for admins and auditors, of the own ones for coordinators.</summary>
    public async Task<IReadOnlyList<InferenceKeyRow>> ListAsync(Viewer viewer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(viewer);
        long today = InferenceKey.DayOf(clock.GetUtcNow());
        Guid[] own = [.. viewer.InstitutionIds];
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await (
            from key in db.InferenceKeys.AsNoTracking()
            where viewer.SeesAll || own.Contains(key.InstitutionId)
            join study in db.Studies on key.StudyId equals study.Id
            join institution in db.Institutions on key.InstitutionId equals institution.Id
            orderby key.CreatedAt descending
            select new { Key = key, Study = study.Name, Institution = institution.Name }).ToListAsync(cancellationToken);
        return [.. rows.Select(row => new InferenceKeyRow(
            row.Key.Id, row.Key.StudyId, row.Study, row.Key.InstitutionId, row.Institution, row.Key.Name, row.Key.ShownStart, row.Key.RequestsPerDay, row.Key.RequestsPerMinute,
            row.Key.Day == today ? row.Key.DayCount : 0, row.Key.TotalCount, row.Key.CreatedAt, row.Key.CreatedBy, row.Key.ExpiresAt, row.Key.RevokedAt))];
    }

    /// <summary>The key that was sent, when it may be used now.</summary>
    /// <returns>Null for one that is unknown, revoked or over: the sender is not told which.</returns>
    internal async Task<InferenceKey?> FindAsync(string sent, CancellationToken cancellationToken)
    {
        if (!sent.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return null;
        }

        string hash = SecretToken.HashOf(sent);
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        InferenceKey? key = await db.InferenceKeys.AsNoTracking().SingleOrDefaultAsync(k => k.SecretHash == hash, cancellationToken);
        bool isActive = key is not null && await db.Institutions.AnyAsync(i => i.Id == key.InstitutionId && i.Status == InstitutionStatus.Active, cancellationToken);
        return isActive && key!.IsUsableAt(clock.GetUtcNow()) ? key : null;
    }

    /// <summary>Counts a request if both quotas have room: one statement, so that of requests at the same moment, at several portals, no more pass than may.</summary>
    internal async Task<QuotaAnswer> TakeAsync(Guid id, CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.GetUtcNow();
        long day = InferenceKey.DayOf(now);
        long minute = InferenceKey.MinuteOf(now);
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);

        // A portal whose clock is behind counts in the window that another one has begun.
        int taken = await db.InferenceKeys
            .Where(k => k.Id == id && k.RevokedAt == null && (k.Day < day || k.DayCount < k.RequestsPerDay) && (k.Minute < minute || k.MinuteCount < k.RequestsPerMinute))
            .ExecuteUpdateAsync(set => set
                .SetProperty(k => k.DayCount, k => k.Day < day ? 1 : k.DayCount + 1)
                .SetProperty(k => k.Day, k => k.Day < day ? day : k.Day)
                .SetProperty(k => k.MinuteCount, k => k.Minute < minute ? 1 : k.MinuteCount + 1)
                .SetProperty(k => k.Minute, k => k.Minute < minute ? minute : k.Minute)
                .SetProperty(k => k.TotalCount, k => k.TotalCount + 1), cancellationToken);
        if (taken == 1)
        {
            return new QuotaAnswer(null, TimeSpan.Zero);
        }

        InferenceKey? key = await db.InferenceKeys.AsNoTracking().SingleOrDefaultAsync(k => k.Id == id, cancellationToken);
        return key switch
        {
            null or { RevokedAt: not null } => new QuotaAnswer("The key was revoked.", TimeSpan.FromDays(1)),
            { Day: var used } when used >= day && key.DayCount >= key.RequestsPerDay => new QuotaAnswer(
                $"The key allows {key.RequestsPerDay} requests a day and {key.DayCount} were made today.", DateTimeOffset.FromUnixTimeSeconds((used + 1) * 24 * 60 * 60) - now),
            _ => new QuotaAnswer(
                $"The key allows {key.RequestsPerMinute} requests a minute and {key.MinuteCount} were made in this one.", DateTimeOffset.FromUnixTimeSeconds((key.Minute + 1) * 60) - now),
        };
    }
}
