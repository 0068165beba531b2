using System.CommandLine;
using FedPortal.Site.Enrolment;
using FedPortal.Site.Policy;

namespace FedPortal.Site.Service;

/// <summary><c>site</c>: the program for a hospital's own machine.</summary>
internal static class SiteCommand
{
    public static Command Create() => new("site", "Runs an institution's own site: join, run, status, policy, data, ledger.")
    {
        JoinVerb.Create(),
        ServiceVerb.Create(),
        StatusVerb.Create(),
        PolicyVerb.Create(),
        new Command("data", "Imports and lists this site's data sets.") { DataImportVerb.Create(), DataListVerb.Create() },
        LedgerVerb.Create(),
    };
}
