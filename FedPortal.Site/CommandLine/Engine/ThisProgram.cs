using System.Diagnostics;
using System.Reflection;
using FedPortal.Training.Processes;

namespace FedPortal.Site.CommandLine.Engine;

/// <summary>Starts this very program again, as one that computes with libtorch.</summary>
internal static class ThisProgram
{
    /// <summary>The executable beside this assembly, wherever this assembly was loaded (in tests too).</summary>
    public static ProcessStartInfo Engine(IEnumerable<string> arguments)
    {
        string assembly = Assembly.GetExecutingAssembly().Location;
        string executable = Path.ChangeExtension(assembly, null);
        return File.Exists(executable) ? ChildProgram.Engine(executable, arguments) : ChildProgram.Engine("dotnet", [assembly, .. arguments]);
    }
}
