using FedPortal.Site.Service;
using FedPortal.Tests.Support;
using FedPortal.Training.Protocol;
using Xunit;

namespace FedPortal.Tests.Site;

/// <summary>The service, and programs that look at its home at the same moment.</summary>
public sealed class ServiceHomeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task AServiceThatBegins_OutwaitsWhoOnlyAsksWhetherOneRuns()
    {
        var home = new SiteHome(_folder.Path);
        FileStream asking = ServiceLock.TryTake(home)!;

        Task<FileStream?> beginning = TakeAsync(home, TimeSpan.FromMinutes(5));
        Assert.False(beginning.IsCompleted);
        await asking.DisposeAsync();

        await using FileStream? taken = await beginning;
        Assert.NotNull(taken);
        Assert.Null(await TakeAsync(home, TimeSpan.Zero));
    }

    [Fact]
    public void ADataSetThatIsRegisteredWhileTheListIsRead_IsInItOnce()
    {
        var home = new SiteHome(_folder.Path);
        var dataset = new DatasetMessage(Guid.NewGuid(), "X-rays", IsSynthetic: true, [], 0, 1, new string('0', 64), "{}", "{}");
        SiteRegister.Add(home, dataset);
        string untold = Assert.Single(Directory.GetFiles(_folder.Path, "*.untold.json", SearchOption.AllDirectories));

        // Listed under the old name before it got the new one; another one is gone between the listing and the reading.
        File.Copy(untold, untold.Replace(".untold.", ".told.", StringComparison.Ordinal));
        File.CreateSymbolicLink(untold.Replace($"{dataset.Id:N}", $"{Guid.NewGuid():N}", StringComparison.Ordinal), _folder.At("gone"));

        Assert.Equal([(dataset.Id, true)], SiteRegister.List(home).Select(entry => (entry.Dataset.Id, entry.IsRegistered)));
    }

    public void Dispose() => _folder.Dispose();

    private static Task<FileStream?> TakeAsync(SiteHome home, TimeSpan patience) => ServiceLock.TakeAsync(home, patience, TimeProvider.System, TestContext.Current.CancellationToken);
}
