using FedPortal.Data;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.Extensions.DependencyInjection;

Console.WriteLine("Run: eng/EfTool/add-migration NAME");

/// <summary>What <c>dotnet ef</c> asks for the portal's context; it opens no database.</summary>
internal sealed class DesignTimeContexts : IDesignTimeDbContextFactory<FedPortalDbContext>
{
    public FedPortalDbContext CreateDbContext(string[] args)
    {
        ServiceProvider services = new ServiceCollection()
            .Configure<IdentityOptions>(identity => identity.Stores.SchemaVersion = IdentitySchemaVersions.Version3)
            .BuildServiceProvider();
        return new FedPortalDbContext(new DbContextOptionsBuilder<FedPortalDbContext>()
            .UseApplicationServiceProvider(services)
            .UseSqlite("Data Source=design.db")
            .Options);
    }
}
