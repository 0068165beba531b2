using System.Net;
using System.Security.Claims;
using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Tests.Support;
using Microsoft.AspNetCore.Identity;
using Xunit;

namespace FedPortal.Tests.EndToEnd;

/// <summary>Invitations, rights, second factor and sessions over HTTP, as a browser without scripts meets them.</summary>
[Collection("Browser")]
public sealed class AccountTests(PortalHost host) : IClassFixture<PortalHost>
{
    private static readonly ClaimsPrincipal Admin = new(new ClaimsIdentity([new Claim(ClaimTypes.Role, Roles.Admin), new Claim(PortalClaims.DisplayName, "Ada")], "test"));

    private PeopleDesk Desk => host.Services.GetRequiredService<PeopleDesk>();

    [Fact]
    public async Task AnInvitation_OpensOneAccountWithItsRights_AndOnlyOnce()
    {
        SampleConsortium sample = await host.SampleAsync();
        Guid[] both = [sample.InstitutionId, sample.RealInstitutionId];
        string token = await InviteAsync("grace@example.test", [Roles.Coordinator], both);

        using HttpClient guest = host.NewClient();
        using HttpResponseMessage accepted = await AcceptAsync(guest, token, PortalHost.Password);
        Assert.Equal("/account?done=welcome", accepted.Headers.Location?.PathAndQuery);
        string datasets = await guest.GetStringAsync("/api/v1/datasets");
        Assert.Contains("Phantoms north", datasets, StringComparison.Ordinal);
        Assert.Contains("Archive elsewhere", datasets, StringComparison.Ordinal);
        Assert.DoesNotContain("Phantoms lake", datasets, StringComparison.Ordinal);

        using HttpClient second = host.NewClient();
        using HttpResponseMessage refused = await AcceptAsync(second, token, PortalHost.Password);
        Assert.Contains("This invitation is not valid", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        (_, string? again) = await Desk.InviteAsync(new InvitationOffer("grace@example.test", "Grace", [Roles.Auditor], []), Admin, CancellationToken.None);
        Assert.Contains("already has an account", again, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OfTwoWhoAcceptAtOnce_OneGetsTheAccount()
    {
        string token = await InviteAsync("race@example.test", [Roles.Auditor], []);

        (PortalUser? User, IReadOnlyList<string> Problems)[] answers = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => Task.Run(() => Desk.AcceptAsync(token, PortalHost.Password, CancellationToken.None))));

        Assert.Single(answers, answer => answer.User is not null);
        Assert.NotNull(await FindAsync("race@example.test"));
    }

    [Fact]
    public async Task AWithdrawnInvitation_AndAMadeUpOne_OpenNothing()
    {
        string token = await InviteAsync("later@example.test", [Roles.Auditor], []);
        InvitationRow row = (await host.Services.GetRequiredService<PeopleStore>().InvitationsAsync(Viewer.Everything, CancellationToken.None)).Single(i => i.Email == "later@example.test");
        Assert.True(await Desk.WithdrawAsync(row.Id, Admin, CancellationToken.None));

        foreach (string secret in new[] { token, SecretToken.Create() })
        {
            (PortalUser? user, IReadOnlyList<string> problems) = await Desk.AcceptAsync(secret, PortalHost.Password, CancellationToken.None);
            Assert.Null(user);
            Assert.Contains("not valid", Assert.Single(problems), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task TheDatabase_HoldsNeitherTheInvitationsSecretNorTheAppsKeyNorARecoveryCode()
    {
        string token = await InviteAsync("hidden@example.test", [Roles.Admin], []);
        using HttpClient client = host.NewClient();
        using HttpResponseMessage accepted = await AcceptAsync(client, token, PortalHost.Password);
        (string key, IReadOnlyList<string> codes) = await TurnCodeAppOnAsync(client);

        string folder = host.Services.GetRequiredService<Microsoft.Extensions.Options.IOptions<PortalOptions>>().Value.Root;
        string stored = await TestDatabase.ContentAsync(folder);

        string[] secrets = [token, key, key.ToUpperInvariant(), .. codes, PortalHost.Password];
        Assert.Contains("hidden@example.test", stored, StringComparison.Ordinal);
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, stored, StringComparison.Ordinal));
    }

    [Fact]
    public void TheTestsOwnCodes_AreThoseOfTheStandard()
    {
        byte[] key = Encoding.ASCII.GetBytes("12345678901234567890");

        Assert.Equal("94287082", Totp.Code(key, 59, 8));
        Assert.Equal("07081804", Totp.Code(key, 1111111109, 8));
        Assert.Equal("65353130", Totp.Code(key, 20000000000, 8));
    }

    [Fact]
    public async Task WithACodeApp_ThePasswordAloneOpensNothing_AndARecoveryCodeOpensOnce()
    {
        string email = await host.AddUserAsync(Roles.Auditor);
        using HttpClient client = await host.SignInAsync(email);
        DateTimeOffset begun = TimeProvider.System.GetUtcNow();
        (string key, IReadOnlyList<string> codes) = await TurnCodeAppOnAsync(client);
        Assert.Equal(10, codes.Count);

        using HttpClient next = await host.SignInAsync(email);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(next, "/api/v1/studies"));
        using HttpResponseMessage wrong = await next.SubmitAsync("/account/sign-in/code", "code", ("Input.Code", Totp.WrongCode(key, begun)));
        Assert.Contains("not right", await wrong.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        string code = Totp.Code(key, TimeProvider.System.GetUtcNow().AddSeconds(30)); // that of now is used up
        using HttpResponseMessage right = await next.SubmitAsync("/account/sign-in/code", "code", ("Input.Code", code));
        Assert.Equal(HttpStatusCode.Found, right.StatusCode);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(next, "/api/v1/studies"));

        // Whoever has seen the code, or one before it, is not let in by it.
        foreach (string old in new[] { code, Totp.Code(key, begun) })
        {
            using HttpClient thief = await host.SignInAsync(email);
            using HttpResponseMessage replayed = await thief.SubmitAsync("/account/sign-in/code", "code", ("Input.Code", old));
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(thief, "/api/v1/studies"));
        }

        foreach (HttpStatusCode expected in new[] { HttpStatusCode.OK, HttpStatusCode.Unauthorized })
        {
            using HttpClient lost = await host.SignInAsync(email);
            using HttpResponseMessage answer = await lost.SubmitAsync("/account/sign-in/code", "code", ("Input.Code", codes[0]));
            Assert.Equal(expected, await StatusAsync(lost, "/api/v1/studies"));
        }
    }

