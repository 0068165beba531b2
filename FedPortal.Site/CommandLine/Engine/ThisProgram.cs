using System.Diagnostics;
using System.Reflection;

namespace FedPortal.Site.CommandLine.Engine;

/// <summary>Starts this very program again.</summary>
internal static class ThisProgram
{
    /// <summary>The executable beside this assembly, wherever this assembly was loaded (in tests too).</summary>
    public static ProcessStartInfo Start()
    {
        string assembly = Assembly.GetExecutingAssembly().Location;
        string executable = Path.ChangeExtension(assembly, null);
        if (File.Exists(executable))
        {
            return new ProcessStartInfo(executable) { UseShellExecute = false };
        }

        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false };
        start.ArgumentList.Add(assembly);
        return start;
    }
}
