using System.CommandLine;
using FedPortal.Site.CommandLine;
using FedPortal.Site.Enrolment;
using FedPortal.Site.Hosted;
using FedPortal.Training.Protocol;

namespace FedPortal.Site.Service;

/// <summary><c>site run</c>: the service.</summary>
internal static class ServiceVerb
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static Command Create()
    {
        Option<string> home = SiteOptions.Home();
        var command = new Command("run", "Runs the service of an enrolled site until it is stopped: asks for work, does it within the policy, renews the certificate.") { home };
        command.SetAction(async (parsed, ct) =>
        {
            SiteHome site = SiteOptions.Open(parsed.GetValue(home)!);
            using FileStream taken = await ServiceLock.TakeAsync(site, Patience, TimeProvider.System, ct) ?? throw new CommandException($"Another service runs in {site.Path} already.");
            var log = new SiteLog(site, TimeProvider.System);
            await new SiteService(site, TimeProvider.System, log.Say).RunAsync(ct);
            return ExitCodes.Done;
        });
        return command;
    }
}
