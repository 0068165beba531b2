using FedPortal.Audit;
using FedPortal.Identity;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace FedPortal.Data;

/// <summary>Accounts and invitations as the consortium sees them. Changes of accounts go through <see cref="PeopleDesk"/>.</summary>
public sealed class PeopleStore(IDbContextFactory<FedPortalDbContext> contexts, IOptions<AccountOptions> options, TimeProvider clock)
{
    /// <returns>All accounts by name; nothing for a viewer who sees single institutions only.</returns>
    public async Task<IReadOnlyList<PersonRow>> ListAsync(Viewer viewer, CancellationToken cancellationToken) => await PeopleAsync(viewer, null, cancellationToken);

    public async Task<PersonRow?> FindAsync(Viewer viewer, Guid id, CancellationToken cancellationToken) =>
        await PeopleAsync(viewer, id, cancellationToken) is [var found] ? found : null;

    /// <summary>Invitations, newest first; nothing for a viewer who sees single institutions only.</summary>
    public async Task<IReadOnlyList<InvitationRow>> InvitationsAsync(Viewer viewer, CancellationToken cancellationToken)
    {
        if (!viewer.SeesAll)
        {
            return [];
        }

        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        DateTimeOffset now = clock.GetUtcNow();
        Dictionary<Guid, string> names = await NamesAsync(db, cancellationToken);
        List<Invitation> invitations = await db.Invitations.AsNoTracking().OrderByDescending(i => i.CreatedAt).Take(100).ToListAsync(cancellationToken);
        return [.. invitations.Select(i => new InvitationRow(
            i.Id, i.Email, i.DisplayName, i.Roles, NamesOf(i.InstitutionIds, names), i.InvitedBy, i.CreatedAt, i.ExpiresAt, i.StateAt(now)))];
    }

    public async Task<bool> SecondFactorIsRequiredOfAdminsAsync(CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<AccessRules>().AnyAsync(rules => rules.RequireSecondFactorOfAdmins, cancellationToken);
    }

    internal async Task RequireSecondFactorOfAdminsAsync(bool isRequired, string actor, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        AccessRules? rules = await db.Set<AccessRules>().SingleOrDefaultAsync(cancellationToken);
        if (rules is null)
        {
            db.Add(rules = new AccessRules());
        }

        rules.RequireSecondFactorOfAdmins = isRequired;
        db.AuditEntries.Add(new AuditEntry(clock.GetUtcNow(), actor, "account", null, isRequired ? "Admins now need a second factor." : "Admins no longer need a second factor."));
        await db.SaveChangesAsync(cancellationToken);
    }

    internal async Task AddAsync(Invitation invitation, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        db.Invitations.Add(invitation);
        db.AuditEntries.Add(new AuditEntry(
            invitation.CreatedAt, invitation.InvitedBy, "account", invitation.Id, $"Invited {invitation.Email} as {string.Join(" and ", invitation.Roles)}."));
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <returns>The invitation the token opens, or null.</returns>
    internal async Task<Invitation?> FindOpenAsync(string tokenHash, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        Invitation? found = await db.Invitations.AsNoTracking().SingleOrDefaultAsync(i => i.TokenHash == tokenHash, cancellationToken);
        return found?.StateAt(clock.GetUtcNow()) == InvitationState.Open ? found : null;
    }

    /// <summary>The open invitation of an address, whoever holds its link.</summary>
    internal async Task<Invitation?> FindOpenByEmailAsync(string email, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        List<Invitation> pending = await db.Invitations.AsNoTracking().Where(i => i.ClosedAt == null).ToListAsync(cancellationToken);
        return pending.FirstOrDefault(i => i.Email.Equals(email, StringComparison.OrdinalIgnoreCase) && i.StateAt(clock.GetUtcNow()) == InvitationState.Open);
    }

    /// <returns>False when somebody else closed the invitation first, or it had expired.</returns>
    internal async Task<bool> TryCloseAsync(Guid id, Action<Invitation, DateTimeOffset> close, string actor, Guid subject, string told, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        Invitation invitation = await db.Invitations.SingleAsync(i => i.Id == id, cancellationToken);
        DateTimeOffset now = clock.GetUtcNow();
        if (invitation.ClosedAt is not null)
        {
            return false;
        }

        close(invitation, now);
        db.AuditEntries.Add(new AuditEntry(now, actor, "account", subject, told));
        try
        {
            await db.SaveChangesAsync(cancellationToken);
            return true;
        }
        catch (DbUpdateConcurrencyException)
        {
            return false;
        }
    }

    private async Task<IReadOnlyList<PersonRow>> PeopleAsync(Viewer viewer, Guid? only, CancellationToken cancellationToken)
    {
        if (!viewer.SeesAll)
        {
            return [];
        }

        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        DateTimeOffset now = clock.GetUtcNow();
        DateTimeOffset idle = now - options.Value.SessionIdleLimit;
        DateTimeOffset oldest = now - options.Value.SessionLimit;
        Dictionary<Guid, string> names = await NamesAsync(db, cancellationToken);
        ILookup<Guid, string> roles = (await db.UserRoles.Join(db.Roles, u => u.RoleId, r => r.Id, (u, r) => new { u.UserId, r.Name }).ToListAsync(cancellationToken))
            .ToLookup(x => x.UserId, x => x.Name!);
        Dictionary<Guid, int> passkeys = await db.Set<IdentityUserPasskey<Guid>>().GroupBy(p => p.UserId)
            .Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken);
        Dictionary<Guid, int> live = await db.UserSessions.Where(s => s.EndedAt == null && s.LastSeenAt > idle && s.CreatedAt > oldest).GroupBy(s => s.UserId)
            .Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken);
        Dictionary<Guid, DateTimeOffset> latest = await db.UserSessions.GroupBy(s => s.UserId)
            .Select(g => new { g.Key, At = g.Max(s => s.CreatedAt) }).ToDictionaryAsync(g => g.Key, g => g.At, cancellationToken);
        List<PortalUser> users = await db.Users.AsNoTracking().Where(u => only == null || u.Id == only).OrderBy(u => u.DisplayName).ToListAsync(cancellationToken);
        return [.. users.Select(u => new PersonRow(
            u.Id, u.DisplayName, u.Email ?? "", [.. roles[u.Id].Order(StringComparer.Ordinal)], u.InstitutionIds, NamesOf(u.InstitutionIds, names),
            u.IsDisabled, u.LockoutEnd > now, u.MustChangePassword, u.TwoFactorEnabled, passkeys.GetValueOrDefault(u.Id), live.GetValueOrDefault(u.Id),
            latest.TryGetValue(u.Id, out DateTimeOffset at) ? at : null))];
    }

    private static Task<Dictionary<Guid, string>> NamesAsync(FedPortalDbContext db, CancellationToken cancellationToken) =>
        db.Institutions.ToDictionaryAsync(i => i.Id, i => i.Name, cancellationToken);

    private static IReadOnlyList<string> NamesOf(IReadOnlyList<Guid> ids, Dictionary<Guid, string> names) =>
        [.. ids.Select(id => names.GetValueOrDefault(id) ?? "an institution that is not on record").Order(StringComparer.Ordinal)];
}
