using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace FedPortal.Operation.Monitoring;

/// <summary>Settings under "Metrics".</summary>
public sealed class MonitoringOptions
{
    public const string Section = "Metrics";
    public const int LeastTokenLength = 24;

    /// <summary>File that holds the token of whoever may read /metrics and nothing else; empty for nobody.</summary>
    public string TokenFile { get; set; } = "";
}

internal sealed class MonitoringOptionsCheck : IValidateOptions<MonitoringOptions>
{
    public ValidateOptionsResult Validate(string? name, MonitoringOptions options)
    {
        if (options.TokenFile.Length == 0)
        {
            return ValidateOptionsResult.Success;
        }

        if (!File.Exists(options.TokenFile))
        {
            return ValidateOptionsResult.Fail($"{MonitoringOptions.Section}:TokenFile '{options.TokenFile}' does not exist.");
        }

        int length = File.ReadAllText(options.TokenFile).Trim().Length;
        return length >= MonitoringOptions.LeastTokenLength
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"{MonitoringOptions.Section}:TokenFile must hold at least {MonitoringOptions.LeastTokenLength} characters but holds {length}.");
    }
}

/// <summary>Knows whoever sends the token of the file as a bearer token. The file is read for each request, so a token is replaced by replacing the file.</summary>
internal sealed class MonitoringAccess(IOptionsMonitor<AuthenticationSchemeOptions> scheme, ILoggerFactory loggers, UrlEncoder encoder, IOptions<MonitoringOptions> options)
    : AuthenticationHandler<AuthenticationSchemeOptions>(scheme, loggers, encoder)
{
    public const string SchemeName = "Monitoring";
    private const string Prefix = "Bearer ";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        string? header = Request.Headers.Authorization.FirstOrDefault();
        if (options.Value.TokenFile.Length == 0 || header?.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) is not true)
        {
            return AuthenticateResult.NoResult();
        }

        string wanted = (await File.ReadAllTextAsync(options.Value.TokenFile, Context.RequestAborted)).Trim();
        bool isRight = wanted.Length >= MonitoringOptions.LeastTokenLength
            && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(wanted)), SHA256.HashData(Encoding.UTF8.GetBytes(header[Prefix.Length..].Trim())));
        return isRight
            ? AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, "monitoring")], SchemeName)), SchemeName))
            : AuthenticateResult.Fail("The token is not that of monitoring.");
    }
}
