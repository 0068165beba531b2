using System.Diagnostics;

namespace FedPortal.Training.Protocol;

/// <summary>
/// Places where a process can be made to die as by a power cut, to prove that it comes back: <c>FEDPORTAL_STOP_AT</c> names one or more of
/// them, separated by commas. It is honoured in the Development environment only.
/// </summary>
public static class FaultPoint
{
    private static readonly string[] StopAt = ReadEnvironment();

    /// <summary>Ends the process with SIGKILL, at once and without any clean-up, if <paramref name="point"/> is named.</summary>
    public static void Reach(string point)
    {
        if (StopAt.Contains(point, StringComparer.OrdinalIgnoreCase))
        {
            Console.Error.WriteLine($"Fault point {point} reached: this process kills itself.");
            using var self = Process.GetCurrentProcess();
            self.Kill();
            self.WaitForExit();
        }
    }

    private static string[] ReadEnvironment()
    {
        string environment = Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT") ?? Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT") ?? "";
        string points = Environment.GetEnvironmentVariable("FEDPORTAL_STOP_AT") ?? "";
        return environment == "Development" ? points.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) : [];
    }
}
