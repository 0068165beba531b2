using System.Diagnostics;
using System.Globalization;
using FedPortal.Site.CommandLine.Engine;
using FedPortal.Training.Protocol;

namespace FedPortal.Site.Service;

/// <summary>Runs one assignment as a child process, as a portal does for a hosted institution: a crash in native code ends the child alone.</summary>
internal static class AssignmentRun
{
    /// <returns>Null when it ended well, else the last words it said.</returns>
    public static async Task<string?> RunAsync(SiteHome home, SitePolicy policy, string token, CancellationToken cancellationToken)
    {
        ProcessStartInfo start = ThisProgram.Engine(["run", "--enrolled", "--home", home.Path, "--threads", policy.Threads.ToString(CultureInfo.InvariantCulture)]);
        if (!policy.AllowGpu)
        {
            start.Environment["CUDA_VISIBLE_DEVICES"] = "";
        }

        using var process = new Process { StartInfo = start };
        string lastWords = "";
        process.OutputDataReceived += (_, _) => { }; // the child writes the site's log itself
        process.ErrorDataReceived += (_, line) => lastWords = string.IsNullOrWhiteSpace(line.Data) ? lastWords : line.Data.Trim();
        process.Start();
        try
        {
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            await process.StandardInput.WriteLineAsync(token.AsMemory(), cancellationToken);
            process.StandardInput.Close();
            FaultPoint.Reach("site:service-working");
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (IOException)
        {
            await process.WaitForExitAsync(cancellationToken); // it died before it read its token
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }

        return process.ExitCode switch
        {
            0 => null,
            > 128 => $"ended by signal {process.ExitCode - 128}. {lastWords}".TrimEnd(),
            _ => lastWords.Length > 0 ? lastWords : $"ended with code {process.ExitCode}.",
        };
    }
}
