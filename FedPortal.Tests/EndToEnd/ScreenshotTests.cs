using FedPortal.Identity;
using FedPortal.Tests.Support;
using Microsoft.Playwright;
using Xunit;

namespace FedPortal.Tests.EndToEnd;

/// <summary>Pictures of every page for whoever changes the look: set FEDPORTAL_SCREENSHOTS to a folder.</summary>
[Collection("Heavy")]
public sealed class ScreenshotTests(BrowserHost host) : IClassFixture<BrowserHost>
{
    [Theory]
    [InlineData("light", 1366)]
    [InlineData("dark", 1366)]
    [InlineData("light", 390)]
    public async Task EveryPage(string scheme, int width)
    {
        string? folder = Environment.GetEnvironmentVariable("FEDPORTAL_SCREENSHOTS");
        Assert.SkipWhen(folder is null, "FEDPORTAL_SCREENSHOTS names no folder.");
        SampleConsortium sample = await host.SampleAsync();
        await using BrowserPage tab = await host.OpenAsync(Roles.Admin, scheme == "dark" ? ColorScheme.Dark : ColorScheme.Light, width, width < 500 ? 844 : 900);

        foreach ((int i, string page) in sample.Pages.Concat([$"/datasets/{sample.RealDatasetId}", "/datasets/new", "/account/password", "/not-there"]).Index())
        {
            await tab.Page.GotoAsync(page);
            await tab.Page.WaitForTimeoutAsync(400);
            await tab.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder!, $"{scheme}-{width}-{i:00}{string.Concat(page.Take(14)).Replace('/', '_')}.png"), FullPage = true });
        }
    }

    /// <summary>The picture of the README: a real run of the demonstration in its sixth round.</summary>
    [Fact]
    public async Task TheOverviewOfARealRun()
    {
        string? folder = Environment.GetEnvironmentVariable("FEDPORTAL_SCREENSHOTS");
        Assert.SkipWhen(folder is null, "FEDPORTAL_SCREENSHOTS names no folder.");
        host.RequireTraining();
        await using BrowserPage tab = await host.OpenAsync(Roles.Admin, width: 1280, height: 960);
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Start demonstration" }).ClickAsync();
        foreach (int round in new[] { 2, 6, 12 })
        {
            await Assertions.Expect(tab.Page.GetByRole(AriaRole.Link, new() { Name = $"Round {round} of 12" })).ToBeVisibleAsync(new() { Timeout = 900_000 });
            await Assertions.Expect(tab.Page.Locator("[data-state=Training]").First).ToContainTextAsync("images/s", new() { Timeout = 60_000 });
            await tab.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder!, $"overview-round-{round}.png") });
        }

        await Assertions.Expect(tab.Page.GetByText("12 rounds completed")).ToBeVisibleAsync(new() { Timeout = 300_000 });
        await tab.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder!, "overview-end.png") });
        await tab.Page.GetByRole(AriaRole.Link, new() { Name = "Round 12 of 12" }).ClickAsync();
        await Assertions.Expect(tab.Page.Locator("[data-table=metrics]")).ToBeVisibleAsync();
        await tab.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder!, "round-end.png"), FullPage = true });
    }
}
