using System.Diagnostics;
using FedPortal.Data;
using FedPortal.Training.Processes;
using Microsoft.Extensions.Options;

namespace FedPortal.Jobs;

/// <summary>
/// Runs one verb of the site program as a child of the portal, which itself never loads libtorch. The child prints one JSON document, tells progress on
/// standard error ("progress 12 65 training"), and ends when its input does: when the portal dies.
/// </summary>
internal sealed class EngineChild(IOptions<PortalOptions> options, TimeProvider clock, ILogger<EngineChild> logger)
{
    private static readonly TimeSpan BetweenShows = TimeSpan.FromSeconds(1);

    /// <param name="arguments">Verb and options, without --json.</param>
    /// <param name="show">Told of stage and fraction, at most once a second.</param>
    /// <returns>The document.</returns>
    /// <exception cref="InvalidOperationException">The child failed; the message is its own.</exception>
    public async Task<string> RunAsync(IEnumerable<string> arguments, Func<string, double, Task<bool>> show, CancellationToken cancellationToken)
    {
        using var process = new Process
        {
            StartInfo = ChildProgram.Engine(SiteProcess.ProgramOf(options.Value), [.. arguments, "--json", "--end-with-input"], options.Value.Root),
        };
        process.Start();
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            string lastWords = await FollowAsync(process.StandardError, show, cancellationToken);
            string document = await output;
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0
                ? document
                : throw new InvalidOperationException(lastWords.Length > 0 ? lastWords : $"The engine program ended with code {process.ExitCode}.");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    /// <returns>The last line that was no progress.</returns>
    private async Task<string> FollowAsync(StreamReader errors, Func<string, double, Task<bool>> show, CancellationToken cancellationToken)
    {
        string lastWords = "";
        long shownAt = 0;
        while (await errors.ReadLineAsync(cancellationToken) is { } line)
        {
            string[] parts = line.Split(' ', 4);
            if (parts is ["progress", var done, var count, var stage] && int.TryParse(done, out int steps) && int.TryParse(count, out int all) && all > 0)
            {
                if (shownAt == 0 || clock.GetElapsedTime(shownAt) > BetweenShows)
                {
                    await show(stage, (double)steps / all);
                    shownAt = clock.GetTimestamp();
                }
            }
            else if (!string.IsNullOrWhiteSpace(line))
            {
                lastWords = line.Trim();
                logger.LogInformation("Engine: {Line}", lastWords);
            }
        }

        return lastWords;
    }
}
