using FedPortal.Comparisons;
using FedPortal.Data;
using FedPortal.Runs;
using FedPortal.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace FedPortal.Tests.Portal.Data;

/// <summary>A person stops a run in the moment in which a job moves it, in a real database.</summary>
public sealed class ContendedChangeTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);
    private readonly TemporaryFolder _folder = new();
    private readonly DatabaseFile _file;
    private readonly ComparisonRun _run = new(ComparisonOrder.Usual, "Ada", Now);

    public ContendedChangeTests() => _file = new DatabaseFile(_folder.Path);

    public async ValueTask InitializeAsync()
    {
        await using FedPortalDbContext db = _file.CreateDbContext();
        await PortalDatabase.MigrateAsync(db, CancellationToken.None);
        db.Add(_run);
        await db.SaveChangesAsync();
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task AStopThatTheBeginningOvertakes_StillStops()
    {
        (ComparisonRun? stopped, int reads) = await StopAsync(read => read == 1 ? SetAsync(RunState.Running) : Task.CompletedTask);

        Assert.Equal((2, RunState.Cancelled), (reads, stopped?.State));
        Assert.Equal(RunState.Cancelled, await StateAsync());
    }

    [Fact]
    public async Task AStopThatTheEndOvertakes_IsRefused_AndTheEndStays()
    {
        (ComparisonRun? stopped, int reads) = await StopAsync(_ => SetAsync(RunState.Done));

        Assert.Equal((2, null), (reads, stopped));
        Assert.Equal(RunState.Done, await StateAsync());
    }

    [Fact]
    public async Task WhoIsOvertakenAgainAndAgain_GivesUp()
    {
        (ComparisonRun? stopped, int reads) = await StopAsync(read => SetAsync(read % 2 == 1 ? RunState.Running : RunState.Waiting));

        Assert.Equal((10, null), (reads, stopped));
        Assert.Equal(RunState.Waiting, await StateAsync());
    }

    /// <param name="meanwhile">What others do after the reading with this number, before the saving.</param>
    private async Task<(ComparisonRun? Stopped, int Reads)> StopAsync(Func<int, Task> meanwhile)
    {
        int reads = 0;
        ComparisonRun? stopped = await _file.TryChangeAsync(async db =>
        {
            ComparisonRun run = await db.ComparisonRuns.SingleAsync(r => r.Id == _run.Id);
            reads++;
            if (run.IsFinal)
            {
                return null;
            }

            await meanwhile(reads);
            run.Cancel("Stopped.", Now);
            return run;
        }, CancellationToken.None);
        return (stopped, reads);
    }

    private async Task SetAsync(RunState state)
    {
        await using FedPortalDbContext db = _file.CreateDbContext();
        Assert.Equal(1, await db.ComparisonRuns.Where(r => r.Id == _run.Id).ExecuteUpdateAsync(set => set.SetProperty(r => r.State, state)));
    }

    private async Task<RunState> StateAsync()
    {
        await using FedPortalDbContext db = _file.CreateDbContext();
        return await db.ComparisonRuns.Where(r => r.Id == _run.Id).Select(r => r.State).SingleAsync();
    }
}
