using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Infrastructure;

namespace FedPortal.Api;

/// <summary>What an operation asks of its caller, for the document and for whoever was refused.</summary>
internal static class ApiRoles
{
    /// <returns>The roles of which one is needed; empty where everybody who is signed in may.</returns>
    public static async Task<string[]> NeededAsync(IServiceProvider services, IEnumerable<IAuthorizeData> asked)
    {
        AuthorizationPolicy? policy = await AuthorizationPolicy.CombineAsync(services.GetRequiredService<IAuthorizationPolicyProvider>(), asked);
        return [.. policy?.Requirements.OfType<RolesAuthorizationRequirement>().SelectMany(requirement => requirement.AllowedRoles).Distinct() ?? []];
    }
}
