using System.Diagnostics;
using System.Globalization;
using FedPortal.Data;
using FedPortal.Training.Processes;
using Microsoft.Extensions.Options;

namespace FedPortal.Jobs;

/// <summary>Starts the site program for a hosted institution. The one-time token goes in by standard input: it is in no argument, address, file or log.</summary>
internal sealed class SiteProcess(PortalAddress address, SitePlaces places, AttemptLogs logs, IOptions<PortalOptions> options, ILogger<SiteProcess> logger)
{
    private const string FileName = "fedportal-site";

    /// <returns>Null when it ended well, else how it ended and the last words it said.</returns>
    public async Task<string?> RunAsync(BegunAttempt attempt, CancellationToken cancellationToken)
    {
        using var process = new Process { StartInfo = StartInfo(attempt) };
        string lastWords = "";
        process.OutputDataReceived += (_, line) => Log(attempt, line.Data);
        process.ErrorDataReceived += (_, line) =>
        {
            lastWords = string.IsNullOrWhiteSpace(line.Data) ? lastWords : line.Data.Trim();
            Log(attempt, line.Data);
        };
        process.Start();
        try
        {
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            await process.StandardInput.WriteLineAsync(attempt.Token.AsMemory(), cancellationToken);
            process.StandardInput.Close();
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0 ? null : Describe(process.ExitCode, lastWords);
        }
        catch (IOException gone)
        {
            await process.WaitForExitAsync(cancellationToken);
            return $"{Describe(process.ExitCode, lastWords)} {gone.Message}";
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }

            logs.Close(attempt.Context.Assignment.Id, attempt.Lease);
        }
    }

    /// <summary>The site program: the one that is set, or the one of this build.</summary>
    public static string ProgramOf(PortalOptions options) => options.SiteProgram.Length > 0 ? options.SiteProgram : Find();

    private static string Describe(int exitCode, string lastWords) => exitCode > 128
        ? $"The site program was ended by signal {exitCode - 128}. {lastWords}".TrimEnd()
        : $"The site program ended with code {exitCode}: {lastWords}";

    private ProcessStartInfo StartInfo(BegunAttempt attempt) => ChildProgram.Engine(
        ProgramOf(options.Value),
        [
            "run",
            "--portal", address.ForSites,
            "--home", places.HomeOf(attempt.Context.InstitutionCode),
            "--threads", options.Value.SiteThreads.ToString(CultureInfo.InvariantCulture),
        ],
        options.Value.Root);

    private void Log(BegunAttempt attempt, string? line)
    {
        if (!string.IsNullOrWhiteSpace(line))
        {
            logger.LogInformation("{Institution}, {Work}: {Line}", attempt.Context.Actor, attempt.Context.Assignment.Kind, line);
            try
            {
                logs.Append(attempt.Context.Assignment.Id, attempt.Lease, line);
            }
            catch (Exception lost) when (lost is IOException or UnauthorizedAccessException)
            {
                // Thrown on, it would end the portal: nobody waits for what is called with a line.
                logger.LogWarning(lost, "A line of the site program of {Institution} could not be kept", attempt.Context.Actor);
            }
        }
    }

    // Beside the portal when published; in its own build folder in a checkout.
    private static string Find()
    {
        List<string> places = [Path.Combine(AppContext.BaseDirectory, FileName)];
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "FedPortal.sln")))
            {
                places.Add(Path.Combine(folder.FullName, "FedPortal.Site", "bin", "Release", "net10.0", FileName));
            }
        }

        return places.Find(File.Exists) ?? throw new FileNotFoundException($"The site program was not found; looked at {string.Join(", ", places)}. Set Portal:SiteProgram.");
    }
}
