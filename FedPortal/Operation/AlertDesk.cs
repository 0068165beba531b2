using FedPortal.Data;
using FedPortal.Jobs;
using FedPortal.Operation.Delivery;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Operation;

/// <summary>Takes alerts in: one is open of a kind and subject at a time, however often it is raised. What is to be sent is stored in the same transaction.</summary>
public sealed class AlertDesk
{
    private const string Portal = "portal";

    // Whoever watches asks again and again; that it is still so is written down now and then only.
    private static readonly TimeSpan SeenStep = TimeSpan.FromMinutes(15);

    private readonly IDbContextFactory<FedPortalDbContext> _contexts;
    private readonly AlertLetters _letters;
    private readonly OutboxNudge _nudge;
    private readonly LiveUpdates _live;
    private readonly TimeProvider _clock;
    private readonly ILogger<AlertDesk> _logger;

    internal AlertDesk(IDbContextFactory<FedPortalDbContext> contexts, AlertLetters letters, OutboxNudge nudge, LiveUpdates live, TimeProvider clock, ILogger<AlertDesk> logger) =>
        (_contexts, _letters, _nudge, _live, _clock, _logger) = (contexts, letters, nudge, live, clock, logger);

    /// <summary>Opens an alert, or says of the open one that it is still so. People are told when it opens and when it becomes more serious.</summary>
    /// <param name="subject">What it is about: a stable id. One alert of a kind and subject is open at a time.</param>
    /// <param name="title">One line. No secrets: it leaves the portal by mail and webhook.</param>
    /// <param name="detail">What happened and what to do about it.</param>
    /// <param name="address">The page that shows more, from the root of the portal, or null.</param>
    /// <param name="institutionId">Whose matter it is; null for the consortium's.</param>
    public async Task RaiseAsync(
        AlertKind kind, AlertLevel level, string subject, string title, string detail, string? address, Guid? institutionId, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await _contexts.CreateDbContextAsync(cancellationToken);
        DateTimeOffset now = _clock.GetUtcNow();
        string key = Alert.KeyOf(kind, subject);
        Alert? alert = await db.Alerts.SingleOrDefaultAsync(a => a.OpenKey == key, cancellationToken);
        bool isNew = alert is null;
        if (alert is null)
        {
            alert = new Alert(kind, level, subject, title, detail, address, institutionId, now);
            db.Alerts.Add(alert);
        }
        else if (alert.Level == level && alert.Title == title && now - alert.SeenAt < SeenStep)
        {
            return;
        }
        else if (!alert.SeeAgain(level, title, detail, address, now))
        {
            await db.SaveChangesAsync(cancellationToken);
            Publish(alert);
            return;
        }

        await _letters.AddAsync(db, alert, isNew ? LetterKind.Opened : LetterKind.Worse, now, cancellationToken);
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException) when (isNew)
        {
            await using FedPortalDbContext again = await _contexts.CreateDbContextAsync(cancellationToken);
            if (await again.Alerts.AnyAsync(a => a.OpenKey == key, cancellationToken))
            {
                return; // Somebody else opened the same alert at this moment.
            }

            throw;
        }

        _logger.LogWarning(LogEvents.AlertOpened, "Alert {Kind}, {Level}: {Title}", kind, level, alert.Title);
        Publish(alert);
        _nudge.Now();
    }

    /// <summary>What an alert told of is over. Nothing happens where none is open.</summary>
    public async Task ClearAsync(AlertKind kind, string subject, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await _contexts.CreateDbContextAsync(cancellationToken);
        string key = Alert.KeyOf(kind, subject);
        if (await db.Alerts.SingleOrDefaultAsync(a => a.OpenKey == key, cancellationToken) is not { } alert)
        {
            return;
        }

        DateTimeOffset now = _clock.GetUtcNow();
        alert.Close(Portal, now);
        await _letters.AddAsync(db, alert, LetterKind.Over, now, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        _logger.LogInformation(LogEvents.AlertOver, "Alert {Kind} is over: {Title}", kind, alert.Title);
        Publish(alert);
        _nudge.Now();
    }

    private void Publish(Alert alert) => _live.Publish(new LiveUpdate(LiveSubject.Alert, alert.Id));
}