    [Fact]
    public async Task FiveWrongCodes_LockTheAccount()
    {
        string email = await host.AddUserAsync(Roles.Auditor);
        using HttpClient client = await host.SignInAsync(email);
        (string key, _) = await TurnCodeAppOnAsync(client);
        using HttpClient guesser = await host.SignInAsync(email);
        string wrong = Totp.WrongCode(key, TimeProvider.System.GetUtcNow());
        for (int i = 0; i < 5; i++)
        {
            (await guesser.SubmitAsync("/account/sign-in/code", "code", ("Input.Code", wrong))).Dispose();
        }

        using HttpResponseMessage right = await guesser.SubmitAsync("/account/sign-in/code", "code", ("Input.Code", Totp.Code(key, TimeProvider.System.GetUtcNow().AddSeconds(30))));

        Assert.Equal(HttpStatusCode.OK, right.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(guesser, "/api/v1/studies"));
    }

    [Fact]
    public async Task TurningTheCodeAppOff_AsksForThePassword()
    {
        using HttpClient client = await host.SignInAsync(await host.AddUserAsync(Roles.Auditor));
        await TurnCodeAppOnAsync(client);

        using HttpResponseMessage refused = await client.SubmitAsync("/account", "code-app", ("Act.What", "off"), ("Act.Password", "not the password"));
        Assert.Contains("present password is wrong", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using HttpResponseMessage done = await client.SubmitAsync("/account", "code-app", ("Act.What", "off"), ("Act.Password", PortalHost.Password));
        Assert.Equal("/account?done=off", done.Headers.Location?.PathAndQuery);
    }

    [Fact]
    public async Task AnEndedSession_IsRefusedWithItsNextRequest_AndTheOthersGoOn()
    {
        string email = await host.AddUserAsync(Roles.Auditor);
        using HttpClient here = await host.SignInAsync(email);
        using HttpClient there = await host.SignInAsync(email);
        string other = (await here.ReadAsync("/account")).QuerySelector("button[name='Act.Session']")!.GetAttribute("value")!;

        using HttpResponseMessage ended = await here.SubmitAsync("/account", "sessions", ("Act.Session", other));

        Assert.Equal("/account?done=session", ended.Headers.Location?.PathAndQuery);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(there, "/api/v1/studies"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(here, "/api/v1/studies"));
    }

    [Fact]
    public async Task SomebodyElsesSession_CannotBeEnded()
    {
        string victim = await host.AddUserAsync(Roles.Auditor);
        using HttpClient theirs = await host.SignInAsync(victim);
        PortalUser user = (await FindAsync(victim))!;
        Guid session = (await host.Services.GetRequiredService<SessionStore>().ListAsync(user.Id, CancellationToken.None)).Single().Id;
        using HttpClient mine = await host.SignInAsync(await host.AddUserAsync(Roles.Auditor));

        using HttpResponseMessage asked = await mine.SubmitAsync("/account", "sessions", ("Act.Session", session.ToString()));

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(theirs, "/api/v1/studies"));
    }

