using FedPortal.Identity;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Data;

/// <summary>The portal's database. Only stores and start-up open it.</summary>
public sealed class FedPortalDbContext(DbContextOptions<FedPortalDbContext> options)
    : IdentityDbContext<PortalUser, IdentityRole<Guid>, Guid>(options)
{
    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.ApplyConfigurationsFromAssembly(typeof(FedPortalDbContext).Assembly);
    }
}
