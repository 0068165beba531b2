using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Rounds;
using FedPortal.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace FedPortal.Tests.EndToEnd;

[Collection("Browser")]
public sealed class RoundPageTests(BrowserHost host) : IClassFixture<BrowserHost>
{
    [Fact]
    public async Task TheFlow_ShowsTheTrueStateOfEachStage_AndABoxOpensItsDetails()
    {
        SampleConsortium sample = await host.SampleAsync();
        await using BrowserPage tab = await host.OpenAsync(Roles.Admin);
        await tab.Page.GotoAsync($"/rounds/{sample.Studies.UnlockingRoundId}");
        await tab.Page.LiveAsync();
        await Expect(tab.Page.Locator(".flow-box")).ToHaveCountAsync(11);

        Assert.Equal(
            ["Done", "Done", "Done", "Done", "Done", "Done", "Done", "Current", "Ahead", "Ahead", "Ahead"],
            await tab.Page.Locator(".flow-box").EvaluateAllAsync<string[]>("boxes => boxes.map(box => box.dataset.face)"));
        await Expect(tab.Page.Locator("#flow-detail")).ToContainTextAsync("Each institution answers once");
        await tab.Page.Locator(".flow-box[data-stage=screen]").PressAsync("Enter");
        await Expect(tab.Page.Locator("#flow-detail")).ToContainTextAsync("Harbour Medical Centre was left out");

        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Time by stage" }).ClickAsync();
        await Expect(tab.Page.GetByRole(AriaRole.Img, new() { Name = "Seconds of each stage over rounds" })).ToBeVisibleAsync();
        await tab.Page.GetByLabel("Decision, with the reason").FillAsync("The detector's change is documented.");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Uphold the objection" }).ClickAsync();
        await Expect(tab.Page.Locator(".appeal[data-institution=harbour] .badge")).ToHaveTextAsync("upheld");
        Assert.Empty(tab.Complaints);
    }

    [Fact]
    public async Task APlainRound_DoesNotClaimTheStagesItDoesNotHave()
    {
        SampleConsortium sample = await host.SampleAsync();
        await using BrowserPage tab = await host.OpenAsync(Roles.Auditor);
        await tab.Page.GotoAsync($"/rounds/{sample.CompletedRoundId}");

        foreach (string stage in new[] { "perturb", "encrypt", "screen", "unlock", "decrypt" })
        {
            await Expect(tab.Page.Locator($".flow-box[data-stage={stage}]")).ToHaveAttributeAsync("data-face", "Unused");
        }

        await tab.Page.GotoAsync("/rounds");
        await Expect(tab.Page.Locator("[data-notice=clear]").First).ToBeVisibleAsync();
        await tab.Page.GotoAsync("/studies");
        await Expect(tab.Page.GetByText("in the clear", new() { Exact = true }).First).ToBeVisibleAsync();
    }

    [Fact]
    public async Task ALivePageReachedByALinkFromAFormPage_TellsOfALostConnectionToo()
    {
        await using BrowserPage tab = await host.OpenAsync();
        await tab.SignInAsync(await host.AddUserAsync(Roles.Auditor), PortalHost.Password);
        await tab.Page.GotoAsync("/account");
        await tab.Page.GetByRole(AriaRole.Navigation, new() { Name = "Main" }).GetByRole(AriaRole.Link, new() { Name = "Rounds", Exact = true }).ClickAsync();
        await tab.Page.LiveAsync();

        await tab.Page.EvaluateAsync("document.getElementById('components-reconnect-modal').classList.add('components-reconnect-show')");

        await Expect(tab.Page.Locator("#components-reconnect-modal[open]")).ToBeVisibleAsync();
        Assert.Equal("object", await tab.Page.EvaluateAsync<string>("typeof Radzen"));
    }

    [Fact]
    public async Task ADroppedCircuit_IsTakenUpAgain_AndShowsWhatChangedMeanwhile()
    {
        SampleConsortium sample = await host.SampleAsync();
        await using var wire = new Wire(host.Address.Port);
        await using BrowserPage tab = await host.OpenAsync();
        string email = await host.AddUserAsync(Roles.Auditor);
        string address = new Uri(wire.Address, $"/rounds/{sample.RunningRoundId}").ToString();
        await tab.Page.GotoAsync(address);
        await tab.SignInAsync(email, PortalHost.Password);
        await tab.Page.LiveAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Loss" }).ClickAsync();
        await Expect(tab.Page.GetByRole(AriaRole.Button, new() { Name = "Loss" })).ToHaveAttributeAsync("aria-pressed", "true");

        wire.Cut();
        await Expect(tab.Page.Locator("#components-reconnect-modal[open]")).ToBeVisibleAsync();
        Guid institution = await DropOneAsync(sample.RunningRoundId);
        wire.Mend();

        await Expect(tab.Page.Locator("#components-reconnect-modal[open]")).ToHaveCountAsync(0);
        await Expect(tab.Page.Locator(".lane[data-state=Dropped]")).ToHaveCountAsync(2);
        await Expect(tab.Page.GetByRole(AriaRole.Button, new() { Name = "Loss" })).ToHaveAttributeAsync("aria-pressed", "true");
        Assert.NotEqual(Guid.Empty, institution);
    }

    private async Task<Guid> DropOneAsync(Guid roundId)
    {
        await using FedPortalDbContext db = await host.Services.GetRequiredService<IDbContextFactory<FedPortalDbContext>>().CreateDbContextAsync();
        Participation part = await db.Participations.FirstAsync(p => p.RoundId == roundId && p.State == ParticipationState.Invited);
        part.Drop("The line to the hospital was down.", TimeProvider.System.GetUtcNow());
        await db.SaveChangesAsync();
        host.Services.GetRequiredService<LiveUpdates>().Publish(new LiveUpdate(LiveSubject.Round, roundId));
        return part.InstitutionId;
    }
}
