using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Tests.Support;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace FedPortal.Tests.EndToEnd;

/// <summary>A study is written in the browser, proposed, and signed by a coordinator with the password.</summary>
[Collection("Browser")]
public sealed class StudyWizardTests(BrowserHost host) : IClassFixture<BrowserHost>
{
    [Fact]
    public async Task ADraft_KeepsABadValueOverAReload_SaysWhatItMeans_AndIsProposedOnceItIsRight()
    {
        SampleConsortium sample = await host.SampleAsync();
        await using BrowserPage tab = await host.OpenAsync(Roles.Admin);
        IPage page = tab.Page;

        await page.GotoAsync($"/studies/drafts/{sample.Studies.DraftId}?step=Rounds");
        await page.LiveAsync();
        await page.GetByLabel("Rounds", new() { Exact = true }).FillAsync("a dozen");
        await page.Keyboard.PressAsync("Tab");
        await Expect(page.GetByText("must be a whole number from 1 to 1000, but is 'a dozen'")).ToBeVisibleAsync();
        await Expect(page.GetByText("Saved.")).ToBeVisibleAsync();

        await page.ReloadAsync();
        await page.LiveAsync();
        await Expect(page.GetByLabel("Rounds", new() { Exact = true })).ToHaveValueAsync("a dozen");
        await page.GetByLabel("Rounds", new() { Exact = true }).FillAsync("9");
        await page.Keyboard.PressAsync("Tab");
        await Expect(page.GetByText("Saved.")).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Link, new() { Name = "Noise" }).First.ClickAsync();
        ILocator verdict = page.Locator(".verdict");
        await Expect(verdict).ToContainTextAsync("after 9 rounds");
        string before = await verdict.InnerTextAsync();
        await page.GetByLabel("Noise intensity z: the noise").FocusAsync();
        await page.Keyboard.PressAsync("ArrowRight");
        await Expect(verdict).Not.ToHaveTextAsync(before);

        await page.GetByRole(AriaRole.Link, new() { Name = "Flight plan" }).First.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Propose to the institutions" }).ClickAsync();
        await Expect(page.GetByText("Waits for signatures.")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Spring study" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Start" })).ToBeDisabledAsync();
        Assert.Empty(tab.Complaints);
    }

    [Fact]
    public async Task ACoordinator_SignsForTheOwnInstitutionOnly_AndOnlyWithTheRightPassword()
    {
        SampleConsortium sample = await host.SampleAsync();
        string email = await host.AddUserAsync(Roles.Coordinator, sample.RealInstitutionId);
        await using BrowserPage tab = await host.OpenAsync();
        await tab.Page.GotoAsync($"/studies/{sample.Studies.ProposedId}");
        await tab.SignInAsync(email, PortalHost.Password);
        await tab.Page.LiveAsync();

        await Expect(tab.Page.GetByLabel("Sign for")).ToBeVisibleAsync();
        Assert.Equal(["St. Elsewhere Teaching Hospital"], await tab.Page.GetByLabel("Sign for").Locator("option").AllInnerTextsAsync());
        await tab.Page.GetByLabel("Your password, once more").FillAsync("not my password");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Sign the plan" }).ClickAsync();
        await Expect(tab.Page.GetByText("The password is wrong")).ToBeVisibleAsync();
        await tab.Page.GetByLabel("Your password, once more").FillAsync(PortalHost.Password);
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Sign the plan" }).ClickAsync();

        await Expect(tab.Page.Locator("li[data-institution=elsewhere][data-signed=true]")).ToBeVisibleAsync();
        await Expect(tab.Page.GetByLabel("Sign for")).ToHaveCountAsync(0);
        ApprovalView view = (await host.Services.GetRequiredService<ApprovalStore>().FindAsync(Viewer.Everything, sample.Studies.ProposedId, default))!;
        SignatureRow row = view.Signatures.Single(s => s.InstitutionId == sample.RealInstitutionId);
        Assert.Equal(("A. Coordinator", false), (row.SignedBy, row.IsOnBehalf));
    }

    [Fact]
    public async Task DraftsAndTheirPages_AreForAdmins_AndPreviewsForThoseWhoMaySeeTheImages()
    {
        SampleConsortium sample = await host.SampleAsync();
        using HttpClient auditor = await host.SignInAsync(await host.AddUserAsync(Roles.Auditor));
        using HttpClient coordinator = await host.SignInAsync(await host.AddUserAsync(Roles.Coordinator, sample.InstitutionId));
        foreach (HttpClient client in new[] { auditor, coordinator })
        {
            using HttpResponseMessage draft = await client.GetAsync($"/studies/drafts/{sample.Studies.DraftId}");
            Assert.Equal(System.Net.HttpStatusCode.Found, draft.StatusCode);
        }

        using HttpResponseMessage refused = await auditor.GetAsync($"/images/{sample.RealDatasetId}/0/preview");
        using HttpResponseMessage foreign = await coordinator.GetAsync($"/images/{sample.RealDatasetId}/0/preview");
        Assert.Equal(System.Net.HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, foreign.StatusCode);
    }
}
