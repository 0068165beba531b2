using System.Globalization;
using System.Text.Json;
using FedPortal.Comparisons;
using FedPortal.Data;
using FedPortal.Training.Comparison;
using FedPortal.Training.Protocol;
using Microsoft.Extensions.Options;

namespace FedPortal.Jobs;

/// <summary>
/// Runs a comparison in a child process, with the verb that people use on the command line. Finished methods lie in a work folder, so that a comparison that was
/// killed with the portal goes on with the others. The child ends when its input does.
/// </summary>
internal sealed class ComparisonProcess(EngineChild child, IOptions<PortalOptions> options, SitePlaces places)
{
    /// <summary>Told of the method that runs, what it does, the fraction of the whole, and what is finished.</summary>
    public delegate Task<bool> Show(string method, string stage, double fraction, ComparisonReport? report);

    /// <exception cref="InvalidOperationException">The child failed, or a data set is not here; the message says which.</exception>
    public async Task<ComparisonReport> RunAsync(ComparisonRun run, Show show, CancellationToken cancellationToken)
    {
        string work = WorkOf(run.Id);
        string lastMethod = "";
        string document = await child.RunAsync(await ArgumentsAsync(run.Order, work, cancellationToken), ShowAsync, cancellationToken);
        return JsonSerializer.Deserialize<ComparisonReport>(document, ProtocolJson.Options)!;

        Task<bool> ShowAsync(string words, double fraction)
        {
            string[] said = words.Split(": ", 2);
            string method = said.Length == 2 ? said[0] : "";
            bool isSame = method == lastMethod;
            lastMethod = method;

            // A method that begins means that another one has been finished.
            return show(method, said[^1], fraction, isSame ? null : ComparisonWork.TryRead(work));
        }
    }

    /// <summary>What is finished, also of a comparison that failed or was stopped.</summary>
    public ComparisonReport? Finished(Guid id) => ComparisonWork.TryRead(WorkOf(id));

    /// <summary>Removes what was only needed to go on.</summary>
    public void Clear(Guid id) => RunFolders.Remove(WorkOf(id));

    private string WorkOf(Guid id) => RunFolders.PathOf(options.Value.Root, RunFolders.Comparisons, id);

    private async Task<List<string>> ArgumentsAsync(ComparisonOrder order, string work, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(work);
        List<string> arguments =
        [
            "compare", "--work", work, "--methods", string.Join(',', order.Methods), "--size", Text(order.ImageSize), "--rounds", Text(order.Rounds),
            "--epochs", Text(order.Epochs), "--repeats", Text(order.Repeats),
        ];
        arguments.AddRange(order.Phantoms is { } phantoms ? ["--phantoms", Text(phantoms)] : ["--stored", await StoredAsync(order, work, cancellationToken)]);
        return arguments;

        static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
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
}
