using FedPortal.Data;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.Extensions.DependencyInjection;

Console.WriteLine("Run: eng/EfTool/add-migration NAME");

/// <summary>What <c>dotnet ef</c> asks for the portal's context under SQLite; it opens no database.</summary>
internal sealed class SqliteDesign : IDesignTimeDbContextFactory<FedPortalDbContext>
{
    public FedPortalDbContext CreateDbContext(string[] args) => new(Options(db => db.UseSqlite("Data Source=design.db")));

    public static DbContextOptions<FedPortalDbContext> Options(Action<DbContextOptionsBuilder> database)
    {
        ServiceProvider services = new ServiceCollection()
            .Configure<IdentityOptions>(identity => identity.Stores.SchemaVersion = IdentitySchemaVersions.Version3)
            .BuildServiceProvider();
        var options = new DbContextOptionsBuilder<FedPortalDbContext>();
        options.UseApplicationServiceProvider(services);
        database(options);
        return options.Options;
    }
}

/// <summary>The same under PostgreSQL.</summary>
internal sealed class PostgresDesign : IDesignTimeDbContextFactory<PostgresMigrations>
{
    public PostgresMigrations CreateDbContext(string[] args) => new(SqliteDesign.Options(db => db.UseNpgsql("Host=design;Database=design")));
}
