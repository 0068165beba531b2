using System.Globalization;

namespace FedPortal.Site.CommandLine.Output;

/// <summary>Progress for whoever waits, on standard error: "progress 12 65 training shadow models".</summary>
internal static class ProgressLine
{
    public static void Write(int done, int count, string what) =>
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"progress {done} {count} {what}"));
}
