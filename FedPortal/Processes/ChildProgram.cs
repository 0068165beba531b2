using System.Diagnostics;
using FedPortal.Training.Native;

namespace FedPortal.Processes;

/// <summary>
/// How the portal starts another program: all three pipes are the portal's, and its secrets are not inherited. Children handle what came from outside and need no way into the database.
/// </summary>
internal static class ChildProgram
{
    private static readonly string[] Secrets = ["ConnectionStrings__", "ConnectionStrings:", "PG", "FEDPORTAL_BACKUP_"];

    /// <param name="folder">Where it works.</param>
    public static ProcessStartInfo Of(string program, IEnumerable<string> arguments, string folder)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        foreach (string name in start.Environment.Keys.Where(name => Secrets.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))).ToArray())
        {
            start.Environment.Remove(name);
        }

        return start;
    }

    /// <summary>One that computes with libtorch.</summary>
    /// <inheritdoc cref="Of"/>
    public static ProcessStartInfo Engine(string program, IEnumerable<string> arguments, string folder)
    {
        ProcessStartInfo start = Of(program, arguments, folder);
        NativeEnvironment.ApplyTo(start);
        return start;
    }
}
