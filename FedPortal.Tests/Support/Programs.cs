using System.Net.Http.Headers;
using FedPortal.Data;
using FedPortal.Identity;
using Microsoft.AspNetCore.Identity;

namespace FedPortal.Tests.Support;

/// <summary>Speaks to a portal's API as a person's program does.</summary>
internal static class Programs
{
    /// <summary>A client with a token of a new person of this role.</summary>
    public static async Task<HttpClient> ProgramAsync(this PortalHost host, string role, TokenScope scope = TokenScope.ReadWrite, Guid? institution = null) =>
        host.WithToken(await host.TokenAsync(await host.AddUserAsync(role, institution), scope));

    public static HttpClient WithToken(this PortalHost host, string token)
    {
        HttpClient client = host.NewClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>Makes a token as the page does, without its password.</summary>
    public static async Task<string> TokenAsync(this PortalHost host, string email, TokenScope scope, int days = 30, bool hasSecondFactor = false)
    {
        (string? token, string? problem) = await host.Services.GetRequiredService<AccessTokenStore>().MakeAsync(
            await host.PersonAsync(email), "A test", scope, days, hasSecondFactor, CancellationToken.None);
        return token ?? throw new InvalidOperationException(problem);
    }

    public static async Task<PortalUser> PersonAsync(this PortalHost host, string email)
    {
        await using AsyncServiceScope scope = host.Services.CreateAsyncScope();
        return (await scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>().FindByEmailAsync(email))!;
    }
}
