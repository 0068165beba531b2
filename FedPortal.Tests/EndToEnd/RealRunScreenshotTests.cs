using FedPortal.Identity;
using FedPortal.Tests.Support;
using Microsoft.Playwright;
using Xunit;

namespace FedPortal.Tests.EndToEnd;

/// <summary>On a portal of its own, so that nothing but the run is on the pages.</summary>
[Collection("Browser")]
public sealed class RealRunScreenshotTests(BrowserHost host) : IClassFixture<BrowserHost>
{
    /// <summary>The picture of the README: a real run of the demonstration in its sixth round.</summary>
    [Fact]
    public async Task TheOverviewOfARealRun()
    {
        string? folder = Environment.GetEnvironmentVariable("FEDPORTAL_SCREENSHOTS");
        Assert.SkipWhen(folder is null, "FEDPORTAL_SCREENSHOTS names no folder.");
        PortalHost.RequireTraining();
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
