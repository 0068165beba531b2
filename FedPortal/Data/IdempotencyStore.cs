using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Data;

/// <summary>What is known of a request that names itself.</summary>
/// <param name="IsMine">True for the caller that shall do the work now.</param>
/// <param name="IsOther">True when the key was used for something else.</param>
/// <param name="Status">Of the answer that was given; null while there is none.</param>
/// <param name="Answer">Its body.</param>
public sealed record IdempotencyClaim(bool IsMine, bool IsOther, DateTimeOffset BegunAt, int? Status, string? Location, string Answer);

/// <summary>Remembers for a day which requests were answered and how. Of several at once with one key, one does the work.</summary>
public sealed class IdempotencyStore(IDbContextFactory<FedPortalDbContext> contexts, IDataProtectionProvider protection, TimeProvider clock)
{
    public static readonly TimeSpan Memory = TimeSpan.FromDays(1);

    private readonly IDataProtector _protector = protection.CreateProtector("FedPortal.IdempotentAnswers");

    public async Task<IdempotencyClaim> ClaimAsync(Guid userId, string key, string requestHash, CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.GetUtcNow();
        DateTimeOffset oldest = now - Memory;
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.IdempotentRequests.Where(r => r.CreatedAt < oldest).ExecuteDeleteAsync(cancellationToken);
        if (await FindAsync(db, userId, key, requestHash, cancellationToken) is { } known)
        {
            return known;
        }

        db.IdempotentRequests.Add(new IdempotentRequest(userId, key, requestHash, now));
        try
        {
            await db.SaveChangesAsync(cancellationToken);
            return new IdempotencyClaim(IsMine: true, IsOther: false, now, null, null, "");
        }
        catch (DbUpdateException)
        {
            // Another request with this key was faster.
            db.ChangeTracker.Clear();
            return await FindAsync(db, userId, key, requestHash, cancellationToken) ?? new IdempotencyClaim(IsMine: false, IsOther: false, now, null, null, "");
        }
    }

    public async Task AnswerAsync(Guid userId, string key, int status, string? location, string answer, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        IdempotentRequest request = await db.IdempotentRequests.SingleAsync(r => r.UserId == userId && r.Key == key, cancellationToken);
        request.Answer(status, location, _protector.Protect(answer));
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Forgets a request that made nothing: it may be sent again.</summary>
    public async Task ForgetAsync(Guid userId, string key, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.IdempotentRequests.Where(r => r.UserId == userId && r.Key == key && r.Status == null).ExecuteDeleteAsync(cancellationToken);
    }

    private async Task<IdempotencyClaim?> FindAsync(FedPortalDbContext db, Guid userId, string key, string requestHash, CancellationToken cancellationToken) =>
        await db.IdempotentRequests.AsNoTracking().SingleOrDefaultAsync(r => r.UserId == userId && r.Key == key, cancellationToken) is { } found
            ? new IdempotencyClaim(
                IsMine: false, found.RequestHash != requestHash, found.CreatedAt, found.Status, found.Location,
                found.SealedAnswer is { } answer ? _protector.Unprotect(answer) : "")
            : null;
}
