using FedPortal.Data;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Operation;

/// <summary>Takes alerts in: one is open of a kind and subject at a time, however often it is raised.</summary>
public sealed class AlertDesk(IDbContextFactory<FedPortalDbContext> contexts, LiveUpdates live, TimeProvider clock)
{
    /// <summary>Opens an alert, or says of the open one that it is still so.</summary>
    /// <param name="subject">What it is about: a stable id. One alert of a kind and subject is open at a time.</param>
    /// <param name="title">One line. No secrets: it leaves the portal by mail and webhook.</param>
    /// <param name="detail">What happened and what to do about it.</param>
    /// <param name="address">The page that shows more, from the root of the portal, or null.</param>
    /// <param name="institutionId">Whose matter it is; null for the consortium's.</param>
    public async Task RaiseAsync(
        AlertKind kind, AlertLevel level, string subject, string title, string detail, string? address, Guid? institutionId, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        DateTimeOffset now = clock.GetUtcNow();
        string key = Alert.KeyOf(kind, subject);
        Alert? alert = await db.Alerts.SingleOrDefaultAsync(a => a.OpenKey == key, cancellationToken);
        if (alert is null)
        {
            alert = new Alert(kind, level, subject, title, detail, address, institutionId, now);
            db.Alerts.Add(alert);
        }
        else
        {
            alert.SeeAgain(level, title, detail, address, now);
        }

        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException) when (db.Entry(alert).State == EntityState.Added)
        {
            return; // Somebody else opened the same alert at this moment.
        }

        live.Publish(new LiveUpdate(LiveSubject.Alert, alert.Id));
    }

    /// <summary>What an alert told of is over. Nothing happens where none is open.</summary>
    public async Task ClearAsync(AlertKind kind, string subject, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        string key = Alert.KeyOf(kind, subject);
        if (await db.Alerts.SingleOrDefaultAsync(a => a.OpenKey == key, cancellationToken) is not { } alert)
        {
            return;
        }

        alert.Close("portal", clock.GetUtcNow());
        await db.SaveChangesAsync(cancellationToken);
        live.Publish(new LiveUpdate(LiveSubject.Alert, alert.Id));
    }
}
