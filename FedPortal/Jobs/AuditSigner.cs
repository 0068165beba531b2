using FedPortal.Data;

namespace FedPortal.Jobs;

/// <summary>Signs the audit log when enough was added, or when something was added and the last signature is old.</summary>
internal sealed class AuditSigner(AuditLogStore log, TimeProvider clock, ILogger<AuditSigner> logger) : BackgroundService
{
    private const int EnoughEntries = 200;
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan OldAge = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await SignIfDueAsync(stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                // Whatever it is, mostly a database that is away for a moment: thrown on, it would end the portal.
                logger.LogError(failure, "The audit log could not be signed; the next attempt is in {Pause}", Pause);
            }
        }
    }

    internal async Task SignIfDueAsync(CancellationToken cancellationToken)
    {
        AuditLogState state = await log.StateAsync(cancellationToken);
        bool isOld = state.SignedAt is not { } signed || clock.GetUtcNow() - signed >= OldAge;
        if (state.NotSigned >= EnoughEntries || (state.NotSigned > 0 && isOld))
        {
            await log.SignAsync(cancellationToken);
        }
    }
}
