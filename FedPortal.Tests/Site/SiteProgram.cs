using System.Diagnostics;
using System.Globalization;
using FedPortal.Site.CommandLine;

namespace FedPortal.Tests.Site;

/// <summary>Runs the real program as its users do.</summary>
internal static class SiteProgram
{
    private static readonly string Executable = Path.ChangeExtension(typeof(ExitCodes).Assembly.Location, null);

    public static Process Start(params string[] arguments) => Start(new Dictionary<string, string>(), arguments);

    public static Process Start(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(Executable, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        using Process process = Start(arguments);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await errors);
    }

    /// <summary>Kills a process with all that it started, and waits until none of them runs: one that was killed may be in the middle of a write.</summary>
    public static async Task EndAsync(Process process)
    {
        if (process.HasExited)
        {
            return;
        }

        int[] all = [process.Id, .. DescendantsOf(process.Id)];
        process.Kill(entireProcessTree: true);
        if (!await AllEndAsync(all))
        {
            throw new InvalidOperationException($"Of the processes {string.Join(", ", all)} some still run long after they were killed.");
        }
    }

    /// <summary>The processes that a process started, and what these started.</summary>
    public static int[] DescendantsOf(int processId)
    {
        ILookup<int, int> children = AllProcesses().ToLookup(entry => entry.Parent, entry => entry.Id);
        IEnumerable<int> Below(int id) => children[id].SelectMany(child => Below(child).Prepend(child));
        return [.. Below(processId)];
    }

    /// <summary>Waits until none of the processes runs; false after five minutes.</summary>
    public static async Task<bool> AllEndAsync(int[] processIds)
    {
        for (int attempt = 0; attempt < 3000; attempt++)
        {
            if (!Array.Exists(processIds, IsRunning))
            {
                return true;
            }

            await Task.Delay(100);
        }

        return false;
    }

    /// <summary>Whether a process runs; one that only waits to be reaped does not.</summary>
    private static bool IsRunning(int processId) => ReadStatus(processId) is { } status && status.State != 'Z';

    private static IEnumerable<(int Id, int Parent)> AllProcesses()
    {
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int id) && ReadStatus(id) is { } status)
            {
                yield return (id, status.Parent);
            }
        }
    }

    private static (char State, int Parent)? ReadStatus(int processId)
    {
        try
        {
            string text = File.ReadAllText($"/proc/{processId}/stat");
            string[] fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return (fields[0][0], int.Parse(fields[1], CultureInfo.InvariantCulture));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
