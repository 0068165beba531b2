using FedPortal.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace FedPortal.Tests.Support;

/// <summary>The database of a portal with this data directory, opened with the portal's own settings but without a portal.</summary>
internal sealed class DatabaseFile(string root) : IDbContextFactory<FedPortalDbContext>
{
    public FedPortalDbContext CreateDbContext() => TestDatabase.Open(root);

    /// <summary>What a portal does to it at its start.</summary>
    public DatabaseStartup NewStartup() =>
        new(this, Options.Create(new PortalOptions { DataDirectory = root }), TimeProvider.System, NullLogger<DatabaseStartup>.Instance);
}
