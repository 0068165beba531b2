using FedPortal.Identity;
using FedPortal.Tests.Support;
using Microsoft.Playwright;
using Xunit;

namespace FedPortal.Tests.EndToEnd;

/// <summary>Pictures of every page for whoever changes the look: set FEDPORTAL_SCREENSHOTS to a folder, and FEDPORTAL_SCREENSHOT_PAGES to a part of an address for some of them.</summary>
[Collection("Browser")]
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

        string some = Environment.GetEnvironmentVariable("FEDPORTAL_SCREENSHOT_PAGES") ?? "";
        foreach ((int i, string page) in sample.Pages.Concat(sample.DraftPages).Concat([$"/datasets/{sample.RealDatasetId}", "/datasets/new", "/operation/alerts/settings", "/operation/health", "/operation/retention", "/account/tokens", "/docs/api", "/audit/hipaa", "/audit/gdpr", "/account/password", "/not-there", "/apply", "/institutions/new", $"/institutions/{sample.InstitutionId}/withdraw"]).Index().Where(entry => entry.Item.Contains(some, StringComparison.Ordinal)))
        {
            await tab.Page.GotoAsync(page);
            await tab.Page.WaitForTimeoutAsync(400);
            await tab.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder!, $"{scheme}-{width}-{i:00}{string.Concat(page.Take(14)).Replace('/', '_')}.png"), FullPage = true });
        }
    }
}
