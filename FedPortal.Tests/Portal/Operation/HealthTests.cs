using System.Net;
using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Operation;
using FedPortal.Operation.Health;
using FedPortal.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Xunit;

namespace FedPortal.Tests.Portal.Operation;

public sealed class HealthTests(OperationHost host) : IClassFixture<OperationHost>
{
    [Fact]
    public async Task Monitoring_IsAnsweredWithOneWord()
    {
        using HttpClient nobody = host.NewClient();

        await Eventually.HoldsAsync(async () =>
        {
            using HttpResponseMessage early = await nobody.GetAsync("/health/ready");
            return early.StatusCode != HttpStatusCode.ServiceUnavailable; // the scheduler begins in the background
        });

        using HttpResponseMessage ready = await nobody.GetAsync("/health/ready");
        using HttpResponseMessage live = await nobody.GetAsync("/health/live");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (ready.StatusCode, live.StatusCode));
        Assert.Contains(await ready.Content.ReadAsStringAsync(), new[] { "Healthy", "Degraded" });
        Assert.Equal("Healthy", await live.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task ThePage_NamesEveryPart_ForThoseWhoRunThePortal()
    {
        using HttpClient auditor = await host.SignInAsync(await host.AddUserAsync(Roles.Auditor));
        using HttpClient coordinator = await host.SignInAsync(await host.AddUserAsync(Roles.Coordinator));

        string page = WebUtility.HtmlDecode(await auditor.GetStringAsync("/operation/health"));

        Assert.All(new[] { PortalHealth.Database, PortalHealth.Blobs, PortalHealth.Scheduler, PortalHealth.Disk, PortalHealth.Engine, PortalHealth.Signer }, part => Assert.Contains(PortalHealth.NameOf(part), page, StringComparison.Ordinal));
        Assert.Contains("A file was written and removed.", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Found, (await coordinator.GetAsync("/operation/health")).StatusCode);
    }

    [Fact]
    public async Task AStoreThatCannotBeWritten_AndAFullDisk_MakeThePortalUnready()
    {
        using var folder = new TemporaryFolder();
        IOptions<PortalOptions> portal = Options.Create(new PortalOptions { DataDirectory = folder.Path });
        await File.WriteAllTextAsync(folder.At("blobs"), "a file where a folder should be");
        long free = new DriveInfo(folder.Path).AvailableFreeSpace;

        HealthCheckResult blobs = await new BlobHealth(portal).CheckHealthAsync(new HealthCheckContext());
        HealthCheckResult full = await new DiskHealth(portal, Wanting(free * 8e-9)).CheckHealthAsync(new HealthCheckContext());
        HealthCheckResult low = await new DiskHealth(portal, Wanting(free * 2e-9)).CheckHealthAsync(new HealthCheckContext());
        HealthCheckResult enough = await new DiskHealth(portal, Wanting(free * 0.5e-9)).CheckHealthAsync(new HealthCheckContext());

        Assert.Equal([HealthStatus.Unhealthy, HealthStatus.Unhealthy, HealthStatus.Degraded, HealthStatus.Healthy], new[] { blobs, full, low, enough }.Select(result => result.Status));
        Assert.All(new[] { blobs, full, low, enough }, result => Assert.True(result.Description?.Length > 10));
    }

    [Fact]
    public async Task ADatabaseThatIsAway_IsToldInWords_WithoutItsAddress()
    {
        using var folder = new TemporaryFolder();

        HealthCheckResult result = await new DatabaseHealth(new AwayDatabase(folder.At("nowhere", "portal.db")), TimeProvider.System).CheckHealthAsync(new HealthCheckContext());

        Assert.Equal(HealthStatus.Unhealthy, result.Status);
        Assert.DoesNotContain(folder.Path, result.Description, StringComparison.Ordinal);
    }

    private sealed class AwayDatabase(string path) : IDbContextFactory<FedPortalDbContext>
    {
        public FedPortalDbContext CreateDbContext() => new(new DbContextOptionsBuilder<FedPortalDbContext>().UseSqlite($"Data Source={path};Mode=ReadOnly").Options);
    }

    private static IOptions<AlertOptions> Wanting(double gigabytes) => Options.Create(new AlertOptions { DiskFreeGigabytes = gigabytes });
}
