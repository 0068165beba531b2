using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Tests.Support;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Xunit;

namespace FedPortal.Tests.Portal.Identity;

public sealed class InstitutionMigrationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task WhoSpokeForOneInstitution_DoesSoAfterTheUpdate()
    {
        Guid institution = Guid.NewGuid();
        await using FedPortalDbContext db = NewContext();
        await db.GetService<IMigrator>().MigrateAsync("Initial");
        await db.Database.ExecuteSqlAsync($"""
            INSERT INTO AspNetUsers (Id, UserName, InstitutionId, DisplayName, MustChangePassword, EmailConfirmed, PhoneNumberConfirmed, TwoFactorEnabled, LockoutEnabled, AccessFailedCount)
            VALUES ({Guid.NewGuid()}, 'ada', {institution}, 'Ada', 0, 0, 0, 0, 0, 0), ({Guid.NewGuid()}, 'eve', NULL, 'Eve', 0, 0, 0, 0, 0, 0)
            """);

        await db.Database.MigrateAsync();

        List<PortalUser> users = await db.Users.OrderBy(user => user.UserName).ToListAsync();
        Assert.Equal([institution], users[0].InstitutionIds);
        Assert.Empty(users[1].InstitutionIds);
    }

    private FedPortalDbContext NewContext()
    {
        ServiceProvider services = new ServiceCollection()
            .Configure<IdentityOptions>(identity => identity.Stores.SchemaVersion = IdentitySchemaVersions.Version3).BuildServiceProvider();
        return new FedPortalDbContext(new DbContextOptionsBuilder<FedPortalDbContext>()
            .UseApplicationServiceProvider(services).UseSqlite($"Data Source={_folder.At("portal.db")};Pooling=False").Options);
    }
}
