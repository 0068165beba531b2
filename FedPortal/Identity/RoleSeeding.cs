using Microsoft.AspNetCore.Identity;

namespace FedPortal.Identity;

/// <summary>Makes sure the three roles exist. Registered after the database's own start-up, so the tables are there.</summary>
internal sealed class RoleSeeding(IServiceScopeFactory scopes) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        await SeedAsync(scope.ServiceProvider.GetRequiredService<RoleManager<IdentityRole<Guid>>>());
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    internal static async Task SeedAsync(RoleManager<IdentityRole<Guid>> roles)
    {
        foreach (string role in Roles.All)
        {
            if (!await roles.RoleExistsAsync(role))
            {
                IdentityResult created = await roles.CreateAsync(new IdentityRole<Guid>(role) { Id = Guid.CreateVersion7() });
                if (!created.Succeeded)
                {
                    throw new InvalidOperationException($"The role {role} could not be made: {string.Join(' ', created.Errors.Select(error => error.Description))}");
                }
            }
        }
    }
}