    [Fact]
    public async Task SigningOut_MakesTheOldCookieWorthless()
    {
        string email = await host.AddUserAsync(Roles.Auditor);
        using HttpClient client = await host.SignInAsync(email);
        using HttpResponseMessage page = await client.GetAsync("/account");
        var cookies = new CookieContainer();
        using HttpClient thief = await host.SignInAsync(email, cookies: cookies);
        string stolen = cookies.GetCookieHeader(host.Address);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(thief, "/api/v1/studies"));

        string token = await thief.AntiforgeryTokenAsync("/account");
        using var content = new FormUrlEncodedContent([KeyValuePair.Create("__RequestVerificationToken", token)]);
        (await thief.PostAsync("/account/sign-out", content)).Dispose();
        using var replay = new HttpRequestMessage(HttpMethod.Get, "/api/v1/studies") { Headers = { { "Cookie", stolen } } };
        using var bare = new HttpClient(new HttpClientHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = host.Address };
        using HttpResponseMessage answer = await bare.SendAsync(replay);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task ChangedRights_AndADisabledAccount_TakeEffectAtOnce()
    {
        string email = await host.AddUserAsync(Roles.Admin);
        PortalUser user = (await FindAsync(email))!;
        await host.AddUserAsync(Roles.Admin);
        using HttpClient before = await host.SignInAsync(email);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(before, "/people"));

        Assert.Null(await Desk.ChangeRightsAsync(user.Id, [Roles.Auditor], [], Admin, CancellationToken.None));
        Assert.Equal(HttpStatusCode.Found, await StatusAsync(before, "/people"));
        using HttpClient after = await host.SignInAsync(email);
        Assert.Equal(HttpStatusCode.Found, await StatusAsync(after, "/people/invite"));

