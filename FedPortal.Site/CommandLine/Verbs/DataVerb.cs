using System.CommandLine;

namespace FedPortal.Site.CommandLine.Verbs;

/// <summary><c>data</c>: looking at data sets, and making synthetic ones.</summary>
internal static class DataVerb
{
    public static Command Create() => new("data", "Looks at data sets, and makes synthetic ones.") { DataCheckVerb.Create(), DataPhantomsVerb.Create() };
}
