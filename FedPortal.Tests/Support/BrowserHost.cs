using System.Collections.Concurrent;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Xunit;

namespace FedPortal.Tests.Support;

/// <summary>A portal and Debian's Chromium, driven by Playwright. Tests that need it are skipped, with the reason, where there is no Chromium.</summary>
public sealed class BrowserHost : PortalHost
{
    internal const string Chromium = "/usr/bin/chromium";

    /// <summary>Milliseconds. A test that waits so long has failed; on a crowded machine a page may take a minute.</summary>
    internal const float Patience = 180_000;

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public override async ValueTask InitializeAsync()
    {
        if (!File.Exists(Chromium))
        {
            return;
        }

        await base.InitializeAsync();
        Assertions.SetDefaultExpectTimeout(Patience);
        _playwright = await Playwright.CreateAsync();
        _browser = await LaunchAsync(_playwright);
    }

    public override async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        await base.DisposeAsync();
    }

    /// <summary>A page in a fresh profile; with a role, signed in as a new user of it.</summary>
    public async Task<BrowserPage> OpenAsync(string? role = null, ColorScheme scheme = ColorScheme.Light, int width = 1280, int height = 900)
    {
        Assert.SkipWhen(_browser is null, $"There is no {Chromium} here.");
        BrowserPage opened = await OpenAsync(_browser!, Address, scheme, width, height);
        if (role is not null)
        {
            await opened.SignInAsync(await AddUserAsync(role), Password);
            await Assertions.Expect(opened.Page.GetByRole(AriaRole.Heading, new() { Name = "Overview", Level = 1 })).ToBeVisibleAsync();
            await opened.Page.LiveAsync();
        }

        return opened;
    }

    internal static Task<IBrowser> LaunchAsync(IPlaywright playwright) => playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
    {
        ExecutablePath = Chromium,
        Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"],
    });

    /// <summary>A page of a portal in a fresh profile of this browser.</summary>
    internal static async Task<BrowserPage> OpenAsync(IBrowser browser, Uri address, ColorScheme scheme = ColorScheme.Light, int width = 1280, int height = 900)
    {
        IBrowserContext context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = address.ToString(),
            ColorScheme = scheme,
            ViewportSize = new ViewportSize { Width = width, Height = height },
        });
        context.SetDefaultTimeout(Patience);
        return new BrowserPage(context, await context.NewPageAsync());
    }
}

/// <summary>A browser tab that keeps every error the browser reports: scripts, the content security policy, failed requests.</summary>
public sealed class BrowserPage : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _complaints = new();

    internal BrowserPage(IBrowserContext context, IPage page)
    {
        _context = context;
        Page = page;
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                _complaints.Enqueue($"{message.Type}: {message.Text}");
            }
        };
        page.PageError += (_, error) => _complaints.Enqueue($"error: {error}");
    }

    public IPage Page { get; }

    /// <summary>What the browser's console complained about so far.</summary>
    public IReadOnlyList<string> Complaints => [.. _complaints];

    public async Task SignInAsync(string email, string password)
    {
        if (!Page.Url.Contains("/account/sign-in", StringComparison.Ordinal))
        {
            await Page.GotoAsync("/account/sign-in");
        }

        await Page.GetByLabel("E-mail").FillAsync(email);
        await Page.GetByLabel("Password").FillAsync(password);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
    }

    public ValueTask DisposeAsync() => new(_context.CloseAsync());
}

internal static class LivePages
{
    /// <summary>Waits until the page's connection stands, so that its buttons do something.</summary>
    public static Task LiveAsync(this IPage page) => Assertions.Expect(page.Locator(".shell[data-live=true]")).ToBeVisibleAsync();

    /// <summary>What axe finds on the page as it is now, each with its first element.</summary>
    public static async Task<IEnumerable<string>> ViolationsAsync(this IPage page) =>
        (await page.RunAxe()).Violations.Select(violation => $"{new Uri(page.Url).PathAndQuery}: {violation.Id}: {violation.Help}: {violation.Nodes[0].Html}");
}
