using System.Diagnostics;

namespace FedPortal.Training.Protocol;

/// <summary>
/// Places where a process can be made to die as by a power cut, to prove that the whole comes back: <c>FEDPORTAL_STOP_AT</c> names some of
/// them, separated by commas. With <c>FEDPORTAL_STOP_ONCE</c> naming a folder, each is good for one death among all processes. Both are
/// honoured in the Development environment only.
/// </summary>
public static class FaultPoint
{
    private static readonly string[] StopAt = IsDevelopment
        ? Read("FEDPORTAL_STOP_AT").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        : [];

    private static bool IsDevelopment => (Read("ASPNETCORE_ENVIRONMENT") is { Length: > 0 } web ? web : Read("DOTNET_ENVIRONMENT")) == "Development";

    /// <summary>As <see cref="Reach(string)"/>, and also for <c>point@round</c>: so that each round of a study can lose somebody elsewhere.</summary>
    public static void Reach(string point, int round)
    {
        Reach(point);
        Reach(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{point}@{round}"));
    }

    /// <summary>Ends the process with SIGKILL, at once and without any clean-up, if <paramref name="point"/> is named.</summary>
    public static void Reach(string point)
    {
        if (StopAt.Contains(point, StringComparer.OrdinalIgnoreCase) && IsFirst(point))
        {
            Console.Error.WriteLine($"Fault point {point} is reached: this process kills itself.");
            using var self = Process.GetCurrentProcess();
            self.Kill();
            self.WaitForExit();
        }
    }

    private static bool IsFirst(string point)
    {
        string folder = Read("FEDPORTAL_STOP_ONCE");
        if (folder.Length == 0)
        {
            return true;
        }

        try
        {
            using FileStream mark = new(Path.Combine(folder, point.Replace(':', '-')), FileMode.CreateNew);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static string Read(string variable) => Environment.GetEnvironmentVariable(variable) ?? "";
}
