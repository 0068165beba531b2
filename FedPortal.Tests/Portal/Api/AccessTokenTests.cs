using System.Net;
using System.Security.Claims;
using System.Text.Json;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Tests.Support;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Xunit;

namespace FedPortal.Tests.Portal.Api;

/// <summary>Personal access tokens from the page that makes them to the request that is refused.</summary>
public sealed class AccessTokenTests(PortalHost host) : IClassFixture<PortalHost>
{
    private static readonly ClaimsPrincipal Admin = new(new ClaimsIdentity([new Claim(ClaimTypes.Role, Roles.Admin), new Claim(PortalClaims.DisplayName, "Ada")], "test"));

    private AccessTokenStore Store => host.Services.GetRequiredService<AccessTokenStore>();

    [Fact]
    public async Task ThePage_ShowsANewTokenOnce_AndListsAndRevokesIt()
    {
        string email = await host.AddUserAsync(Roles.Auditor);
        using HttpClient browser = await host.SignInAsync(email);
        string token = await MakeOnPageAsync(browser, "Nightly figures");
        using HttpClient program = host.WithToken(token);

        JsonElement me = await program.GetFromJsonAsync<JsonElement>("/api/v1/me");
        IDocument again = await browser.ReadAsync("/account/tokens");

        Assert.Equal((email, false), (me.GetProperty("email").GetString(), me.GetProperty("mayWrite").GetBoolean()));
        Assert.Equal(48, token.Length);
        Assert.Contains("Nightly figures", again.Body!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain(token, again.DocumentElement.OuterHtml, StringComparison.Ordinal);
        Assert.DoesNotContain("never", again.QuerySelector("tbody tr")!.TextContent, StringComparison.Ordinal);

        string id = again.QuerySelector("button[name='Act.Token']")!.GetAttribute("value")!;
        using HttpResponseMessage revoked = await browser.SubmitAsync("/account/tokens", "revoke", ("Act.Token", id));
        Assert.Contains("The token was revoked", await revoked.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, (await program.GetAsync("/api/v1/me")).StatusCode);
        string[] told = [.. (await AuditAsync(email)).Select(row => row.Action)];
        Assert.Contains(told, action => action.StartsWith("Made the access token 'Nightly figures' (read only) until", StringComparison.Ordinal));
        Assert.Contains("The access token 'Nightly figures' was revoked: its owner revoked it.", told);
    }

    [Fact]
    public async Task ANewToken_AsksForThePassword_AndEndsWithinAYear()
    {
        using HttpClient browser = await host.SignInAsync(await host.AddUserAsync(Roles.Auditor));

        foreach ((string days, string password, string expected) in new[] { ("30", "something else", "present password is wrong"), ("366", PortalHost.Password, "within 365 days"), ("0", PortalHost.Password, "ends after now") })
        {
            using HttpResponseMessage refused = await browser.SubmitAsync("/account/tokens", "make", ("Act.Name", "x"), ("Act.Scope", "Read"), ("Act.Days", days), ("Act.Password", password));
            string page = await refused.Content.ReadAsStringAsync();
            Assert.Contains(expected, page, StringComparison.Ordinal);
            Assert.DoesNotContain(AccessToken.Prefix, page, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("fedp_0000000000000000000000000000000000000000000", "not one of this portal's")]
    [InlineData("fedm_abc", "not one of this portal's")]
    public async Task AMadeUpToken_IsRefusedWithTheReason(string token, string expected)
    {
        using HttpClient program = host.NewClient();
        program.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        using HttpResponseMessage answer = await program.GetAsync("/api/v1/studies");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        string challenge = answer.Headers.WwwAuthenticate.ToString();
        Assert.Contains("error=\"invalid_token\"", challenge, StringComparison.Ordinal);
        Assert.Contains(expected, challenge, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutAnything_TheApiNamesItsScheme()
    {
        using HttpClient nobody = host.NewClient();
        using HttpResponseMessage answer = await nobody.GetAsync("/api/v1/studies");

        Assert.Equal("Bearer realm=\"FedPortal\"", answer.Headers.WwwAuthenticate.ToString());
        Assert.Contains("Sign in, or send an access token", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnExpiredToken_IsRefused_AndUseIsWrittenOnceAMinute()
    {
        PortalUser user = await host.PersonAsync(await host.AddUserAsync(Roles.Auditor));
        var clock = new ShiftableClock();
        var store = new AccessTokenStore(host.Services.GetRequiredService<IDbContextFactory<FedPortalDbContext>>(), clock);
        (string? token, _) = await store.MakeAsync(user, "x", TokenScope.Read, days: 1, hasSecondFactor: false, CancellationToken.None);
        List<DateTimeOffset?> used = [];
        foreach (int seconds in new[] { 0, 30, 40 })
        {
            clock.Advance(TimeSpan.FromSeconds(seconds));
            await store.SeeAsync((await store.FindAsync(token!, CancellationToken.None))!, CancellationToken.None);
            used.Add((await store.FindAsync(token!, CancellationToken.None))!.LastUsedAt);
        }

        clock.Advance(TimeSpan.FromDays(1));
        string? refusal = (await store.FindAsync(token!, CancellationToken.None))!.Refusal(clock.GetUtcNow());

        Assert.NotNull(used[0]);
        Assert.Equal(used[0], used[1]);
        Assert.True(used[2] > used[1]);
        Assert.Contains("expired", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AToken_OpensNoPage_NoSiteProtocol_AndNoImage()
    {
        SampleConsortium sample = await host.SampleAsync();
        using HttpClient program = await host.ProgramAsync(Roles.Admin);

        using HttpResponseMessage page = await program.GetAsync("/studies");
        Assert.Equal(HttpStatusCode.Found, page.StatusCode);
        foreach (string path in new[] { "/api/site/v1/assignment", "/api/site/v1/standing", $"/images/{sample.DatasetId}/0", "/_blazor/negotiate" })
        {
            using HttpResponseMessage answer = await program.SendAsync(new HttpRequestMessage(path.StartsWith("/_", StringComparison.Ordinal) ? HttpMethod.Post : HttpMethod.Get, path));
            Assert.True(answer.StatusCode is HttpStatusCode.Unauthorized, $"{path}: {answer.StatusCode}");
        }
    }

    [Theory]
    [InlineData("token")]
    [InlineData("access_token")]
    public async Task ATokenInTheAddress_IsRefused_EvenBesideAGoodOne(string parameter)
    {
        using HttpClient program = await host.ProgramAsync(Roles.Admin);
        using HttpResponseMessage answer = await program.GetAsync($"/api/v1/studies?{parameter}=fedp_x");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("ends up in logs", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AReadToken_ReadsAndComputes_ButChangesNothing()
    {
        using HttpClient program = await host.ProgramAsync(Roles.Admin, TokenScope.Read);
        using HttpResponseMessage read = await program.GetAsync("/api/v1/drafts");
        using HttpResponseMessage computed = await program.PostAsJsonAsync("/api/v1/planning/forecast", new { years = 2 });
        using HttpResponseMessage written = await program.PostAsJsonAsync("/api/v1/drafts", new { name = "x" });

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (read.StatusCode, computed.StatusCode));
        Assert.Equal(HttpStatusCode.Forbidden, written.StatusCode);
        Assert.Contains("The token may only read, but POST /api/v1/drafts changes something", await written.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AToken_HasTheRolesOfThisMoment()
    {
        SampleConsortium sample = await host.SampleAsync();
        string email = await host.AddUserAsync(Roles.Admin);
        using HttpClient program = host.WithToken(await host.TokenAsync(email, TokenScope.ReadWrite));
        Assert.Equal(HttpStatusCode.OK, (await program.GetAsync("/api/v1/people")).StatusCode);

        await host.AddUserAsync(Roles.Admin);
        string? problem = await host.Services.GetRequiredService<PeopleDesk>().ChangeRightsAsync(
            (await host.PersonAsync(email)).Id, [Roles.Coordinator], [sample.RealInstitutionId], Admin, CancellationToken.None);
        using HttpResponseMessage people = await program.GetAsync("/api/v1/people");

        Assert.Null(problem);
        Assert.Equal(HttpStatusCode.Forbidden, people.StatusCode);
        Assert.Contains("needs the role Admin or Auditor, but you are Coordinator", await people.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await program.GetAsync($"/api/v1/datasets/{sample.DatasetId}")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await program.GetAsync($"/api/v1/datasets/{sample.RealDatasetId}")).StatusCode);
    }

    [Fact]
    public async Task DisablingTheAccount_EndsItsTokensForGood_ButANewPasswordDoesNot()
    {
        string email = await host.AddUserAsync(Roles.Auditor);
        using HttpClient program = host.WithToken(await host.TokenAsync(email, TokenScope.Read));
        PortalUser user = await host.PersonAsync(email);
        await using (AsyncServiceScope scope = host.Services.CreateAsyncScope())
        {
            UserManager<PortalUser> users = scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>();
            Assert.True((await users.ChangePasswordAsync((await users.FindByIdAsync(user.Id.ToString()))!, PortalHost.Password, "another long password")).Succeeded);
        }

        Assert.Equal(HttpStatusCode.OK, (await program.GetAsync("/api/v1/me")).StatusCode);
        PeopleDesk desk = host.Services.GetRequiredService<PeopleDesk>();
        Assert.Null(await desk.DisableAsync(user.Id, Admin, CancellationToken.None));
        Assert.Equal(HttpStatusCode.Unauthorized, (await program.GetAsync("/api/v1/me")).StatusCode);
        Assert.Null(await desk.EnableAsync(user.Id, Admin, CancellationToken.None));
        Assert.Equal(HttpStatusCode.Unauthorized, (await program.GetAsync("/api/v1/me")).StatusCode);
        Assert.Contains("the account was disabled", Assert.Single(await Store.ListAsync(user.Id, CancellationToken.None)).RevocationReason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnAdmin_SeesAndRevokesTheTokensOfOthers_AndAnAuditorOnlySeesThem()
    {
        string email = await host.AddUserAsync(Roles.Auditor);
        Guid person = (await host.PersonAsync(email)).Id;
        using HttpClient theirs = host.WithToken(await host.TokenAsync(email, TokenScope.Read));
        using HttpClient auditor = await host.ProgramAsync(Roles.Auditor);
        using HttpClient admin = await host.ProgramAsync(Roles.Admin);

        JsonElement seen = (await auditor.GetFromJsonAsync<JsonElement>($"/api/v1/people/{person}/tokens"))[0];
        string address = $"/api/v1/people/{person}/tokens/{seen.GetProperty("id").GetGuid()}";

        Assert.Equal(HttpStatusCode.Forbidden, (await auditor.DeleteAsync(address)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await admin.DeleteAsync(address)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await admin.DeleteAsync(address)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await theirs.GetAsync("/api/v1/me")).StatusCode);
    }

    [Fact]
    public async Task TheGates_HoldForTokensToo()
    {
        (string once, _) = await host.AddOneTimeUserAsync(Roles.Auditor);
        using HttpClient early = host.WithToken(await host.TokenAsync(once, TokenScope.Read));
        using HttpResponseMessage refused = await early.GetAsync("/api/v1/studies");

        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Contains("one-time password must be replaced first", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        string email = await host.AddUserAsync(Roles.Admin);
        using HttpClient weak = host.WithToken(await host.TokenAsync(email, TokenScope.Read));
        using HttpClient strong = host.WithToken(await host.TokenAsync(email, TokenScope.Read, hasSecondFactor: true));
        PeopleDesk desk = host.Services.GetRequiredService<PeopleDesk>();
        await desk.RequireSecondFactorOfAdminsAsync(true, Admin, CancellationToken.None);
        try
        {
            using HttpResponseMessage gated = await weak.GetAsync("/api/v1/studies");
            Assert.Equal(HttpStatusCode.Forbidden, gated.StatusCode);
            Assert.Contains("second factor", await gated.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.OK, (await strong.GetAsync("/api/v1/studies")).StatusCode);
        }
        finally
        {
            await desk.RequireSecondFactorOfAdminsAsync(false, Admin, CancellationToken.None);
        }
    }

    [Fact]
    public async Task WhatBindsAnInstitution_NoTokenCanDo_AndACookieNeedsThePagesToken()
    {
        SampleConsortium sample = await host.SampleAsync();
        string email = await host.AddUserAsync(Roles.Coordinator, sample.RealInstitutionId);
        using HttpClient program = host.WithToken(await host.TokenAsync(email, TokenScope.ReadWrite));
        using HttpClient browser = await host.SignInAsync(email);
        string address = $"/api/v1/studies/{sample.Studies.ProposedId}/sign";
        string plan = (await program.GetFromJsonAsync<JsonElement>($"/api/v1/studies/{sample.Studies.ProposedId}/flight-plan")).GetProperty("planHash").GetString()!;
        var body = new { institutionId = sample.RealInstitutionId, planHash = plan, proof = PortalHost.Password };

        using HttpResponseMessage byToken = await program.PostAsJsonAsync(address, body);
        using HttpResponseMessage without = await browser.PostAsJsonAsync(address, body);
        browser.DefaultRequestHeaders.Add("RequestVerificationToken", await browser.AntiforgeryTokenAsync("/account"));
        using HttpResponseMessage wrong = await browser.PostAsJsonAsync(address, body with { proof = "not this" });
        using HttpResponseMessage signed = await browser.PostAsJsonAsync(address, body);

        Assert.Equal(HttpStatusCode.Forbidden, byToken.StatusCode);
        Assert.Contains("No access token can do this: a signature on a flight plan asks its signer to confirm", await byToken.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, without.StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, wrong.StatusCode);
        Assert.Equal(HttpStatusCode.OK, signed.StatusCode);

        using HttpClient auditor = await host.ProgramAsync(Roles.Auditor);
        using HttpResponseMessage release = await auditor.PostAsJsonAsync($"/api/v1/models/{sample.StudyId}/2/release/sign", new { role = "Auditor", evidence = "x", proof = "x" });
        Assert.Equal(HttpStatusCode.Forbidden, release.StatusCode);
        Assert.Contains("who has seen the evidence in a browser", await release.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheToken_IsNowhereInTheDatabase()
    {
        string email = await host.AddUserAsync(Roles.Auditor);
        string token = await host.TokenAsync(email, TokenScope.Read);
        using HttpClient program = host.WithToken(token);
        await program.GetAsync("/api/v1/me");

        string folder = host.Services.GetRequiredService<IOptions<PortalOptions>>().Value.Root;
        string stored = await TestDatabase.ContentAsync(folder);

        Assert.Contains(email, stored, StringComparison.Ordinal);
        Assert.DoesNotContain(token[AccessToken.Prefix.Length..], stored, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OnePersonHasAtMostTwentyLiveTokens()
    {
        string email = await host.AddUserAsync(Roles.Auditor);
        for (int i = 0; i < AccessToken.MostLive; i++)
        {
            await host.TokenAsync(email, TokenScope.Read);
        }

        (string? token, string? problem) = await Store.MakeAsync(await host.PersonAsync(email), "one more", TokenScope.Read, 30, false, CancellationToken.None);

        Assert.Null(token);
        Assert.Contains("You have 20 live tokens, and 20 is the most", problem, StringComparison.Ordinal);
    }

    private static async Task<string> MakeOnPageAsync(HttpClient browser, string name)
    {
        using HttpResponseMessage made = await browser.SubmitAsync("/account/tokens", "make", ("Act.Name", name), ("Act.Scope", "Read"), ("Act.Days", "30"), ("Act.Password", PortalHost.Password));
        IDocument page = await new HtmlParser().ParseDocumentAsync(await made.Content.ReadAsStringAsync());
        return page.QuerySelector("[data-token]")!.TextContent;
    }

    private async Task<IReadOnlyList<AuditRow>> AuditAsync(string email) => await host.Services.GetRequiredService<AuditStore>().ListAsync(
        Viewer.Everything, (await host.PersonAsync(email)).Id, 0, 50, CancellationToken.None);
}
