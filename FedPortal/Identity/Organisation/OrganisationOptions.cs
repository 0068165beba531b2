using Microsoft.Extensions.Options;

namespace FedPortal.Identity.Organisation;

/// <summary>The OpenID Connect provider of the consortium's organisation, under "Oidc". Without an authority there is none.</summary>
public sealed class OrganisationOptions
{
    public const string Section = "Oidc";

    /// <summary>The provider's issuer address; its discovery document lies under it.</summary>
    public string Authority { get; set; } = "";

    public string ClientId { get; set; } = "";

    /// <summary>File that holds the client secret and nothing else; empty for a public client.</summary>
    public string ClientSecretFile { get; set; } = "";

    /// <summary>Name on the sign-in button.</summary>
    public string Label { get; set; } = "your organisation";

    public bool IsConfigured => Authority.Length > 0;

    internal async Task<string?> ReadSecretAsync(CancellationToken cancellationToken) =>
        ClientSecretFile.Length > 0 ? (await File.ReadAllTextAsync(ClientSecretFile, cancellationToken)).Trim() : null;
}

internal sealed class OrganisationOptionsCheck : IValidateOptions<OrganisationOptions>
{
    public ValidateOptionsResult Validate(string? name, OrganisationOptions options)
    {
        string[] problems = options.IsConfigured ? [.. Problems(options)] : [];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static IEnumerable<string> Problems(OrganisationOptions options)
    {
        if (!Uri.TryCreate(options.Authority, UriKind.Absolute, out Uri? authority) || !(authority.Scheme == "https" || authority.IsLoopback))
        {
            yield return $"Oidc:Authority must be an https address but is '{options.Authority}'.";
        }

        if (options.ClientId.Length == 0)
        {
            yield return "Oidc:ClientId must be set where Oidc:Authority is.";
        }

        if (options.ClientSecretFile.Length > 0 && !File.Exists(options.ClientSecretFile))
        {
            yield return $"Oidc:ClientSecretFile '{options.ClientSecretFile}' does not exist.";
        }
    }
}
