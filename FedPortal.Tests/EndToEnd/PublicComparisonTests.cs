using System.Globalization;
using System.Text;
using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Runs;
using FedPortal.Tests.Support;
using Microsoft.Playwright;
using Xunit;

namespace FedPortal.Tests.EndToEnd;

/// <summary>The table of docs/comparison.md on real X-rays, made by the portal's job: set FEDPORTAL_PUBLIC_COMPARISON to a folder for the table and pictures of the page. It takes a quarter of an hour.</summary>
[Collection("Browser")]
public sealed class PublicComparisonTests(BrowserHost host) : IClassFixture<BrowserHost>
{
    private static readonly string[] Hospitals = ["hospital-a", "hospital-b", "hospital-c", "hospital-d", "hospital-e"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TheJobComparesOnPublicXrays()
    {
        string? folder = Environment.GetEnvironmentVariable("FEDPORTAL_PUBLIC_COMPARISON");
        Assert.SkipWhen(folder is null, "FEDPORTAL_PUBLIC_COMPARISON names no folder.");
        PortalHost.RequireTraining();
        string data = SharedData.Require("data/public");
        using HttpClient admin = await host.ProgramAsync(Roles.Admin);
        string[][] manifest = [.. (await File.ReadAllLinesAsync(Path.Combine(data, "manifest.csv"), Token)).Select(line => line.Split(','))];
        foreach (string hospital in Hospitals)
        {
            await BroughtDatasets.BringAsync(admin, hospital, Files(data, hospital, manifest), Token);
        }

        await using BrowserPage tab = await host.OpenAsync(Roles.Admin, width: 1366);
        await StartAsync(tab.Page);
        ComparisonStore store = host.Services.GetRequiredService<ComparisonStore>();
        ComparisonRunRow row = (await store.ListAsync(Viewer.Everything, 1, Token))[0];
        for (bool isSeen = false; !row.IsOver; row = (await store.ListAsync(Viewer.Everything, 1, Token))[0])
        {
            await Task.Delay(1000, Token);
            if (!isSeen && row is { Finished: 3, Progress: > 0 })
            {
                isSeen = true;
                await LookAsync(tab, folder!, "running", ColorScheme.Light, 1366);
            }
        }

        foreach (string form in new[] { "json", "csv", "md" })
        {
            await File.WriteAllTextAsync(Path.Combine(folder!, $"portal.{form}"), await admin.GetStringAsync($"/api/v1/comparisons/{row.Id}/report.{form}", Token), Token);
        }

        await LookAsync(tab, folder!, "done-light", ColorScheme.Light, 1366);
        await LookAsync(tab, folder!, "done-dark", ColorScheme.Dark, 1366);
        await LookAsync(tab, folder!, "done-phone", ColorScheme.Light, 390);
        Assert.True(row.State == RunState.Done, row.FailureReason);
        Assert.Empty(tab.Complaints);
    }

    /// <summary>As a person starts it: on the page, with the settings of the table.</summary>
    private static async Task StartAsync(IPage page)
    {
        await page.GotoAsync("/comparison");
        await page.LiveAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Choose what to compare" }).ClickAsync();
        await page.GetByLabel("Compare on").SelectOptionAsync(new SelectOptionValue { Label = "hosted data sets" });
        await page.GetByLabel("Rounds").FillAsync("8");
        await page.GetByLabel("Rounds").PressAsync("Tab");
        foreach (string hospital in Hospitals)
        {
            await page.GetByLabel(hospital).CheckAsync();
        }

        await page.GetByLabel("These institutions have agreed").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Start", Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "data sets of 5 institutions" })).ToBeVisibleAsync();
    }

    /// <summary>The hospital's images as they lie, with file, label, split and patient of each.</summary>
    private static IEnumerable<(string Path, byte[] Content)> Files(string data, string hospital, string[][] manifest)
    {
        int Column(string name) => Array.IndexOf(manifest[0], name);
        var own = new StringBuilder("file,label,split,patient_key\n");
        foreach (string[] line in manifest.Where(line => line[Column("hospital")] == hospital))
        {
            string path = line[Column("file")];
            own.Append(CultureInfo.InvariantCulture, $"{path},{line[Column("label")]},{line[Column("split")]},{line[Column("patient_key")]}\n");
            yield return (path, File.ReadAllBytes(Path.Combine(data, path)));
        }

        yield return ("manifest.csv", Encoding.UTF8.GetBytes(own.ToString()));
    }

    private static async Task LookAsync(BrowserPage tab, string folder, string name, ColorScheme scheme, int width)
    {
        await tab.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme });
        await tab.Page.SetViewportSizeAsync(width, 900);
        Assert.Empty(await tab.Page.ViolationsAsync());
        Assert.Equal(0, await tab.Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth"));
        await tab.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"{name}.png"), FullPage = true });
    }
}
