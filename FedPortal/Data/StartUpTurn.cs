using Microsoft.EntityFrameworkCore;

namespace FedPortal.Data;

/// <summary>
/// Portals that share a database start one after the other: tables, keys and the first consortium are made by the first, and found by the next. The turn is a lock on a
/// connection of its own, so a portal that dies while it starts gives it back.
/// </summary>
internal sealed class StartUpTurn(IDbContextFactory<FedPortalDbContext> contexts, IHostApplicationLifetime lifetime, ILogger<StartUpTurn> logger) : IHostedService, IDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(0.5);

    private FedPortalDbContext? _db;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _db = await contexts.CreateDbContextAsync(cancellationToken);
        await _db.Database.OpenConnectionAsync(cancellationToken);
        for (int tries = 0; !await TryTakeAsync(_db, cancellationToken); tries++)
        {
            if (tries % 20 == 0)
            {
                logger.LogInformation("Another portal on the same database is starting; this one waits for its turn");
            }

            await Task.Delay(Look, cancellationToken);
        }

        lifetime.ApplicationStarted.Register(Dispose);
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    // Closing the connection frees the lock.
    public void Dispose() => Interlocked.Exchange(ref _db, null)?.Dispose();

    private static Task<bool> TryTakeAsync(FedPortalDbContext db, CancellationToken cancellationToken) =>
        db.Database.SqlQuery<bool>($"SELECT pg_try_advisory_lock({PostgresLocks.StartUp}) AS \"Value\"").SingleAsync(cancellationToken);
}
