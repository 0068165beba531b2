using FedPortal.Data;
using FedPortal.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace FedPortal.Tests.Portal.Data;

public sealed class LiveRelayTests
{
    [Fact]
    public void ABatchComesBackTheSame_ButNotToItsSender()
    {
        LiveUpdate round = new(LiveSubject.Round, Guid.NewGuid(), Guid.NewGuid());
        LiveUpdate account = new(LiveSubject.Account, Guid.NewGuid());

        string text = LiveRelay.Write("one", [round, account, round]);

        Assert.Equal([round, account], LiveRelay.Read("other", text));
        Assert.Empty(LiveRelay.Read("one", text));
        Assert.Empty(LiveRelay.Read("other", "something else\nthat is not ours"));
        Assert.True(LiveRelay.Write("one", Enumerable.Range(0, 64).Select(_ => new LiveUpdate(LiveSubject.Consultation, Guid.NewGuid(), Guid.NewGuid()))).Length < 8000);
    }

    [Fact]
    public async Task WhatIsSavedAtOnePortal_RefreshesThePagesOfAnother()
    {
        TestDatabase.RequirePostgres();
        using var folder = new TemporaryFolder();
        PortalDatabase database = TestDatabase.Of(folder.Path);
        LiveUpdates here = new(NullLogger<LiveUpdates>.Instance);
        LiveUpdates there = new(NullLogger<LiveUpdates>.Instance);
        using LiveRelay one = new(here, database, TimeProvider.System, NullLogger<LiveRelay>.Instance);
        using LiveRelay other = new(there, database, TimeProvider.System, NullLogger<LiveRelay>.Instance);
        TaskCompletionSource<LiveUpdate> heard = new();
        int echoes = 0;
        using IDisposable far = there.Subscribe(update => heard.TrySetResult(update));
        using IDisposable near = here.Subscribe(_ => Interlocked.Increment(ref echoes));
        await one.StartAsync(CancellationToken.None);
        await other.StartAsync(CancellationToken.None);

        // Until the other listens nothing is heard, so it is told until it hears.
        LiveUpdate told = new(LiveSubject.Round, Guid.NewGuid(), Guid.NewGuid());
        int publications = 0;
        while (!heard.Task.IsCompleted && publications < 1000)
        {
            here.Publish(told);
            publications++;
            await Task.WhenAny(heard.Task, Task.Delay(100));
        }

        Assert.Equal(told, await heard.Task.WaitAsync(TimeSpan.FromMinutes(1)));
        Assert.Equal(publications, echoes);
        await one.StopAsync(CancellationToken.None);
        await other.StopAsync(CancellationToken.None);
    }
}
