using System.CommandLine;

namespace FedPortal.Site.CommandLine.Verbs;

/// <summary><c>data</c>: looking at and making data sets.</summary>
internal static class DataVerb
{
    public static Command Create() => new("data", "Looks at data sets, and makes synthetic ones.") { DataPhantomsVerb.Create() };
}
