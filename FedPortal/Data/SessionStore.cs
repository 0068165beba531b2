using FedPortal.Audit;
using FedPortal.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace FedPortal.Data;

/// <summary>Signed-in browsers. A cookie is worth nothing without its live session here, so ending one takes effect with the next request.</summary>
public sealed class SessionStore(IDbContextFactory<FedPortalDbContext> contexts, IOptions<AccountOptions> options, TimeProvider clock)
{
    private const int ShownEnded = 10;

    /// <summary>How long a confirmation waits for the act that it was made for.</summary>
    private static readonly TimeSpan ConfirmationLimit = TimeSpan.FromMinutes(5);

    // Writing the time of every request would make each read a write.
    private static readonly TimeSpan SeenStep = TimeSpan.FromMinutes(1);

    /// <returns>The new session's id.</returns>
    internal async Task<Guid> BeginAsync(PortalUser user, SignInMethod method, bool hasSecondFactor, string browser, string address, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        DateTimeOffset now = clock.GetUtcNow();
        var session = new UserSession(user.Id, method, hasSecondFactor, browser, address, now);
        db.UserSessions.Add(session);
        db.AuditEntries.Add(new AuditEntry(now, user.DisplayName, "account", user.Id, $"Signed in with {Words(method)}, {session.Browser}."));
        await db.SaveChangesAsync(cancellationToken);
        return session.Id;
    }

    /// <returns>True when the session lives and belongs to an account that is not disabled.</returns>
    internal async Task<bool> SeeAsync(Guid id, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        UserSession? session = await db.UserSessions.AsNoTracking().SingleOrDefaultAsync(s => s.Id == id, cancellationToken);
        DateTimeOffset now = clock.GetUtcNow();
        if (session is null || !session.IsLive(now, options.Value.SessionIdleLimit, options.Value.SessionLimit))
        {
            return false;
        }

        if (now - session.LastSeenAt >= SeenStep)
        {
            await db.UserSessions.Where(s => s.Id == id).ExecuteUpdateAsync(s => s.SetProperty(x => x.LastSeenAt, now), cancellationToken);
        }

        return true;
    }

    /// <summary>As <see cref="SeeAsync"/>, but an open page that nobody touches does not keep its session alive.</summary>
    internal async Task<bool> IsLiveAsync(Guid id, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        UserSession? session = await db.UserSessions.AsNoTracking().SingleOrDefaultAsync(s => s.Id == id, cancellationToken);
        return session?.IsLive(clock.GetUtcNow(), options.Value.SessionIdleLimit, options.Value.SessionLimit) is true;
    }

    internal async Task<bool> HasSecondFactorAsync(Guid id, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.UserSessions.AnyAsync(s => s.Id == id && s.HasSecondFactor, cancellationToken);
    }

    /// <summary>Notes that whoever uses this session showed a second factor after signing in.</summary>
    internal async Task ProveSecondFactorAsync(Guid id, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.UserSessions.Where(s => s.Id == id).ExecuteUpdateAsync(s => s.SetProperty(x => x.HasSecondFactor, true), cancellationToken);
    }

    /// <summary>Notes that the owner of this session has just shown to be there.</summary>
    /// <returns>False when the session is not this person's.</returns>
    internal async Task<bool> ConfirmAsync(Guid id, Guid userId, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        DateTimeOffset now = clock.GetUtcNow();
        return await db.UserSessions.Where(s => s.Id == id && s.UserId == userId && s.EndedAt == null)
            .ExecuteUpdateAsync(s => s.SetProperty(x => x.ConfirmedAt, now), cancellationToken) == 1;
    }

    internal async Task<bool> IsConfirmedAsync(Guid id, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        DateTimeOffset oldest = clock.GetUtcNow() - ConfirmationLimit;
        return await db.UserSessions.AnyAsync(s => s.Id == id && s.ConfirmedAt > oldest, cancellationToken);
    }

    /// <summary>Uses the session's confirmation up.</summary>
    /// <returns>True for one caller, and only within five minutes.</returns>
    internal async Task<bool> TakeConfirmationAsync(Guid id, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        DateTimeOffset oldest = clock.GetUtcNow() - ConfirmationLimit;
        return await db.UserSessions.Where(s => s.Id == id && s.ConfirmedAt > oldest && s.EndedAt == null)
            .ExecuteUpdateAsync(s => s.SetProperty(x => x.ConfirmedAt, (DateTimeOffset?)null), cancellationToken) == 1;
    }

    /// <summary>A person's live sessions and the latest ended ones, newest first.</summary>
    internal async Task<IReadOnlyList<SessionRow>> ListAsync(Guid userId, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        DateTimeOffset now = clock.GetUtcNow();
        DateTimeOffset oldest = now - options.Value.SessionLimit - TimeSpan.FromDays(30);
        List<UserSession> sessions = await db.UserSessions.AsNoTracking().Where(s => s.UserId == userId && s.CreatedAt > oldest)
            .OrderByDescending(s => s.LastSeenAt).Take(200).ToListAsync(cancellationToken);
        ILookup<bool, SessionRow> rows = sessions.Select(s => new SessionRow(
            s.Id, s.Method, s.HasSecondFactor, s.Browser, s.Address, s.CreatedAt, s.LastSeenAt,
            s.IsLive(now, options.Value.SessionIdleLimit, options.Value.SessionLimit), s.EndReason)).ToLookup(row => row.IsLive);
        return [.. rows[true], .. rows[false].Take(ShownEnded)];
    }

    /// <summary>Ends one of a person's sessions.</summary>
    /// <returns>False when the person has no such session, or it had ended.</returns>
    internal async Task<bool> EndAsync(Guid userId, Guid sessionId, string reason, string actor, CancellationToken cancellationToken) =>
        await EndAsync(userId, s => s.Id == sessionId, reason, actor, cancellationToken) > 0;

    /// <summary>Ends all of a person's sessions but one.</summary>
    internal Task<int> EndAllAsync(Guid userId, Guid? except, string reason, string actor, CancellationToken cancellationToken) =>
        EndAsync(userId, s => s.Id != except, reason, actor, cancellationToken);

    private async Task<int> EndAsync(Guid userId, Func<UserSession, bool> which, string reason, string actor, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        DateTimeOffset now = clock.GetUtcNow();
        List<UserSession> open = await db.UserSessions.Where(s => s.UserId == userId && s.EndedAt == null).ToListAsync(cancellationToken);
        int count = 0;
        foreach (UserSession session in open.Where(which))
        {
            session.End(reason, now);
            db.AuditEntries.Add(new AuditEntry(now, actor, "account", userId, $"Session on {session.Browser} ended: {reason}"));
            count++;
        }

        await db.SaveChangesAsync(cancellationToken);
        return count;
    }

    private static string Words(SignInMethod method) => method switch
    {
        SignInMethod.Password => "a password",
        SignInMethod.PasswordAndCode => "a password and a code",
        SignInMethod.PasswordAndRecoveryCode => "a password and a recovery code",
        SignInMethod.Passkey => "a passkey",
        _ => "an organisation's account",
    };
}
