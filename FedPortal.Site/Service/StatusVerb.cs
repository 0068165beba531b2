using System.CommandLine;
using System.Text.Json.Nodes;
using FedPortal.Site.CommandLine;
using FedPortal.Site.CommandLine.Output;
using FedPortal.Site.CommandLine.Verbs;
using FedPortal.Site.Enrolment;
using FedPortal.Training.Protocol;

namespace FedPortal.Site.Service;

/// <summary><c>site status</c>: everything that a person at the site wants to know on one screen.</summary>
internal static class StatusVerb
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static Command Create()
    {
        Option<string> home = SiteOptions.Home();
        var offline = new Option<bool>("--offline") { Description = "do not ask the portal" };
        Option<bool> json = CommonOptions.Json();
        var command = new Command("status", "Shows enrolment, certificate, service, data sets and how the portal sees this site.") { home, offline, json };
        command.SetAction(async (parsed, ct) =>
        {
            string path = parsed.GetValue(home)!;
            if (!Directory.Exists(path))
            {
                throw new CommandException($"There is no site in {path}.");
            }

            var site = new SiteHome(path);
            SiteStatus status = await SiteStatus.OfAsync(site, parsed.GetValue(offline) ? null : Patience, TimeProvider.System, ct);
            if (parsed.GetValue(json))
            {
                JsonOutput.Write(Document(status));
            }
            else
            {
                Print(status);
            }

            return status.IsWell ? ExitCodes.Done : ExitCodes.Failed;
        });
        return command;
    }

    private static JsonObject Document(SiteStatus status) => new()
    {
        ["command"] = "site status",
        ["home"] = status.Home,
        ["well"] = status.IsWell,
        ["enrolled"] = status.Enrolled is not null,
        ["portal"] = status.Enrolled?.Portal.ToString(),
        ["institution"] = status.Enrolled?.InstitutionName,
        ["institutionId"] = status.Enrolled?.InstitutionId,
        ["shortCode"] = status.Enrolled?.ShortCode,
        ["fingerprint"] = status.Enrolled?.Fingerprint,
        ["certificateThumbprint"] = status.CertificateThumbprint,
        ["certificateExpiresAt"] = status.CertificateExpiresAt,
        ["program"] = ProgramVersion.Text,
        ["protocol"] = EnrolmentRoutes.Protocol,
        ["policyProblem"] = status.PolicyProblem,
        ["serviceRunning"] = status.IsServiceRunning,
        ["lastContactAt"] = status.Service?.LastContactAt,
        ["problem"] = status.Service?.Problem,
        ["current"] = JsonOutput.Objects(Current(status).Select(Work).OfType<JsonObject>()),
        ["last"] = Work(status.Service?.Last),
        ["standing"] = status.Standing?.Status,
        ["standingProblem"] = status.StandingProblem,
        ["notices"] = status.Standing is null ? null : JsonOutput.Array(status.Standing.Notices),
        ["portalProgram"] = status.Standing?.Program,
        ["studies"] = status.Standing is null ? null : JsonOutput.Objects(status.Standing.Studies.Select(s => new JsonObject { ["id"] = s.Id, ["name"] = s.Name, ["state"] = s.State })),
        ["datasets"] = JsonOutput.Objects(status.Datasets.Select(entry => DataListVerb.Row(entry.Dataset, entry.IsRegistered))),
    };

    private static JsonObject? Work(ServiceWork? work) => work is null ? null : new JsonObject
    {
        ["work"] = work.Work.ToString(),
        ["study"] = work.Study,
        ["round"] = work.Round,
        ["startedAt"] = work.StartedAt,
        ["endedAt"] = work.EndedAt,
        ["outcome"] = work.Outcome,
    };

    private static void Print(SiteStatus status)
    {
        var table = new TextTable("", "");
        table.Add("home", status.Home);
        table.Add("institution", status.Enrolled is { } at ? $"{at.InstitutionName} ({at.ShortCode}) at {at.Portal}" : "not enrolled: site join --portal URL --token TOKEN");
        if (status.Enrolled is { } record)
        {
            table.Add("fingerprint", EnrolmentFingerprint.Grouped(record.Fingerprint));
            table.Add("certificate", $"good until {status.CertificateExpiresAt:yyyy-MM-dd HH:mm} UTC");
        }

        table.Add("policy", status.PolicyProblem ?? "valid");
        table.Add("service", status.IsServiceRunning ? $"runs since {status.Service?.StartedAt:yyyy-MM-dd HH:mm} UTC, portal last answered {Moment(status.Service?.LastContactAt)}" : "does not run: site run");
        if (status.Service?.Problem is { } problem)
        {
            table.Add("problem", problem);
        }

        table.Add("working at", Current(status) is { Count: > 0 } works ? string.Join("; ", works.Select(work => $"{work.Work} for round {work.Round} of '{work.Study}'")) : "nothing");
        if (status.Service?.Last is { } last)
        {
            table.Add("last", $"{last.Work} for round {last.Round} of '{last.Study}', {Moment(last.EndedAt)}: {last.Outcome}");
        }

        table.Add("at the portal", status.Standing is { } standing ? $"{standing.Status}, {standing.Studies.Count} studies" : status.StandingProblem ?? "not asked");
        foreach (string notice in status.Standing?.Notices ?? [])
        {
            table.Add("", notice);
        }

        foreach (StandingStudy study in status.Standing?.Studies ?? [])
        {
            table.Add("study", $"{study.Id} {study.Name}: {study.State}");
        }

        table.Add("data sets", $"{status.Datasets.Count}, of which {status.Datasets.Count(entry => entry.IsRegistered)} are registered");
        Console.WriteLine(string.Join(Environment.NewLine, table.Lines().Skip(1)));
    }

    // What a killed service left in its file does not count.
    private static IReadOnlyList<ServiceWork> Current(SiteStatus status) => status is { IsServiceRunning: true, Service: { } service } ? service.Current : [];

    private static string Moment(DateTimeOffset? at) => at is { } moment ? $"{moment:yyyy-MM-dd HH:mm} UTC" : "never";
}
