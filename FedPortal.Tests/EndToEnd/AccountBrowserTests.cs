using System.Text.RegularExpressions;
using FedPortal.Identity;
using FedPortal.Tests.Support;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace FedPortal.Tests.EndToEnd;

/// <summary>What needs a real browser: passkeys, the secret behind '#', open pages of an ended session, looks and accessibility.</summary>
[Collection("Browser")]
public sealed class AccountBrowserTests(BrowserHost host) : IClassFixture<BrowserHost>
{
    [Fact]
    public async Task APasskey_IsAddedAndOpensTheAccountWithoutThePassword()
    {
        await using BrowserPage tab = await host.OpenAsync(Roles.Auditor);
        await using VirtualAuthenticator authenticator = await VirtualAuthenticator.AddAsync(tab.Page);

        await AddPasskeyAsync(tab, "Test key");
        await Expect(tab.Page.GetByRole(AriaRole.Rowheader, new() { Name = "Test key" })).ToBeVisibleAsync();

        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Use a passkey" }).ClickAsync();
        await Expect(tab.Page.Locator(".shell")).ToBeVisibleAsync();
        await tab.Page.GotoAsync("/account");
        await Expect(tab.Page.GetByRole(AriaRole.Cell, new() { Name = "passkey", Exact = true })).ToBeVisibleAsync();

        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Remove Test key" }).ClickAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Use a passkey" }).ClickAsync();
        await Expect(tab.Page.GetByText("does not open an account here")).ToBeVisibleAsync();
        Assert.Empty(tab.Complaints);
    }

    [Fact]
    public async Task APasskey_ConfirmsThatItsOwnerSitsThere_BeforeASignature()
    {
        await using BrowserPage tab = await host.OpenAsync(Roles.Auditor);
        await using VirtualAuthenticator authenticator = await VirtualAuthenticator.AddAsync(tab.Page);
        await AddPasskeyAsync(tab, "Signing key");

        await tab.Page.GotoAsync("/account/confirm?returnUrl=%2Fplanning");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Use a passkey" }).ClickAsync();

        await Expect(tab.Page).ToHaveURLAsync(new Regex("/planning$"));
        await using FedPortal.Data.FedPortalDbContext db = await host.Services.GetRequiredService<Microsoft.EntityFrameworkCore.IDbContextFactory<FedPortal.Data.FedPortalDbContext>>().CreateDbContextAsync();
        Assert.Single(db.UserSessions.Where(session => session.ConfirmedAt != null));
        Assert.Empty(tab.Complaints);
    }

    [Fact]
    public async Task AnAdminInvites_AndTheLinksSecretReachesNoAddressOfTheServer()
    {
        SampleConsortium sample = await host.SampleAsync();
        await using BrowserPage admin = await host.OpenAsync(Roles.Admin);
        await admin.Page.GotoAsync("/people/invite");
        await admin.Page.LiveAsync();
        await admin.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("Mary Keller");
        await admin.Page.GetByLabel("E-mail").FillAsync("mary@example.test");
        await admin.Page.GetByLabel("Northfield General").CheckAsync();
        await admin.Page.GetByLabel("Lakeside Clinic").CheckAsync();
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Make the link" }).ClickAsync();
        string link = await admin.Page.Locator("[data-link]").InnerTextAsync();
        string secret = link[(link.IndexOf('#', StringComparison.Ordinal) + 1)..];
        Assert.Equal(43, secret.Length);

        await using BrowserPage guest = await host.OpenAsync();
        List<string> asked = [];
        guest.Page.Request += (_, request) => asked.Add(request.Url + string.Join(' ', request.Headers.Where(header => header.Key == "referer").Select(header => header.Value)));
        await guest.Page.GotoAsync(link);
        await Expect(guest.Page).ToHaveURLAsync(new Uri(host.Address, "/account/invitation").ToString());
        await Expect(guest.Page.GetByLabel("Invitation code")).ToBeHiddenAsync();
        await guest.Page.GetByLabel("Password", new() { Exact = true }).FillAsync(PortalHost.Password);
        await guest.Page.GetByLabel("Password again").FillAsync(PortalHost.Password);
        await guest.Page.GetByRole(AriaRole.Button, new() { Name = "Make my account" }).ClickAsync();
        await Expect(guest.Page.GetByText("Your account is ready.")).ToBeVisibleAsync();
        await Expect(guest.Page.GetByText("Lakeside Clinic, Northfield General")).ToBeVisibleAsync();

        // Playwright shows the fragment of the one navigation; no request, redirect or referrer carries the secret otherwise.
        Assert.DoesNotContain(asked, url => url.Contains(secret, StringComparison.Ordinal) && !url.Contains($"#{secret}", StringComparison.Ordinal));
        await admin.Page.GotoAsync("/people");
        await Expect(admin.Page.GetByRole(AriaRole.Link, new() { Name = "Mary Keller" })).ToBeVisibleAsync();
        Assert.Empty(admin.Complaints.Concat(guest.Complaints));
        Assert.NotEqual(Guid.Empty, sample.InstitutionId);
    }

    [Fact]
    public async Task AnOpenPage_OfASessionThatWasEnded_ClosesByItself()
    {
        await using BrowserPage tab = await host.OpenAsync();
        string email = await host.AddUserAsync(Roles.Auditor);
        await tab.SignInAsync(email, PortalHost.Password);
        await tab.Page.GotoAsync("/studies");
        await tab.Page.LiveAsync();

        using HttpClient elsewhere = await host.SignInAsync(email);
        using HttpResponseMessage ended = await elsewhere.SubmitAsync("/account", "sessions", ("Act.What", "others"));

        await Expect(tab.Page.GetByRole(AriaRole.Heading, new() { Name = "Sign in" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task WhereAdminsNeedASecondFactor_AnAdminWithoutOneReachesOnlyTheOwnAccount()
    {
        await using BrowserPage tab = await host.OpenAsync(Roles.Admin);
        await using VirtualAuthenticator authenticator = await VirtualAuthenticator.AddAsync(tab.Page);
        await AddPasskeyAsync(tab, "Key");
        await tab.Page.GotoAsync("/people");
        await tab.Page.LiveAsync();
        try
        {
            await tab.Page.GetByLabel("Admins need a second factor").CheckAsync();
            await Eventually.HoldsAsync(IsFactorRequiredAsync); // the page says nothing when the rule is saved; a request meanwhile would still be served
            await Expect(tab.Page.Locator(".shell")).ToBeVisibleAsync();
            using HttpClient other = await host.SignInAsync(await host.AddUserAsync(Roles.Admin));
            using HttpResponseMessage page = await other.GetAsync("/studies");
            Assert.Equal("/account", page.Headers.Location?.OriginalString);
            Assert.Equal(System.Net.HttpStatusCode.Forbidden, (await other.GetAsync("/api/v1/studies")).StatusCode);
            using HttpClient auditor = await host.SignInAsync(await host.AddUserAsync(Roles.Auditor));
            Assert.Equal(System.Net.HttpStatusCode.OK, (await auditor.GetAsync("/studies")).StatusCode);

            await tab.Page.GotoAsync("/account");
            await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
            await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Use a passkey" }).ClickAsync();
            await Expect(tab.Page.GetByRole(AriaRole.Heading, new() { Name = "My account", Level = 1 })).ToBeVisibleAsync();
            await tab.Page.GotoAsync("/");
            await Expect(tab.Page.GetByRole(AriaRole.Heading, new() { Name = "Overview", Level = 1 })).ToBeVisibleAsync();
        }
        finally
        {
            await host.Services.GetRequiredService<FedPortal.Data.PeopleStore>().RequireSecondFactorOfAdminsAsync(false, "test", CancellationToken.None);
        }
    }

    [Theory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 390)]
    public async Task AxeFindsNothing_AndNoPageIsTooWide(ColorScheme scheme, int width)
    {
        await host.SampleAsync();
        List<string> found = [];
        await using (BrowserPage stranger = await host.OpenAsync(role: null, scheme, width))
        {
            foreach (string page in new[] { "/account/sign-in", "/account/invitation", "/transparency", "/consultation" })
            {
                await CheckAsync(stranger, page, found, scheme, width);
            }
        }

        await using BrowserPage tab = await host.OpenAsync(Roles.Admin, scheme, width);
        Guid person = (await host.Services.GetRequiredService<FedPortal.Data.PeopleStore>().ListAsync(FedPortal.Data.Viewer.Everything, CancellationToken.None))[0].Id;
        foreach (string page in new[] { "/account", "/account/code-app", "/account/confirm", "/people", "/people/invite", $"/people/{person}", "/", "/planning", "/planning/return", "/planning/requests" })
        {
            await CheckAsync(tab, page, found, scheme, width);
        }

        foreach (string role in new[] { Roles.Coordinator, Roles.Auditor })
        {
            await using BrowserPage other = await host.OpenAsync(role, scheme, width);
            await CheckAsync(other, "/", found, scheme, width, role);
        }

        Assert.Empty(found);
    }

    private Task<bool> IsFactorRequiredAsync() => host.Services.GetRequiredService<FedPortal.Data.PeopleStore>().SecondFactorIsRequiredOfAdminsAsync(CancellationToken.None);

    private static async Task CheckAsync(BrowserPage tab, string page, List<string> found, ColorScheme scheme, int width, string role = "")
    {
        await tab.Page.GotoAsync(page);

        // A live page writes its title anew when its connection stands; the account pages are plain.
        if (!page.StartsWith("/account", StringComparison.Ordinal) && await tab.Page.Locator(".shell").CountAsync() > 0)
        {
            await tab.Page.LiveAsync();
        }

        await Expect(tab.Page).ToHaveTitleAsync(new Regex(" · FedPortal$"));
        await Expect(tab.Page.Locator(".waiting")).ToHaveCountAsync(0);
        found.AddRange(await tab.Page.ViolationsAsync());
        found.AddRange(tab.Complaints.Select(complaint => $"{page}: {complaint}"));
        int excess = await tab.Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        if (excess > 0)
        {
            found.Add($"{page}: {excess} pixels too wide");
        }

        if (Environment.GetEnvironmentVariable("FEDPORTAL_SCREENSHOTS") is { Length: > 0 } folder)
        {
            await tab.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"{scheme}-{width}{role}{page[..Math.Min(24, page.Length)].Replace('/', '_')}.png"), FullPage = true });
        }
    }

    private static async Task AddPasskeyAsync(BrowserPage tab, string name)
    {
        await tab.Page.GotoAsync("/account");
        await tab.Page.GetByLabel("Name of the new passkey").FillAsync(name);
        await tab.Page.GetByLabel("Present password").FillAsync(PortalHost.Password);
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Add a passkey" }).ClickAsync();
        await Expect(tab.Page.GetByText("The passkey was added.")).ToBeVisibleAsync();
    }
}
