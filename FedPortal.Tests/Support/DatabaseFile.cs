using FedPortal.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace FedPortal.Tests.Support;

/// <summary>The database of a portal whose data directory is a folder, opened with the portal's own settings but without a portal.</summary>
internal sealed class DatabaseFile(TemporaryFolder folder) : IDbContextFactory<FedPortalDbContext>
{
    public FedPortalDbContext CreateDbContext() => TestDatabase.Open(folder.Path);

    /// <summary>What a portal does to it at its start.</summary>
    public DatabaseStartup NewStartup() =>
        new(this, Options.Create(new PortalOptions { DataDirectory = folder.Path }), TimeProvider.System, NullLogger<DatabaseStartup>.Instance);
}
