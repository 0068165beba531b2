using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Data;

/// <summary>The portal's database without a portal: for commands that look after it.</summary>
internal sealed class DetachedDatabase(PortalDatabase database, string root) : IDbContextFactory<FedPortalDbContext>
{
    private static readonly ServiceProvider Services = new ServiceCollection()
        .Configure<IdentityOptions>(identity => identity.Stores.SchemaVersion = IdentitySchemaVersions.Version3).BuildServiceProvider();

    public FedPortalDbContext CreateDbContext()
    {
        var options = new DbContextOptionsBuilder<FedPortalDbContext>();
        options.UseApplicationServiceProvider(Services);
        database.Configure(options, root);
        return new FedPortalDbContext(options.Options);
    }
}
