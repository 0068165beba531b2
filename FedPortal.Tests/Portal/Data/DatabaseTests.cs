using FedPortal.Data;
using FedPortal.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;
using Xunit;

namespace FedPortal.Tests.Portal.Data;

public sealed class DatabaseTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DatabaseFile _file;

    public DatabaseTests() => _file = new DatabaseFile(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task TheMigrations_MakeTheModel()
    {
        await using FedPortalDbContext sqlite = Open(database: null);
        await using FedPortalDbContext postgres = Open(new NpgsqlConnectionStringBuilder("Host=nowhere;Database=none"));
        await using PostgresMigrations migrations = PostgresMigrations.On(postgres);

        Assert.False(sqlite.Database.HasPendingModelChanges());
        Assert.False(migrations.Database.HasPendingModelChanges());
    }

    [Fact]
    public async Task AStaleMigrationLock_DoesNotHangTheStart()
    {
        Assert.SkipWhen(TestDatabase.IsPostgres, "Only SQLite keeps such locks as rows.");
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
        Assert.SkipWhen(TestDatabase.IsPostgres, "Portals on one PostgreSQL database share the data directory.");
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

    [Fact]
    public async Task SeveralPortalsOnOnePostgres_ShareTheDataDirectory_AndKeepOneOnSqliteOut()
    {
        TestDatabase.RequirePostgres();
        using DatabaseStartup first = _file.NewStartup();
        using DatabaseStartup second = _file.NewStartup();
        await first.StartAsync(CancellationToken.None);
        await second.StartAsync(CancellationToken.None);

        Assert.Throws<IOException>(() => new FileStream(_folder.At("portal.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
    }

    [Theory]
    [InlineData("ConnectionStrings:Portal", "Host=db", "names no host or no database")]
    [InlineData("ConnectionStrings:Portal", "Hosst=db;Password=hush", "cannot be read")]
    [InlineData("Portal:DatabaseFile", "/nowhere/database", "/nowhere/database")]
    public void ABadConnectionString_IsRefusedByName_WithoutItsSecret(string name, string value, string reason)
    {
        IConfiguration settings = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { [name] = value }).Build();

        InvalidOperationException refused = Assert.Throws<InvalidOperationException>(() => PortalDatabase.Of(settings));

        Assert.Contains(name, refused.Message, StringComparison.Ordinal);
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void APasswordComesFromTheEnvironmentOrAFile_NotFromTheCommandLine()
    {
        const string Text = "Host=db;Database=portal;Password=hush";
        File.WriteAllText(_folder.At("database"), $"{Text}\n");

        PortalDatabase fromFile = PortalDatabase.Of(new ConfigurationBuilder().AddCommandLine(["--Portal:DatabaseFile", _folder.At("database")]).Build());
        InvalidOperationException refused = Assert.Throws<InvalidOperationException>(
            () => PortalDatabase.Of(new ConfigurationBuilder().AddCommandLine(["--ConnectionStrings:Portal", Text]).Build()));

        Assert.Equal("hush", fromFile.Server!.Password);
        Assert.DoesNotContain("hush", fromFile.Description, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", refused.ToString(), StringComparison.Ordinal);
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

    private FedPortalDbContext Open(NpgsqlConnectionStringBuilder? database) =>
        new(TestDatabase.Options(options => PortalDatabase.Of(database).Configure(options, _folder.Path)));
}
