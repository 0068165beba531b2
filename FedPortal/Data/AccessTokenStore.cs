using FedPortal.Audit;
using FedPortal.Identity;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Data;

/// <summary>A token on a list. The token itself is nowhere.</summary>
/// <param name="RevocationReason">Null while it was not revoked.</param>
public sealed record AccessTokenRow(
    Guid Id, string Name, TokenScope Scope, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, DateTimeOffset? LastUsedAt, bool IsLive, string? RevocationReason);

/// <summary>Access tokens of people, by the hash of their secret. Making and revoking are entries of the audit log.</summary>
public sealed class AccessTokenStore(IDbContextFactory<FedPortalDbContext> contexts, TimeProvider clock)
{
    private const int ShownEnded = 10;

    // Writing the time of every request would make each read a write.
    private static readonly TimeSpan UseStep = TimeSpan.FromMinutes(1);

    /// <returns>The token, to be shown once, or what is wrong.</returns>
    internal async Task<(string? Token, string? Problem)> MakeAsync(
        PortalUser user, string name, TokenScope scope, int days, bool hasSecondFactor, CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.GetUtcNow();
        string secret = AccessToken.Prefix + SecretToken.Create();
        AccessToken token;
        try
        {
            token = new AccessToken(user.Id, name, scope, hasSecondFactor, SecretToken.HashOf(secret), now.AddDays(days), now);
        }
        catch (ArgumentException refused)
        {
            return (null, RefusalWords.Of(refused));
        }

        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        int live = await db.AccessTokens.CountAsync(t => t.UserId == user.Id && t.RevokedAt == null && t.ExpiresAt > now, cancellationToken);
        if (live >= AccessToken.MostLive)
        {
            return (null, $"You have {live} live tokens, and {AccessToken.MostLive} is the most; revoke one first.");
        }

        db.AccessTokens.Add(token);
        db.AuditEntries.Add(new AuditEntry(now, user.DisplayName, "account", user.Id, $"Made the access token '{token.Name}' ({Words(scope)}) until {token.ExpiresAt:yyyy-MM-dd}."));
        await db.SaveChangesAsync(cancellationToken);
        return (secret, null);
    }

    /// <summary>The token of this secret, live or not; null for a made-up one. A lookup by the hash of 256 random bits tells nothing by its time: whoever
    /// guesses cannot choose the hash digit by digit.</summary>
    internal async Task<AccessToken?> FindAsync(string secret, CancellationToken cancellationToken)
    {
        string hash = SecretToken.HashOf(secret);
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.AccessTokens.AsNoTracking().SingleOrDefaultAsync(t => t.TokenHash == hash, cancellationToken);
    }

    /// <summary>Notes that a token was used, at most once a minute.</summary>
    internal async Task SeeAsync(AccessToken token, CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.GetUtcNow();
        if (token.LastUsedAt is { } last && now - last < UseStep)
        {
            return;
        }

        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.AccessTokens.Where(t => t.Id == token.Id).ExecuteUpdateAsync(t => t.SetProperty(x => x.LastUsedAt, now), cancellationToken);
    }

    /// <summary>A person's live tokens, then the latest ended ones.</summary>
    internal async Task<IReadOnlyList<AccessTokenRow>> ListAsync(Guid userId, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        DateTimeOffset now = clock.GetUtcNow();
        List<AccessToken> tokens = await db.AccessTokens.AsNoTracking().Where(t => t.UserId == userId).OrderByDescending(t => t.CreatedAt).Take(200).ToListAsync(cancellationToken);
        ILookup<bool, AccessTokenRow> rows = tokens.Select(t => new AccessTokenRow(
            t.Id, t.Name, t.Scope, t.CreatedAt, t.ExpiresAt, t.LastUsedAt, t.IsLive(now), t.RevocationReason)).ToLookup(row => row.IsLive);
        return [.. rows[true], .. rows[false].Take(ShownEnded)];
    }

    /// <returns>False when the person has no such token, or it had ended.</returns>
    internal async Task<bool> RevokeAsync(Guid userId, Guid tokenId, string reason, string actor, CancellationToken cancellationToken) =>
        await RevokeAsync(userId, token => token.Id == tokenId, reason, actor, cancellationToken) > 0;

    internal Task<int> RevokeAllAsync(Guid userId, string reason, string actor, CancellationToken cancellationToken) =>
        RevokeAsync(userId, _ => true, reason, actor, cancellationToken);

    internal static string Words(TokenScope scope) => scope == TokenScope.Read ? "read only" : "read and write";

    private async Task<int> RevokeAsync(Guid userId, Func<AccessToken, bool> which, string reason, string actor, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        DateTimeOffset now = clock.GetUtcNow();
        List<AccessToken> open = await db.AccessTokens.Where(t => t.UserId == userId && t.RevokedAt == null).ToListAsync(cancellationToken);
        AccessToken[] ended = [.. open.Where(token => token.IsLive(now) && which(token))];
        foreach (AccessToken token in ended)
        {
            token.Revoke(reason, now);
            db.AuditEntries.Add(new AuditEntry(now, actor, "account", userId, $"The access token '{token.Name}' was revoked: {reason}"));
        }

        await db.SaveChangesAsync(cancellationToken);
        return ended.Length;
    }
}
