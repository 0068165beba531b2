using System.CommandLine;
using FedPortal.Site.CommandLine;
using FedPortal.Site.Enrolment;
using FedPortal.Training.Native;
using FedPortal.Training.Protocol;

namespace FedPortal.Site.Hosted;

/// <summary><c>run</c>: does one assignment for a portal. The one-time token comes in on standard input, so that no list of processes shows it.</summary>
internal static class RunVerb
{
    private const int Superseded = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    public static Command Create()
    {
        var portal = new Option<string?>("--portal") { Description = "address of the portal" };
        var home = new Option<string>("--home") { Description = "folder of this site's images and work", Required = true };
        var threads = new Option<int>("--threads") { Description = "processor threads, 0 for all" };
        var enrolled = new Option<bool>("--enrolled") { Description = "for the portal that this home is enrolled at, with its certificate" };
        var command = new Command("run", "Does one assignment for a portal; reads its one-time token from standard input.") { portal, home, threads, enrolled };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            TimeProvider clock = TimeProvider.System;
            var site = new SiteHome(parsed.GetValue(home)!);
            var log = new SiteLog(site, clock);
            string token = (await Console.In.ReadLineAsync(cancellationToken))?.Trim() is { Length: > 0 } line
                ? line : throw new CommandException("Expected a one-time token on standard input but got none.");
            bool isEnrolled = parsed.GetValue(enrolled);
            using PortalClient client = isEnrolled
                ? new PortalClient(new SiteCredentials(site).Record().Portal, Patience, clock, PinnedPortal.HandlerOf(site))
                : new PortalClient(AddressOf(parsed.GetValue(portal)), Patience, clock);
            SitePolicy policy = SitePolicyFile.LoadOrCreate(site, isEnrolled ? new SitePolicy() : SitePolicy.Hosted);
            var compute = new ComputeOptions(Threads: parsed.GetValue(threads));
            var run = new SiteRun(client, site, policy, compute, new SiteLearning(client, site, compute), clock, log.Say);
            try
            {
                await run.RunAsync(token, cancellationToken);
                return ExitCodes.Done;
            }
            catch (PortalRefusedException refusal)
            {
                log.Say(refusal.Message);
                await Console.Error.WriteLineAsync(refusal.Message);
                return refusal.IsOver ? Superseded : ExitCodes.Failed;
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                log.Say($"failed: {failure.Message}");
                throw new CommandException(failure.Message);
            }
        });
        return command;
    }

    private static Uri AddressOf(string? text) => Uri.TryCreate(text, UriKind.Absolute, out Uri? address)
        ? address
        : throw new UsageException($"--portal: expected an address such as https://portal.example but got '{text}'.");
}
