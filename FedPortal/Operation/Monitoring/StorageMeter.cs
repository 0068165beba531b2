using System.Data.Common;
using System.Runtime.CompilerServices;
using FedPortal.Data;
using FedPortal.Rounds;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace FedPortal.Operation.Monitoring;

/// <summary>What rounds took and moved, counted when it is saved: a figure is of what this portal saved since it began, as Prometheus wants its counters.</summary>
internal sealed class SavedFigures : SaveChangesInterceptor
{
    private readonly ConditionalWeakTable<DbContext, List<Action>> _pending = [];
    private long _updateBytes;
    private long _updates;

    public LabelledHistogram Stages { get; } = new(
        "fedportal_stage_duration_seconds", "How long the stages of rounds took, at the portal and at the sites.", ["stage", "place"], [0.1, 0.5, 1, 5, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200]);

    public long UpdateBytes => Interlocked.Read(ref _updateBytes);

    public long Updates => Interlocked.Read(ref _updates);

    public override ValueTask<InterceptionResult<int>> SavingChangesAsync(DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        if (eventData.Context is FedPortalDbContext db)
        {
            List<Action> found = [];
            foreach (var entry in db.ChangeTracker.Entries())
            {
                if (entry is { State: EntityState.Added, Entity: StageTiming timing })
                {
                    found.Add(() => Stages.Observe(timing.Seconds, timing.Stage, timing.InstitutionId is null ? "portal" : "site"));
                }
                else if (entry is { State: EntityState.Modified, Entity: Participation { UpdateBytes: { } bytes } } && entry.OriginalValues[nameof(Participation.UpdateBytes)] is null)
                {
                    found.Add(() =>
                    {
                        Interlocked.Add(ref _updateBytes, bytes);
                        Interlocked.Increment(ref _updates);
                    });
                }
            }

            _pending.AddOrUpdate(db, found);
        }

        return ValueTask.FromResult(result);
    }

    public override ValueTask<int> SavedChangesAsync(SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        if (eventData.Context is { } db && _pending.TryGetValue(db, out List<Action>? found))
        {
            _pending.Remove(db);
            found.ForEach(count => count());
        }

        return ValueTask.FromResult(result);
    }
}

/// <summary>How long the database takes to answer.</summary>
internal sealed class CommandClock : DbCommandInterceptor
{
    public LabelledHistogram Durations { get; } = new(
        "fedportal_database_command_duration_seconds", "How long the database took to begin to answer.", ["kind"], [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5]);

    public override ValueTask<DbDataReader> ReaderExecutedAsync(DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default)
    {
        Durations.Observe(eventData.Duration.TotalSeconds, eventData.CommandSource == CommandSource.SaveChanges ? "write" : "read");
        return ValueTask.FromResult(result);
    }

    public override ValueTask<int> NonQueryExecutedAsync(DbCommand command, CommandExecutedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        Durations.Observe(eventData.Duration.TotalSeconds, "write");
        return ValueTask.FromResult(result);
    }

    public override ValueTask<object?> ScalarExecutedAsync(DbCommand command, CommandExecutedEventData eventData, object? result, CancellationToken cancellationToken = default)
    {
        Durations.Observe(eventData.Duration.TotalSeconds, "read");
        return ValueTask.FromResult(result);
    }
}
