using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace FedPortal.Data;

/// <summary>The same context under another name: EF Core finds migrations by the context's type, and PostgreSQL needs its own beside those of SQLite.</summary>
public sealed class PostgresMigrations(DbContextOptions<FedPortalDbContext> options) : FedPortalDbContext(options)
{
    internal static PostgresMigrations On(FedPortalDbContext db) => new((DbContextOptions<FedPortalDbContext>)db.GetService<IDbContextOptions>());
}
