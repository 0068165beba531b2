using System.Text.RegularExpressions;
using FedPortal.Identity;
using FedPortal.Tests.Support;
using Microsoft.Playwright;
using Xunit;

namespace FedPortal.Tests.EndToEnd;

/// <summary>axe finds nothing on any page, and the browser's console stays empty: no script error, no breach of the content security policy.</summary>
[Collection("Browser")]
public sealed class AccessibilityTests(BrowserHost host) : IClassFixture<BrowserHost>
{
    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task EveryPage(ColorScheme scheme)
    {
        SampleConsortium sample = await host.SampleAsync();
        List<string> found = [];
        await using (BrowserPage stranger = await host.OpenAsync(role: null, scheme))
        {
            await CheckAsync(stranger, "/account/sign-in", found);
            await CheckAsync(stranger, "/apply", found);
        }

        await using BrowserPage tab = await host.OpenAsync(Roles.Admin, scheme);
        foreach (string page in sample.Pages.Concat(sample.DraftPages).Concat(["/institutions/new", $"/institutions/{sample.InstitutionId}/withdraw", "/datasets/new", "/operation/alerts/settings", "/operation/health", "/operation/retention", "/account/tokens", "/docs/api", "/audit/hipaa", "/audit/gdpr", "/account/password", "/account/denied", "/not-found", "/rounds?state=Planned"]))
        {
            await CheckAsync(tab, page, found);
        }

        Assert.True(found.Count == 0, string.Join(Environment.NewLine, found));
    }

    [Fact]
    public async Task OnAPhone_NoPageScrollsSideways()
    {
        SampleConsortium sample = await host.SampleAsync();
        await using BrowserPage tab = await host.OpenAsync(Roles.Admin, width: 390, height: 844);
        List<string> wide = [];
        foreach (string page in sample.Pages.Concat(sample.DraftPages).Concat(["/operation/alerts/settings", "/operation/health", "/operation/retention", "/account/tokens", "/docs/api"]))
        {
            await tab.Page.GotoAsync(page);
            int excess = await tab.Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
            if (excess > 0)
            {
                wide.Add($"{page}: {excess} pixels too wide");
            }
        }

        Assert.Empty(wide);
    }

    private static async Task CheckAsync(BrowserPage tab, string page, List<string> found)
    {
        await tab.Page.GotoAsync(page);
        await Assertions.Expect(tab.Page.Locator("h1")).ToBeVisibleAsync();
        if (await tab.Page.Locator(".shell").CountAsync() > 0)
        {
            await Assertions.Expect(tab.Page.Locator(".shell[data-live]")).ToBeVisibleAsync();
        }

        await Assertions.Expect(tab.Page).ToHaveTitleAsync(new Regex(" · FedPortal$"));
        found.AddRange(await tab.Page.ViolationsAsync());
        found.AddRange(tab.Complaints.Select(complaint => $"{page}: {complaint}"));
    }
}
