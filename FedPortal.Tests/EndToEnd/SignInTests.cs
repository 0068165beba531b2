using FedPortal.Identity;
using FedPortal.Tests.Support;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace FedPortal.Tests.EndToEnd;

[Collection("Browser")]
public sealed class SignInTests(BrowserHost host) : IClassFixture<BrowserHost>
{
    private const string Refusal = "E-mail or password is wrong, or the account is locked for some minutes.";

    [Fact]
    public async Task TheRightPassword_LeadsToThePageThatWasAskedFor()
    {
        await using BrowserPage tab = await host.OpenAsync();
        string email = await host.AddUserAsync(Roles.Auditor);

        await tab.Page.GotoAsync("/rounds?state=Failed");
        await Expect(tab.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/account/sign-in"));
        await tab.SignInAsync(email, PortalHost.Password);

        await Expect(tab.Page).ToHaveURLAsync(new Uri(host.Address, "/rounds?state=Failed").ToString());
        Assert.Empty(tab.Complaints);
    }

    [Fact]
    public async Task FiveWrongPasswords_LockTheAccount_AndTheRightOneDoesNotOpenIt()
    {
        await using BrowserPage tab = await host.OpenAsync();
        string email = await host.AddUserAsync(Roles.Admin);

        for (int attempt = 0; attempt < 5; attempt++)
        {
            await tab.SignInAsync(email, "not the password at all");
            await Expect(tab.Page.GetByRole(AriaRole.Alert)).ToHaveTextAsync(Refusal);
        }

        await tab.SignInAsync(email, PortalHost.Password);
        await Expect(tab.Page.GetByRole(AriaRole.Alert)).ToHaveTextAsync(Refusal);
        await tab.Page.GotoAsync("/");
        await Expect(tab.Page.GetByRole(AriaRole.Heading, new() { Name = "Sign in" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task AnUnknownAddress_IsAnsweredLikeAWrongPassword()
    {
        await using BrowserPage tab = await host.OpenAsync();

        await tab.SignInAsync("nobody@example.test", PortalHost.Password);

        await Expect(tab.Page.GetByRole(AriaRole.Alert)).ToHaveTextAsync(Refusal);
    }

    [Fact]
    public async Task AOneTimePassword_OpensNothingButThePageThatReplacesIt()
    {
        await using BrowserPage tab = await host.OpenAsync();
        (string email, string oneTime) = await host.AddOneTimeUserAsync(Roles.Admin);

        await tab.SignInAsync(email, oneTime);
        await Expect(tab.Page.GetByRole(AriaRole.Heading, new() { Name = "Choose your own password" })).ToBeVisibleAsync();
        await tab.Page.GotoAsync("/rounds");
        await Expect(tab.Page.GetByRole(AriaRole.Heading, new() { Name = "Choose your own password" })).ToBeVisibleAsync();

        await tab.Page.GetByLabel("One-time password").FillAsync(oneTime);
        await tab.Page.GetByLabel("New password", new() { Exact = true }).FillAsync(PortalHost.Password);
        await tab.Page.GetByLabel("New password again").FillAsync(PortalHost.Password);
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Save password" }).ClickAsync();
        await Expect(tab.Page.GetByRole(AriaRole.Heading, new() { Name = "Overview", Level = 1 })).ToBeVisibleAsync();

        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(tab.Page.GetByRole(AriaRole.Heading, new() { Name = "Sign in" })).ToBeVisibleAsync();
        await tab.SignInAsync(email, oneTime);
        await Expect(tab.Page.GetByRole(AriaRole.Alert)).ToHaveTextAsync(Refusal);
        await tab.SignInAsync(email, PortalHost.Password);
        await Expect(tab.Page.GetByRole(AriaRole.Heading, new() { Name = "Overview", Level = 1 })).ToBeVisibleAsync();
        Assert.Empty(tab.Complaints);
    }

    [Fact]
    public async Task TheChosenTheme_IsThereBeforeAnyScriptRuns()
    {
        await using BrowserPage tab = await host.OpenAsync(Roles.Auditor);
        await Expect(tab.Page.Locator("html")).Not.ToHaveAttributeAsync("data-theme", "dark");

        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Light or dark" }).ClickAsync();

        await Expect(tab.Page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        IAPIResponse served = await tab.Page.APIRequest.GetAsync("/studies");
        Assert.Contains("data-theme=\"dark\"", await served.TextAsync(), StringComparison.Ordinal);
    }
}
