using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using FedPortal.Comparisons;
using FedPortal.Data;
using FedPortal.Training.Comparison;
using FedPortal.Training.Native;
using FedPortal.Training.Protocol;
using Microsoft.Extensions.Options;

namespace FedPortal.Jobs;

/// <summary>
/// Runs a comparison in a child process, with the verb that people use on the command line. Finished methods lie in a work folder, so that a comparison that was
/// killed with the portal goes on with the others. The child ends when its input does.
/// </summary>
internal sealed class ComparisonProcess(IOptions<PortalOptions> options, SitePlaces places, TimeProvider clock, ILogger<ComparisonProcess> logger)
{
    private static readonly TimeSpan BetweenShows = TimeSpan.FromSeconds(1);

    /// <summary>Told of the method that runs, what it does, the fraction of the whole, and what is finished.</summary>
    public delegate Task<bool> Show(string method, string stage, double fraction, ComparisonReport? report);

    /// <exception cref="InvalidOperationException">The child failed, or a data set is not here; the message says which.</exception>
    public async Task<ComparisonReport> RunAsync(ComparisonRun run, Show show, CancellationToken cancellationToken)
    {
        string work = WorkOf(run.Id);
        using var process = new Process { StartInfo = await StartInfoAsync(run, work, cancellationToken) };
        process.Start();
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            string lastWords = await FollowAsync(process.StandardError, work, show, cancellationToken);
            string document = await output;
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0
                ? JsonSerializer.Deserialize<ComparisonReport>(document, ProtocolJson.Options)!
                : throw new InvalidOperationException(lastWords.Length > 0 ? lastWords : $"The comparison ended with code {process.ExitCode}.");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    /// <summary>What is finished, also of a comparison that failed or was stopped.</summary>
    public ComparisonReport? Finished(Guid id) => ComparisonWork.TryRead(WorkOf(id));

    /// <summary>Removes what was only needed to go on.</summary>
    public void Clear(Guid id)
    {
        if (Directory.Exists(WorkOf(id)))
        {
            Directory.Delete(WorkOf(id), recursive: true);
        }
    }

    private string WorkOf(Guid id) => Path.Combine(options.Value.Root, "comparisons", $"{id:N}");

    private async Task<ProcessStartInfo> StartInfoAsync(ComparisonRun run, string work, CancellationToken cancellationToken)
    {
        ComparisonOrder order = run.Order;
        Directory.CreateDirectory(work);
        var start = new ProcessStartInfo(SiteProcess.ProgramOf(options.Value))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = options.Value.Root,
            ArgumentList = { "compare", "--json", "--end-with-input", "--work", work, "--methods", string.Join(',', order.Methods) },
        };
        Add("--size", order.ImageSize);
        Add("--rounds", order.Rounds);
        Add("--epochs", order.Epochs);
        Add("--repeats", order.Repeats);
        if (order.Phantoms is { } phantoms)
        {
            Add("--phantoms", phantoms);
        }
        else
        {
            start.ArgumentList.Add("--stored");
            start.ArgumentList.Add(await StoredAsync(order, work, cancellationToken));
        }

        NativeEnvironment.ApplyTo(start);
        return start;

        void Add(string name, int value)
        {
            start.ArgumentList.Add(name);
            start.ArgumentList.Add(value.ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Tells the child where the chosen data sets lie.</summary>
    private async Task<string> StoredAsync(ComparisonOrder order, string work, CancellationToken cancellationToken)
    {
        var sites = new List<object>();
        foreach (ComparisonSite site in order.Sites)
        {
            var home = new SiteHome(places.HomeOf(site.InstitutionCode));
            string record = home.DatasetFile(site.DatasetId);
            if (!File.Exists(record))
            {
                throw new InvalidOperationException($"The images of '{site.DatasetName}' of {site.InstitutionName} do not lie at this portal.");
            }

            sites.Add(new { Name = site.InstitutionName, StorePath = home.Images, RecordPath = record });
        }

        string path = Path.Combine(work, "sites.json");
        await File.WriteAllTextAsync(path, JsonSerializer.Serialize(new { Sites = sites }, ProtocolJson.Options), cancellationToken);
        return path;
    }

    /// <returns>The last line that was no progress.</returns>
    private async Task<string> FollowAsync(StreamReader errors, string work, Show show, CancellationToken cancellationToken)
    {
        string lastWords = "";
        string lastMethod = "";
        long shownAt = 0;
        while (await errors.ReadLineAsync(cancellationToken) is { } line)
        {
            string[] parts = line.Split(' ', 4);
            if (parts is ["progress", var done, var count, var words] && int.TryParse(done, out int steps) && int.TryParse(count, out int all) && all > 0)
            {
                string[] said = words.Split(": ", 2);
                string method = said.Length == 2 ? said[0] : "";
                if (method == lastMethod && clock.GetElapsedTime(shownAt) < BetweenShows)
                {
                    continue;
                }

                // A method that begins means that another one has been finished.
                await show(method, said[^1], (double)steps / all, method == lastMethod ? null : ComparisonWork.TryRead(work));
                (lastMethod, shownAt) = (method, clock.GetTimestamp());
            }
            else if (!string.IsNullOrWhiteSpace(line))
            {
                lastWords = line.Trim();
                logger.LogInformation("Comparison: {Line}", lastWords);
            }
        }

        return lastWords;
    }
}
