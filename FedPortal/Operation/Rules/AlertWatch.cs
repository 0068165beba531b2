using System.Collections.Concurrent;
using FedPortal.Data;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Operation.Rules;

/// <summary>Asks every rule, opens alerts for what it finds, and closes those whose reason is gone.</summary>
internal sealed class AlertWatch(IEnumerable<IAlertRule> rules, AlertDesk desk, IDbContextFactory<FedPortalDbContext> contexts, TimeProvider clock, ILogger<AlertWatch> logger)
{
    private readonly ConcurrentDictionary<AlertKind, DateTimeOffset> _askedAt = new();

    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        foreach (IAlertRule rule in rules)
        {
            DateTimeOffset now = clock.GetUtcNow();
            if (_askedAt.TryGetValue(rule.Kind, out DateTimeOffset last) && now - last < rule.Every)
            {
                continue;
            }

            try
            {
                await ApplyAsync(rule, now, cancellationToken);
                _askedAt[rule.Kind] = now;
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                // The other rules still have their say; this one is asked again at the next beat.
                logger.LogError(failure, "The rule for {Kind} could not be applied", rule.Kind);
            }
        }
    }

    private async Task ApplyAsync(IAlertRule rule, DateTimeOffset now, CancellationToken cancellationToken)
    {
        IReadOnlyList<Finding> findings = await rule.FindAsync(now, cancellationToken);
        foreach (Finding found in findings)
        {
            await desk.RaiseAsync(rule.Kind, found.Level, found.Subject, found.Title, found.Detail, found.Address, found.InstitutionId, cancellationToken);
        }

        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        List<string> open = await db.Alerts.Where(a => a.Kind == rule.Kind && a.ClosedAt == null).Select(a => a.Subject).ToListAsync(cancellationToken);
        foreach (string gone in open.Except(findings.Select(found => found.Subject)))
        {
            await desk.ClearAsync(rule.Kind, gone, cancellationToken);
        }
    }
}
