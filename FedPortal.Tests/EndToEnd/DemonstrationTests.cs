using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Models;
using FedPortal.Tests.Support;
using FedPortal.Training.Evaluation;
using FedPortal.Training.Protocol;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace FedPortal.Tests.EndToEnd;

/// <summary>The whole path as a person walks it: real phantoms, real site programs, real training, watched in a real browser.</summary>
[Collection("Browser")]
public sealed class DemonstrationTests(BrowserHost host) : IClassFixture<BrowserHost>
{
    private const float Patience = 600_000;

    [Fact]
    public async Task AnAdminStartsTheDemonstration_SeesRoundsCompleteWithoutReloading_AndFindsTheNumbersOfTheApi()
    {
        PortalHost.RequireTraining();
        await using BrowserPage tab = await host.OpenAsync(Roles.Admin);
        await tab.Page.EvaluateAsync("window.notReloaded = true");
        await tab.Page.GetByLabel("Size of the demonstration").SelectOptionAsync("Short");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Start demonstration" }).ClickAsync();

        ILocator study = tab.Page.GetByRole(AriaRole.Region, new() { Name = "Current study" });
        await Expect(study).ToContainTextAsync("Round 1 of 2", new() { Timeout = Patience });
        await Expect(tab.Page.Locator("[data-notice=clear]")).ToHaveCountAsync(0); // its rounds are protected
        await Expect(study.GetByText("Synthetic", new() { Exact = true })).ToBeVisibleAsync();
        await Expect(study).ToContainTextAsync("1 round completed", new() { Timeout = Patience });
        await Expect(study).ToContainTextAsync("2 rounds completed", new() { Timeout = Patience });
        await Expect(study.GetByText("Completed", new() { Exact = true }).First).ToBeVisibleAsync(new() { Timeout = Patience });
        Assert.True(await tab.Page.EvaluateAsync<bool>("window.notReloaded === true"));

        await study.GetByRole(AriaRole.Link, new() { Name = "Round 2 of 2" }).ClickAsync();
        await Expect(tab.Page).ToHaveURLAsync(new Regex("/rounds/[0-9a-f-]{36}$"));
        await Expect(tab.Page.Locator("[data-round-state=Completed]")).ToBeVisibleAsync();
        RoundDetail round = await RoundOfApiAsync(tab.Page);
        Assert.Equal(7, round.Evaluations.Count);
        foreach (EvaluationRow evaluation in round.Evaluations)
        {
            Assert.Equal(NumbersOf(evaluation.Report), await NumbersOnPageAsync(tab.Page, NameOf(evaluation, round)));
        }

        Assert.True(await tab.Page.EvaluateAsync<bool>("window.notReloaded === true"));
        Assert.Empty(tab.Complaints);
    }

    private static async Task<RoundDetail> RoundOfApiAsync(IPage page)
    {
        IAPIResponse answer = await page.APIRequest.GetAsync(new Uri(page.Url).AbsolutePath.Replace("/rounds/", "/api/v1/rounds/", StringComparison.Ordinal));
        Assert.Equal(200, answer.Status);
        return JsonSerializer.Deserialize<RoundDetail>(await answer.TextAsync(), ProtocolJson.Options)!;
    }

    private static string NameOf(EvaluationRow evaluation, RoundDetail round) => evaluation.Scope switch
    {
        EvaluationScope.Pooled => "All institutions, pooled",
        EvaluationScope.Holdout => "Consortium hold-out",
        _ => round.Participations.Single(part => part.InstitutionId == evaluation.InstitutionId).Name,
    };

    private static string[] NumbersOf(EvaluationReport report) =>
        [.. Enum.GetValues<Metric>().Select(metric => report.Of(metric)?.Value is { } value ? value.ToString("R", CultureInfo.InvariantCulture) : "no support")];

    private static async Task<string[]> NumbersOnPageAsync(IPage page, string name)
    {
        ILocator row = page.Locator("[data-table=metrics] tbody tr").Filter(new() { Has = page.GetByRole(AriaRole.Rowheader, new() { Name = name, Exact = true }) });
        await Expect(row).ToHaveCountAsync(1);
        return await row.EvaluateAsync<string[]>(
            "row => [...row.querySelectorAll('td')].slice(1, -1).map(cell => cell.querySelector('[data-value]')?.dataset.value ?? cell.textContent.trim())");
    }
}
