using System.Text.RegularExpressions;
using FedPortal.Tests.Support;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace FedPortal.Tests.EndToEnd.Stories;

/// <summary>A portal as its own process on an empty data directory, and a browser profile for each person who walks in.</summary>
internal sealed class Stage : IAsyncDisposable
{
    public const string AdminEmail = "ada@consortium.test";
    private static readonly string? Pictures = Environment.GetEnvironmentVariable("FEDPORTAL_SCREENSHOTS");

    private readonly TemporaryFolder _folder = new();
    private readonly List<BrowserPage> _tabs = [];
    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;
    private int _pictures;

    private Stage(IPlaywright playwright, IBrowser browser, PortalProcess portal) => (_playwright, _browser, Portal) = (playwright, browser, portal);

    public PortalProcess Portal { get; }

    /// <summary>What browsers complained about, of all people.</summary>
    public IEnumerable<string> Complaints => _tabs.SelectMany(tab => tab.Complaints);

    /// <summary>As the portal writes it to its console at the first start.</summary>
    public string OneTimePassword => Regex.Match(Portal.Log, "^One-time password: (.+)$", RegexOptions.Multiline).Groups[1].Value.Trim();

    /// <summary>Skips the test, with the reason, where there is no browser or no engine.</summary>
    public static async Task<Stage> OpenAsync(CancellationToken cancellationToken)
    {
        Assert.SkipUnless(File.Exists(BrowserHost.Chromium), $"There is no {BrowserHost.Chromium} here.");
        PortalHost.RequireTraining();
        SetDefaultExpectTimeout(BrowserHost.Patience);
        IPlaywright playwright = await Playwright.CreateAsync();
        var portal = new PortalProcess(new Dictionary<string, string> { ["FirstAdmin"] = AdminEmail });
        try
        {
            await portal.StartAsync(cancellationToken);
            var stage = new Stage(playwright, await BrowserHost.LaunchAsync(playwright), portal);
            await Eventually.HoldsAsync(() => stage.OneTimePassword.Length > 0); // what the portal wrote before it listened comes by another way than its answers
            return stage;
        }
        catch
        {
            portal.Dispose();
            playwright.Dispose();
            throw;
        }
    }

    public string At(params string[] parts) => _folder.At(parts);

    /// <summary>A person with a browser of their own.</summary>
    public async Task<IPage> EnterAsync()
    {
        BrowserPage tab = await BrowserHost.OpenAsync(_browser, Portal.Address);
        _tabs.Add(tab);
        return tab.Page;
    }

    /// <summary>A picture of the page, where a folder for pictures is named.</summary>
    public async Task LookAsync(IPage page, string name)
    {
        if (Pictures is { Length: > 0 })
        {
            await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Pictures, $"story-{++_pictures:00}-{name}.png"), FullPage = true });
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (BrowserPage tab in _tabs)
        {
            await LookAsync(tab.Page, "end"); // where everybody stands when a walk breaks off
        }

        await _browser.DisposeAsync();
        _playwright.Dispose();
        Portal.Dispose();
        _folder.Dispose();
    }
}

/// <summary>The words a walk is told in.</summary>
internal static class Steps
{
    public static Task PressAsync(this IPage page, string button) => ClickAsync(page.GetByRole(AriaRole.Button, new() { Name = button }).First);

    public static Task FollowAsync(this IPage page, string link) => ClickAsync(page.GetByRole(AriaRole.Link, new() { Name = link }).First);

    /// <summary>By the menu at the side, and until the page is there: the one before may have links of the same names.</summary>
    public static async Task MenuAsync(this IPage page, string entry)
    {
        await page.GetByRole(AriaRole.Navigation, new() { Name = "Main" }).GetByRole(AriaRole.Link, new() { Name = entry, Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { NameRegex = new Regex($"^{entry}"), Level = 1 })).ToBeVisibleAsync();
    }

    public static Task WriteAsync(this IPage page, string label, string text) => page.GetByLabel(label, new() { Exact = true }).FillAsync(text);

    /// <summary>Types into a field of the wizard and leaves it by the keyboard.</summary>
    public static async Task SetAsync(this IPage page, string label, string text)
    {
        await page.WriteAsync(label, text);
        await page.Keyboard.PressAsync("Tab");
    }

    public static Task SeesAsync(this IPage page, string text) => Expect(page.GetByText(text).First).ToBeVisibleAsync();

    private static async Task ClickAsync(ILocator target)
    {
        await Expect(target).ToBeVisibleAsync(); // shows the page where it is not, which a click does not
        await target.ClickAsync();
    }

    public static Task SeesHeadingAsync(this IPage page, string name) => Expect(page.GetByRole(AriaRole.Heading, new() { Name = name, Level = 1 })).ToBeVisibleAsync();
}
