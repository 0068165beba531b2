using FedPortal.Data;
using FedPortal.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Xunit;

namespace FedPortal.Tests.Portal.Data;

public sealed class DatabaseTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DatabaseFile _file;

    public DatabaseTests() => _file = new DatabaseFile(_folder);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task TheMigrations_MakeTheModel()
    {
        await using FedPortalDbContext db = _file.CreateDbContext();

        Assert.False(db.Database.HasPendingModelChanges());
    }

    [Fact]
    public async Task AStaleMigrationLock_DoesNotHangTheStart()
    {
        using (DatabaseStartup first = _file.NewStartup())
        {
            await first.StartAsync(CancellationToken.None);
        }

        await using (FedPortalDbContext db = _file.CreateDbContext())
        {
            await db.Database.ExecuteSqlRawAsync("INSERT INTO __EFMigrationsLock (Id, Timestamp) VALUES (1, '2026-01-01 00:00:00')");
        }

        using DatabaseStartup second = _file.NewStartup();
        await second.StartAsync(CancellationToken.None).WaitAsync(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task ASecondPortalOnTheSameData_IsRefusedWithTheReason()
    {
        using DatabaseStartup first = _file.NewStartup();
        await first.StartAsync(CancellationToken.None);
        using DatabaseStartup second = _file.NewStartup();

        InvalidOperationException refused = await Assert.ThrowsAsync<InvalidOperationException>(() => second.StartAsync(CancellationToken.None));

        Assert.Contains("in use by another portal", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Times_AreStoredAsTextThatSortsAndComesBackTheSame()
    {
        using DatabaseStartup startup = _file.NewStartup();
        await startup.StartAsync(CancellationToken.None);
        DateTimeOffset early = new(2026, 3, 1, 8, 0, 0, TimeSpan.FromHours(2));
        DateTimeOffset late = early.AddTicks(1);
        await using FedPortalDbContext db = _file.CreateDbContext();
        db.Institutions.Add(new Institutions.Institution("Late", "late", true, 0, late));
        db.Institutions.Add(new Institutions.Institution("Early", "early", true, 1, early));
        await db.SaveChangesAsync();
        db.ChangeTracker.Clear();

        List<Institutions.Institution> sorted = await db.Institutions.Where(i => i.AdmittedAt < late.AddTicks(1)).OrderBy(i => i.AdmittedAt).ToListAsync();

        Assert.Equal(["Early", "Late"], sorted.Select(i => i.Name));
        Assert.Equal(early.ToUniversalTime(), sorted[0].AdmittedAt);
    }

    [Theory]
    [InlineData("LeaseSeconds", "0")]
    [InlineData("MaxAttempts", "0")]
    [InlineData("MaxSitePrograms", "-1")]
    [InlineData("RetrySeconds", "NaN")]
    [InlineData("HoldoutShare", "1")]
    [InlineData("SiteProgram", "/nowhere/site")]
    [InlineData("SiteUrl", "not an address")]
    [InlineData("DataDirectory", "/proc/nowhere")]
    public void ABadSetting_IsNamedWithItsValue(string name, string value)
    {
        var options = new PortalOptions { DataDirectory = _folder.Path };
        new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { [name] = value }).Build().Bind(options);

        ValidateOptionsResult result = new PortalOptionsCheck().Validate(null, options);

        string problem = Assert.Single(result.Failures!);
        Assert.Contains($"Portal:{name}", problem, StringComparison.Ordinal);
        Assert.Contains(value, problem, StringComparison.Ordinal);
    }
}
