using System.Globalization;
using System.Net;
using System.Text;
using FedPortal.Comparisons;
using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Jobs;
using FedPortal.Runs;
using FedPortal.Tests.Support;
using FedPortal.Training.Comparison;
using FedPortal.Training.Datasets;
using FedPortal.Training.Datasets.Phantoms;
using FedPortal.Training.Imaging;
using FedPortal.Training.Protocol;
using Microsoft.Extensions.Options;
using Xunit;

namespace FedPortal.Tests.EndToEnd;

/// <summary>The comparison job on data sets that were brought to the portal, as patients' images: what the table shows is what the run measured on them.</summary>
[Collection("Jobs")]
public sealed class ComparisonOnDatasetsTests(PortalHost host) : IClassFixture<PortalHost>
{
    private const int Train = 8;
    private const int Holdout = 4;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);
    private static readonly string[] Codes = ["cedar", "maple", "rowan"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ComparisonStore Store => host.Services.GetRequiredService<ComparisonStore>();

    [Fact]
    public async Task AComparisonOnBroughtDataSets_FillsTheTableWithWhatItMeasuredOnThem()
    {
        PortalHost.RequireTraining();
        using HttpClient admin = await host.ProgramAsync(Roles.Admin);
        Guid[] datasets = await Task.WhenAll(Codes.Select((code, number) => BroughtDatasets.BringAsync(admin, code, Images(number), Token)));
        ComparisonSite[] sites = [.. (await Store.ChoicesAsync(Viewer.Everything, Token)).Select(choice => choice.Site)];
        Assert.Equal(datasets.Order(), sites.Select(site => site.DatasetId).Order());
        Assert.DoesNotContain(sites, site => site.IsSynthetic);
        var order = new ComparisonOrder(null, sites, [ComparedMethods.LocalOnly, ComparedMethods.Conventional], ImageSize: 32, Rounds: 1, Epochs: 1);

        Guid id = (await host.Services.GetRequiredService<ComparisonSchedule>().StartAsync(order, "A. Admin", Token))!.Value;
        ComparisonDetail done = await EndedAsync(id);

        Assert.True(done.Row.State == RunState.Done, done.Row.FailureReason);
        ComparisonReport report = done.Report!;
        Assert.Equal((Codes.Length, Codes.Length * Train, Codes.Length * Holdout, false),
            (report.Settings.Institutions, report.Settings.TrainImages, report.Settings.HoldoutImages, report.Settings.IsSynthetic));
        Assert.Equal(order.Methods, report.Rows().Select(row => row.Method.Name));
        Assert.All(report.Results, CheckFigures);
        Assert.All(report.Results, result => Assert.Equal(HoldoutHash(sites), result.HoldoutHash));
        MethodResult averaged = report.Results[1];
        long vector = 4L * averaged.Values;
        Assert.Equal([new MethodTraffic(0, 0, 0), new MethodTraffic(vector, vector, 2 * Codes.Length * vector)], report.Results.Select(result => result.Traffic));
        await CheckPageAsync(id, sites[0], averaged);
    }

    /// <summary>Twelve grey pictures of three classes, told by a manifest to be trained on or held out.</summary>
    private static IEnumerable<(string Path, byte[] Content)> Images(int number)
    {
        var manifest = new StringBuilder("file,label,split\n");
        for (int i = 0; i < Train + Holdout; i++)
        {
            var finding = (PhantomFinding)(i % 3);
            string path = string.Create(CultureInfo.InvariantCulture, $"images/{i}.png");
            manifest.Append(CultureInfo.InvariantCulture, $"{path},{PhantomGenerator.LabelOf(finding)},{(i < Train ? "train" : "holdout")}\n");
            yield return (path, GreyPng.Encode(PhantomGenerator.Generate(finding, PhantomStyle.All[number], 32, (ulong)(1 + i + (100 * number))), isSynthetic: false));
        }

        yield return ("manifest.csv", Encoding.UTF8.GetBytes(manifest.ToString()));
    }

    /// <summary>Counts of this many images, and the whole is the sum of its parts.</summary>
    private static void CheckFigures(MethodResult result)
    {
        Assert.Equal(Codes.Length * Holdout, result.Accuracy.Images);
        Assert.Equal(Codes, result.Sites.Select(site => site.Site));
        Assert.All(result.Sites, site => Assert.Equal((Train, Holdout), (site.TrainImages, site.Accuracy.Images)));
        double right = result.Sites.Sum(site => site.Accuracy.Value!.Value * Holdout);
        Assert.Equal(Math.Round(right), right, 6);
        Assert.Equal(right / (Codes.Length * Holdout), result.Accuracy.Value!.Value, 6);
        Assert.Equal((Codes.Length * Train, Codes.Length * Holdout), (result.Privacy.Members, result.Privacy.NonMembers));
        Assert.True(result is { IsSynthetic: false, Seconds: > 0, CpuSeconds: > 0, Rounds: 1 });
    }

    /// <summary>Worked out anew from the records in the institutions' homes.</summary>
    private string HoldoutHash(ComparisonSite[] sites)
    {
        string root = host.Services.GetRequiredService<IOptions<PortalOptions>>().Value.Root;
        var text = new StringBuilder();
        foreach (ComparisonSite site in sites)
        {
            ImportedDataset record = ImportedDataset.Load(Path.Combine(root, "sites", site.InstitutionCode, "datasets", $"{site.DatasetId:N}.json"));
            text.Append(site.InstitutionName).Append('\n');
            foreach (DatasetItem item in record.Items.Where(item => item.Split == DatasetSplit.Holdout))
            {
                text.Append(CultureInfo.InvariantCulture, $"{item.Id} {PhantomConsortium.Classes.Index().Single(entry => entry.Item == item.Label).Index}\n");
            }
        }

        return ContentHash.OfText(text.ToString());
    }

    /// <summary>The figures stand on the page; one of the institutions sees its own hold-out only, another one nothing.</summary>
    private async Task CheckPageAsync(Guid id, ComparisonSite own, MethodResult averaged)
    {
        using HttpClient coordinator = await host.SignInAsync(await host.AddUserAsync(Roles.Coordinator, own.InstitutionId));
        using HttpClient stranger = await host.SignInAsync(await host.AddUserAsync(Roles.Coordinator));

        string page = await coordinator.GetStringAsync($"/comparison/{id}", Token);
        string json = await coordinator.GetStringAsync($"/api/v1/comparisons/{id}/report.json", Token);
        using HttpResponseMessage hidden = await stranger.GetAsync($"/api/v1/comparisons/{id}/report.json", Token);

        Assert.Contains(ComparisonText.Bytes(averaged.Traffic.UpPerSite), page, StringComparison.Ordinal);
        Assert.Contains("n = 12", page, StringComparison.Ordinal);
        Assert.Contains(averaged.HoldoutHash, json, StringComparison.Ordinal);
        Assert.Contains($"\"{own.InstitutionName}\"", json, StringComparison.Ordinal);
        Assert.DoesNotContain($"\"{Codes[1]}\"", json, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, hidden.StatusCode);
        IReadOnlyList<AuditRow> log = await host.Services.GetRequiredService<AuditStore>().ListAsync(Viewer.Everything, own.DatasetId, 0, 50, Token);
        Assert.Contains(log, entry => entry.Action.Contains($"takes part in comparison {id}; the institution's agreement was confirmed", StringComparison.Ordinal));
    }

    private async Task<ComparisonDetail> EndedAsync(Guid id)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(Patience);
        while (true)
        {
            ComparisonDetail found = (await Store.FindAsync(Viewer.Everything, id, limit.Token))!;
            if (found.Row.IsOver)
            {
                return found;
            }

            await Task.Delay(200, limit.Token);
        }
    }
}
