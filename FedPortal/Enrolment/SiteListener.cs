using System.Net;
using System.Security.Authentication;
using FedPortal.Data;
using FedPortal.Training.Protocol;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace FedPortal.Enrolment;

/// <summary>
/// The port that hospitals' own site programs reach: HTTPS with the authority's certificate. A client certificate may come with the connection; who it
/// belongs to is looked up for every request, so that a refusal is told in words and a revocation works at once.
/// </summary>
internal static class SiteListener
{
    private const string Urls = "urls";

    public static void AddSiteListener(this WebApplicationBuilder builder)
    {
        PortalOptions options = builder.Configuration.GetSection(PortalOptions.Section).Get<PortalOptions>() ?? new PortalOptions();
        if (options.SitePort == 0)
        {
            return;
        }

        // Endpoints in code take the place of the addresses in "urls", so those are opened here too.
        string[] addresses = (builder.Configuration[Urls] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        bool isConfiguredElsewhere = builder.Configuration.GetSection("Kestrel:Endpoints").GetChildren().Any();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            foreach (string address in isConfiguredElsewhere ? [] : addresses)
            {
                Listen(kestrel, BindingAddress.Parse(address));
            }

            kestrel.ListenAnyIP(options.SitePort, listen =>
            {
                ConsortiumAuthority authority = kestrel.ApplicationServices.GetRequiredService<ConsortiumAuthority>();
                listen.UseHttps(https =>
                {
                    https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
                    https.ServerCertificateSelector = (_, _) => authority.ServerCertificate();
                    https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
                    https.ClientCertificateValidation = (_, _, _) => true;
                });
            });
        });
    }

    /// <summary>On the site port nothing but the site protocol is served; everywhere, programs that speak another version of it are told so.</summary>
    public static IApplicationBuilder UseSiteListener(this WebApplication app)
    {
        int port = app.Services.GetRequiredService<Microsoft.Extensions.Options.IOptions<PortalOptions>>().Value.SitePort;
        return app.Use(async (context, next) =>
        {
            bool isSiteProtocol = context.Request.Path.StartsWithSegments("/api/site", StringComparison.Ordinal, out PathString below);
            if (port != 0 && context.Connection.LocalPort == port && !isSiteProtocol)
            {
                await Results.Problem("This port is for site programs only.", statusCode: StatusCodes.Status404NotFound).ExecuteAsync(context);
            }
            else if (isSiteProtocol && MismatchOf(context.Request, below) is { } mismatch)
            {
                await Results.Problem(mismatch, statusCode: StatusCodes.Status426UpgradeRequired).ExecuteAsync(context);
            }
            else
            {
                await next(context);
            }
        });
    }

    // A program of another version calls /api/site/v2 or says so in its header.
    private static string? MismatchOf(HttpRequest request, PathString below)
    {
        string segment = below.Value?.Split('/') is [_, var first, ..] ? first : "";
        string? spoken = request.Headers[EnrolmentRoutes.ProtocolHeader].FirstOrDefault()
            ?? (segment.StartsWith('v') ? segment[1..] : null);
        return ProgramVersion.Mismatch(spoken, request.Headers[EnrolmentRoutes.ProgramHeader].FirstOrDefault());
    }

    private static void Listen(KestrelServerOptions kestrel, BindingAddress address)
    {
        Action<ListenOptions> secure = address.Scheme == Uri.UriSchemeHttps ? listen => listen.UseHttps() : _ => { };
        if (string.Equals(address.Host, "localhost", StringComparison.OrdinalIgnoreCase))
        {
            kestrel.ListenLocalhost(address.Port, secure);
        }
        else if (IPAddress.TryParse(address.Host, out IPAddress? ip))
        {
            kestrel.Listen(ip, address.Port, secure);
        }
        else
        {
            kestrel.ListenAnyIP(address.Port, secure);
        }
    }
}
