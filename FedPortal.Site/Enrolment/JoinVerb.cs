using System.CommandLine;
using System.Text.Json.Nodes;
using FedPortal.Site.CommandLine;
using FedPortal.Site.CommandLine.Output;
using FedPortal.Site.CommandLine.Verbs;
using FedPortal.Training.Protocol;

namespace FedPortal.Site.Enrolment;

/// <summary><c>site join</c>: enrols this machine as an institution's own site.</summary>
internal static class JoinVerb
{
    private const string FromInput = "-";

    public static Command Create()
    {
        var portal = new Option<string>("--portal") { HelpName = "URL", Required = true, Description = "address of the portal's site port, such as https://portal.example:5443" };
        var token = new Option<string>("--token") { HelpName = "TOKEN", Required = true, Description = "the one-time token of the consortium's admin; - reads it from standard input" };
        Option<string> home = SiteOptions.Home();
        Option<int?> wait = CommonOptions.Number("--wait", "MINUTES", 0, 7 * 24 * 60, "how long to wait for the admin's confirmation (default 60)");
        var again = new Option<bool>("--again") { Description = "join although this home is enrolled already" };
        var newKeys = new Option<bool>("--new-keys") { Description = "make a new identity too, for example after keys were lost to somebody" };
        Option<bool> json = CommonOptions.Json();
        var command = new Command("join", "Enrols this machine as an institution's own site: makes its keys, shows their fingerprint, fetches its certificate.")
        {
            portal, token, home, wait, again, newKeys, json,
        };
        command.SetAction(async (parsed, ct) =>
        {
            Uri address = AddressOf(parsed.GetValue(portal)!);
            EnrolmentToken invitation = await TokenAsync(parsed.GetValue(token)!, ct);
            SiteHome site = SiteOptions.Open(parsed.GetValue(home)!);
            var credentials = new SiteCredentials(site);
            if (credentials.IsEnrolled && !parsed.GetValue(again))
            {
                EnrolledAt known = credentials.Record();
                throw new UsageException($"{site.Path} is enrolled at {known.Portal} as {known.InstitutionName} already; --again joins anew.");
            }

            bool asJson = parsed.GetValue(json);
            var join = new SiteJoin(site, TimeProvider.System, line => (asJson ? Console.Error : Console.Out).WriteLine(line));
            EnrolledAt record = await PortalTrouble.TranslatedAsync(() => join.RunAsync(address, invitation, parsed.GetValue(newKeys), TimeSpan.FromMinutes(parsed.GetValue(wait) ?? 60), ct));
            using System.Security.Cryptography.X509Certificates.X509Certificate2 certificate = credentials.Certificate();
            if (asJson)
            {
                JsonOutput.Write(new JsonObject
                {
                    ["command"] = "site join",
                    ["home"] = site.Path,
                    ["portal"] = record.Portal.ToString(),
                    ["institution"] = record.InstitutionName,
                    ["institutionId"] = record.InstitutionId,
                    ["shortCode"] = record.ShortCode,
                    ["fingerprint"] = record.Fingerprint,
                    ["certificateExpiresAt"] = certificate.NotAfter.ToUniversalTime(),
                });
            }
            else
            {
                Console.WriteLine($"Enrolled as {record.InstitutionName} ({record.ShortCode}). The certificate is good until {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd HH:mm} UTC and renews itself while 'site run' runs.");
                Console.WriteLine("Next: say what this house allows ('site policy set --help'), bring images ('site data import DIR --name NAME'), start the service ('site run').");
            }

            return ExitCodes.Done;
        });
        return command;
    }

    private static Uri AddressOf(string text) => Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && address.Scheme == Uri.UriSchemeHttps
        ? address
        : throw new UsageException($"--portal: expected an address such as https://portal.example:5443 but got '{text}'.");

    private static async Task<EnrolmentToken> TokenAsync(string text, CancellationToken cancellationToken)
    {
        try
        {
            return EnrolmentToken.Parse(text == FromInput ? await Console.In.ReadLineAsync(cancellationToken) ?? "" : text);
        }
        catch (FormatException bad)
        {
            throw new UsageException($"--token: {bad.Message}");
        }
    }
}