        Assert.Null(await Desk.DisableAsync(user.Id, Admin, CancellationToken.None));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(after, "/api/v1/studies"));
        using HttpClient shut = host.NewClient();
        using HttpResponseMessage refused = await shut.SubmitAsync("/account/sign-in", "sign-in", ("Input.Email", email), ("Input.Password", PortalHost.Password));
        Assert.Equal(HttpStatusCode.OK, refused.StatusCode);
    }

    [Theory]
    [InlineData("Choose at least one role.", new string[0], 0)]
    [InlineData("An auditor holds no other role", new[] { Roles.Admin, Roles.Auditor }, 0)]
    [InlineData("at least one institution", new[] { Roles.Coordinator }, 0)]
    [InlineData("Only coordinators speak", new[] { Roles.Auditor }, 1)]
    [InlineData("no role 'Owner'", new[] { "Owner" }, 0)]
    [InlineData("not on record", new[] { Roles.Coordinator }, 1)]
    public async Task RightsThatDoNotFit_AreRefusedWithTheReason(string reason, string[] roles, int institutions)
    {
        Guid[] unknown = [.. Enumerable.Range(0, institutions).Select(_ => Guid.NewGuid())];

        (string? token, string? problem) = await Desk.InviteAsync(new InvitationOffer("x@example.test", "X", roles, unknown), Admin, CancellationToken.None);

        Assert.Null(token);
        Assert.Contains(reason, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Portal")]
    [InlineData("north")]
    [InlineData("Northfield General")]
    public async Task ANameThatTheAuditLogUsesForSomethingElse_IsRefused(string name)
    {
        await host.SampleAsync();

        (string? token, string? problem) = await Desk.InviteAsync(new InvitationOffer("named@example.test", name, [Roles.Auditor], []), Admin, CancellationToken.None);

        Assert.Null(token);
        Assert.Contains("The audit log already knows", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhoeverIsNoAdmin_CannotActThroughTheDesk()
    {
        var auditor = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Role, Roles.Auditor)], "test"));

        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => Desk.InviteAsync(new InvitationOffer("x@example.test", "X", [Roles.Admin], []), auditor, CancellationToken.None));
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => Desk.DisableAsync(Guid.NewGuid(), auditor, CancellationToken.None));
    }

    [Fact]
    public async Task EveryAct_IsInTheAuditLog_WithoutItsSecret()
    {
        string token = await InviteAsync("logged@example.test", [Roles.Auditor], []);
        using HttpClient client = host.NewClient();
        (await AcceptAsync(client, token, PortalHost.Password)).Dispose();
        (string key, IReadOnlyList<string> codes) = await TurnCodeAppOnAsync(client);
        PortalUser user = (await FindAsync("logged@example.test"))!;
        await Desk.ResetSecondFactorAsync(user.Id, Admin, CancellationToken.None);

        IReadOnlyList<AuditRow> log = await host.Services.GetRequiredService<AuditStore>().ListAsync(Viewer.Everything, user.Id, 0, 100, CancellationToken.None);

        string all = string.Join('\n', log.Select(row => $"{row.Actor}: {row.Action}"));
        Assert.All(
            ["accepted the invitation of Ada", "Signed in with a password", "An authenticator app was added", "Ada: The second factor of logged@example.test was reset", "Ada: Session on"],
            part => Assert.Contains(part, all, StringComparison.Ordinal));
        Assert.All([token, key, .. codes], secret => Assert.DoesNotContain(secret, all, StringComparison.Ordinal));
    }

    private async Task<string> InviteAsync(string email, string[] roles, Guid[] institutions)
    {
        (string? token, string? problem) = await Desk.InviteAsync(new InvitationOffer(email, email.Split('@')[0], roles, institutions), Admin, CancellationToken.None);
        Assert.True(token is not null, problem);
        return token;
    }

    private static Task<HttpResponseMessage> AcceptAsync(HttpClient client, string token, string password) =>
        client.SubmitAsync("/account/invitation", "invitation", ("Input.Token", token), ("Input.Password", password), ("Input.Again", password));

    private static async Task<(string Key, IReadOnlyList<string> RecoveryCodes)> TurnCodeAppOnAsync(HttpClient client)
    {
        string key = (await client.ReadAsync("/account/code-app")).QuerySelector("[data-key]")!.TextContent.Replace(" ", "", StringComparison.Ordinal);
        using HttpResponseMessage answer = await client.SubmitAsync(
            "/account/code-app", "code", ("Act.Code", Totp.Code(key, TimeProvider.System.GetUtcNow())), ("Act.Password", PortalHost.Password));
        IDocument page = await new HtmlParser().ParseDocumentAsync(await answer.Content.ReadAsStringAsync());
        string[] codes = [.. page.QuerySelectorAll(".recovery-codes code").Select(code => code.TextContent)];
        Assert.NotEmpty(codes);
        return (key, codes);
    }

    private async Task<PortalUser?> FindAsync(string email)
    {
        await using AsyncServiceScope scope = host.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>().FindByEmailAsync(email);
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string path)
    {
        using HttpResponseMessage response = await client.GetAsync(path);
        return response.StatusCode;
    }
}
