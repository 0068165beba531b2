using FedPortal.Data;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace FedPortal.Tests.Support;

/// <summary>A portal's database as a file in a folder, opened with the portal's own settings but without a portal.</summary>
internal sealed class DatabaseFile(TemporaryFolder folder) : IDbContextFactory<FedPortalDbContext>
{
    public FedPortalDbContext CreateDbContext()
    {
        ServiceProvider services = new ServiceCollection()
            .Configure<IdentityOptions>(identity => identity.Stores.SchemaVersion = IdentitySchemaVersions.Version3).BuildServiceProvider();
        return new FedPortalDbContext(new DbContextOptionsBuilder<FedPortalDbContext>()
            .UseApplicationServiceProvider(services).UseSqlite($"Data Source={folder.At("portal.db")};Pooling=False").AddInterceptors(new SqlitePragmas()).Options);
    }

    /// <summary>What a portal does to it at its start.</summary>
    public DatabaseStartup NewStartup() =>
        new(this, Options.Create(new PortalOptions { DataDirectory = folder.Path }), TimeProvider.System, NullLogger<DatabaseStartup>.Instance);
}
