using System.Security.Claims;
using FedPortal.Audit;
using FedPortal.Data;
using FedPortal.Identity;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Operation;

/// <summary>An alert on a page.</summary>
public sealed record AlertRow(
    Guid Id, AlertKind Kind, AlertLevel Level, string Title, string Detail, string? Address, Guid? InstitutionId, DateTimeOffset OpenedAt, DateTimeOffset SeenAt,
    DateTimeOffset? AcknowledgedAt, string? AcknowledgedBy, DateTimeOffset? ClosedAt, string? ClosedBy);

/// <summary>Reads alerts, and lets people take note of them and close them.</summary>
public sealed class AlertStore(IDbContextFactory<FedPortalDbContext> contexts, LiveUpdates live, TimeProvider clock)
{
    /// <summary>Said to whoever may see an alert and may not act on it.</summary>
    public const string NotYours = "Only an admin, or a coordinator of the institution it is about, may do this.";

    // How the portal itself does is for those who run and audit it.
    private static readonly AlertKind[] OfThePortal = [AlertKind.AuditBroken, AlertKind.DiskLow, AlertKind.BackupOverdue, AlertKind.Unhealthy];

    /// <summary>Open alerts that the viewer may see, the most serious first.</summary>
    public async Task<IReadOnlyList<AlertRow>> OpenAsync(Viewer viewer, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        List<Alert> open = await Visible(db.Alerts.AsNoTracking(), viewer).Where(a => a.ClosedAt == null).ToListAsync(cancellationToken);
        return [.. open.OrderByDescending(a => a.Level).ThenByDescending(a => a.OpenedAt).Select(RowOf)];
    }

    /// <summary>Alerts that are over, the latest first.</summary>
    public async Task<IReadOnlyList<AlertRow>> ClosedAsync(Viewer viewer, int take, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        return [.. (await Visible(db.Alerts.AsNoTracking(), viewer).Where(a => a.ClosedAt != null).OrderByDescending(a => a.ClosedAt).Take(take).ToListAsync(cancellationToken)).Select(RowOf)];
    }

    /// <returns>Null when there is no such alert, or the viewer may not see it.</returns>
    public async Task<AlertRow?> FindAsync(Viewer viewer, Guid id, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        return await Visible(db.Alerts.AsNoTracking(), viewer).SingleOrDefaultAsync(a => a.Id == id, cancellationToken) is { } alert ? RowOf(alert) : null;
    }

    /// <summary>Admins act on every alert, coordinators on those of their institutions.</summary>
    public static bool MayAct(ClaimsPrincipal person, AlertRow row) =>
        person.IsInRole(Roles.Admin) || (row.InstitutionId is { } owner && PortalClaims.InstitutionsOf(person).Contains(owner));

    /// <summary>Takes note in a person's name: the alert stays open but waits for nobody.</summary>
    /// <returns>Null, or why not.</returns>
    public Task<string?> AcknowledgeAsync(ClaimsPrincipal person, Guid id, CancellationToken cancellationToken) => ChangeAsync(person, id, "Took note of", (alert, by, now) =>
    {
        if (alert.AcknowledgedAt is not null)
        {
            return $"{alert.AcknowledgedBy} has taken note already.";
        }

        alert.Acknowledge(by, now);
        return null;
    }, cancellationToken);

    /// <summary>Closes an alert by hand. If it is still so, it opens anew.</summary>
    /// <returns>Null, or why not.</returns>
    public Task<string?> CloseAsync(ClaimsPrincipal person, Guid id, CancellationToken cancellationToken) => ChangeAsync(person, id, "Closed", (alert, by, now) =>
    {
        alert.Close(by, now);
        return null;
    }, cancellationToken);

    private async Task<string?> ChangeAsync(ClaimsPrincipal person, Guid id, string told, Func<Alert, string, DateTimeOffset, string?> change, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await Visible(db.Alerts, PortalClaims.ViewerOf(person)).SingleOrDefaultAsync(a => a.Id == id && a.ClosedAt == null, cancellationToken) is not { } alert)
        {
            return "This alert is over.";
        }

        if (!MayAct(person, RowOf(alert)))
        {
            return NotYours;
        }

        DateTimeOffset now = clock.GetUtcNow();
        string name = PortalClaims.NameOf(person);
        if (change(alert, name, now) is { } refusal)
        {
            return refusal;
        }

        db.AuditEntries.Add(new AuditEntry(now, name, "alert", id, $"{told} the alert '{alert.Title}'."));
        await db.SaveChangesAsync(cancellationToken);
        live.Publish(new LiveUpdate(LiveSubject.Alert, id));
        return null;
    }

    private static IQueryable<Alert> Visible(IQueryable<Alert> alerts, Viewer viewer)
    {
        Guid[] own = [.. viewer.InstitutionIds];
        return viewer.SeesAll ? alerts : alerts.Where(a => a.InstitutionId == null ? !OfThePortal.Contains(a.Kind) : own.Contains(a.InstitutionId.Value));
    }

    private static AlertRow RowOf(Alert alert) => new(
        alert.Id, alert.Kind, alert.Level, alert.Title, alert.Detail, alert.Address, alert.InstitutionId, alert.OpenedAt, alert.SeenAt, alert.AcknowledgedAt, alert.AcknowledgedBy,
        alert.ClosedAt, alert.ClosedBy);
}
