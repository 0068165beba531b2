using System.Net;
using System.Security.Claims;
using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Identity.Organisation;
using FedPortal.Tests.Support;
using Microsoft.AspNetCore.Identity;
using Xunit;

namespace FedPortal.Tests.EndToEnd;

/// <summary>A portal whose sign-in also goes through a provider of the loopback interface.</summary>
public sealed class OrganisationHost : PortalHost
{
    private readonly TemporaryFolder _folder = new();

    internal FakeProvider Provider { get; private set; } = default!;

    public override async ValueTask InitializeAsync()
    {
        Provider = await FakeProvider.StartAsync();
        await File.WriteAllTextAsync(_folder.At("secret"), FakeProvider.Secret + "\n");
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Provider.DisposeAsync();
        _folder.Dispose();
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        builder.UseSetting("Oidc:Authority", Provider.Address);
        builder.UseSetting("Oidc:ClientId", FakeProvider.ClientId);
        builder.UseSetting("Oidc:ClientSecretFile", _folder.At("secret"));
        builder.UseSetting("Oidc:Label", "Test University");
        builder.ConfigureServices(services => services.AddHttpClient(OrganisationDirectory.Client, client => client.Timeout = TimeSpan.FromMinutes(2)));
    }
}

/// <summary>Who comes through the organisation gets in when invited, and only with a token that is whole.</summary>
[Collection("Browser")]
public sealed class OrganisationSignInTests(OrganisationHost host) : IClassFixture<OrganisationHost>
{
    private static readonly ClaimsPrincipal Admin = new(new ClaimsIdentity([new Claim(ClaimTypes.Role, Roles.Admin), new Claim(PortalClaims.DisplayName, "Ada")], "test"));
    private static int _people;

    [Fact]
    public async Task AnInvitedPerson_GetsTheAccountAtTheFirstSignIn_AndTheSameOneAtTheNext()
    {
        (string email, string subject) = await InviteAsync();

        using HttpClient first = host.NewClient();
        Assert.Equal("/studies", await WalkAsync(first, "/studies"));
        Assert.Equal(HttpStatusCode.OK, (await first.GetAsync("/api/v1/studies")).StatusCode);
        host.Provider.Claims["email"] = "renamed@example.test";
        using HttpClient second = host.NewClient();
        Assert.Equal("/", await WalkAsync(second));

        string page = await second.GetStringAsync("/account");
        Assert.Contains(email, page, StringComparison.Ordinal);
        Assert.Contains("you sign in through your organisation", page, StringComparison.Ordinal);
        Assert.NotEqual("", subject);
    }

    [Fact]
    public async Task WhoIsNotInvited_OrWhoseAddressIsNotVerified_StaysOutside()
    {
        Name("stranger@example.test", "stranger");
        using HttpClient stranger = host.NewClient();
        Assert.Equal("/account/sign-in?problem=uninvited", await WalkAsync(stranger));

        await InviteAsync();
        host.Provider.Claims["email_verified"] = false;
        using HttpClient unverified = host.NewClient();
        Assert.Equal("/account/sign-in?problem=uninvited", await WalkAsync(unverified));
    }

    [Fact]
    public async Task AnotherPersonWithTheSameAddress_DoesNotGetTheLinkedAccount()
    {
        (string email, _) = await InviteAsync();
        using HttpClient owner = host.NewClient();
        Assert.Equal("/", await WalkAsync(owner));

        Name(email, "somebody-else");
        using HttpClient heir = host.NewClient();
        Assert.Equal("/account/sign-in?problem=uninvited", await WalkAsync(heir));
    }

    [Theory]
    [InlineData("iss", "https://elsewhere.example")]
    [InlineData("aud", "another-program")]
    [InlineData("nonce", "another")]
    [InlineData("exp", 1)]
    [InlineData("iat", 99999999999L)]
    [InlineData("sub", null)]
    public async Task ATokenWithOneWrongClaim_IsRefused(string claim, object? value)
    {
        await InviteAsync();
        host.Provider.Claims[claim] = value;

        using HttpClient client = host.NewClient();

        Assert.Equal("/account/sign-in?problem=organisation", await WalkAsync(client));
    }

    [Theory]
    [InlineData("none", false)]
    [InlineData("HS256", false)]
    [InlineData("PS256", false)]
    [InlineData("RS256", true)]
    public async Task ATokenWithoutTheProvidersSignature_IsRefused(string algorithm, bool usesForeignKey)
    {
        await InviteAsync();
        (host.Provider.Algorithm, host.Provider.UsesForeignKey) = (algorithm, usesForeignKey);

        using HttpClient client = host.NewClient();

        Assert.Equal("/account/sign-in?problem=organisation", await WalkAsync(client));
    }

    [Fact]
    public async Task AnAnswerForAnotherBrowser_OrASecondUseOfOne_IsRefused()
    {
        await InviteAsync();
        using HttpClient victim = host.NewClient();
        using HttpClient attacker = host.NewClient();
        string attackersAnswer = await BackAddressAsync(attacker);
        (await victim.GetAsync("/account/organisation")).Dispose();

        Assert.Equal("/account/sign-in?problem=organisation", await LocationAsync(victim, attackersAnswer));
        Assert.Equal("/", await LocationAsync(attacker, attackersAnswer));
        Assert.Equal("/account/sign-in?problem=organisation", await LocationAsync(attacker, attackersAnswer));
    }

    [Fact]
    public async Task ASignature_IsConfirmedByANewSignInAtTheOrganisation_OfTheSamePerson()
    {
        (string email, string subject) = await InviteAsync();
        using HttpClient client = host.NewClient();
        Assert.Equal("/", await WalkAsync(client));
        (ClaimsPrincipal person, Guid session) = await PersonAsync(email);
        SessionStore sessions = host.Services.GetRequiredService<SessionStore>();

        // The provider signed them in an hour ago and only says so again, does not say when, or somebody else signs in there.
        foreach (object? time in new object?[] { TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - 3600, null })
        {
            host.Provider.Claims["auth_time"] = time;
            Assert.Equal("/account/confirm?returnUrl=%2Fstudies&problem=organisation", await LocationAsync(client, await BackAddressAsync(client, "/studies", confirm: true)));
        }

        (string other, string otherSubject) = await InviteAsync();
        using HttpClient others = host.NewClient();
        Assert.Equal("/", await WalkAsync(others));
        Assert.Equal("/account/confirm?returnUrl=%2Fstudies&problem=organisation", await LocationAsync(client, await BackAddressAsync(client, "/studies", confirm: true)));
        Assert.False(await sessions.IsConfirmedAsync(session, default));

        Name(email, subject);
        Assert.Equal("/studies", await LocationAsync(client, await BackAddressAsync(client, "/studies", confirm: true)));
        IdentityConfirmation confirmation = host.Services.GetRequiredService<IdentityConfirmation>();
        Assert.Equal(new ConfirmationWays(Password: false, CodeApp: false, Passkey: false, Organisation: true, IsFresh: true), await confirmation.WaysAsync(person, default));
        Assert.Null(await confirmation.RefusalAsync(person, ""));
        Assert.Contains("Confirm first", await confirmation.RefusalAsync(person, ""), StringComparison.Ordinal);
        Assert.NotEqual((other, otherSubject), (email, subject));
    }

    [Fact]
    public async Task WithoutAPassword_ACodeOfTheAppConfirms_AndOnlyOnce()
    {
        (string email, _) = await InviteAsync();
        using HttpClient client = host.NewClient();
        Assert.Equal("/", await WalkAsync(client));
        string key = (await client.ReadAsync("/account/code-app")).QuerySelector("[data-key]")!.TextContent.Replace(" ", "", StringComparison.Ordinal);
        (await client.SubmitAsync("/account/code-app", "code", ("Act.Code", Totp.Code(key, TimeProvider.System.GetUtcNow())))).Dispose();
        (ClaimsPrincipal person, _) = await PersonAsync(email);
        IdentityConfirmation confirmation = host.Services.GetRequiredService<IdentityConfirmation>();
        string code = Totp.Code(key, TimeProvider.System.GetUtcNow().AddSeconds(30));

        Assert.True((await confirmation.WaysAsync(person, default)).CodeApp);
        Assert.Contains("code is wrong", await confirmation.RefusalAsync(person, "not a code"), StringComparison.Ordinal);
        Assert.Null(await confirmation.RefusalAsync(person, code));
        Assert.Contains("code is wrong", await confirmation.RefusalAsync(person, code), StringComparison.Ordinal);
    }

    /// <summary>The person as the portal's pages see them.</summary>
    private async Task<(ClaimsPrincipal Person, Guid Session)> PersonAsync(string email)
    {
        await using AsyncServiceScope scope = host.Services.CreateAsyncScope();
        PortalUser user = (await scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>().FindByEmailAsync(email))!;
        Guid session = (await host.Services.GetRequiredService<SessionStore>().ListAsync(user.Id, default)).First(row => row.IsLive).Id;
        return (new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, $"{user.Id}"), new Claim(PortalClaims.Session, $"{session}")], "test")), session);
    }

    private async Task<(string Email, string Subject)> InviteAsync()
    {
        int number = Interlocked.Increment(ref _people);
        string email = $"member{number}@example.test";
        (string? token, string? problem) = await host.Services.GetRequiredService<PeopleDesk>()
            .InviteAsync(new InvitationOffer(email, $"Member {number}", [Roles.Auditor], []), Admin, CancellationToken.None);
        Assert.True(token is not null, problem);
        Name(email, $"member-{number}");
        return (email, $"member-{number}");
    }

    private void Name(string email, string subject)
    {
        host.Provider.Claims.Clear();
        host.Provider.Claims["email"] = email;
        host.Provider.Claims["sub"] = subject;
        (host.Provider.Algorithm, host.Provider.UsesForeignKey) = ("RS256", false);
    }

    private static async Task<string> WalkAsync(HttpClient client, string? returnUrl = null) => await LocationAsync(client, await BackAddressAsync(client, returnUrl));

    private static async Task<string> BackAddressAsync(HttpClient client, string? returnUrl = null, bool confirm = false)
    {
        using HttpResponseMessage begun = await client.GetAsync($"/account/organisation?returnUrl={Uri.EscapeDataString(returnUrl ?? "/")}{(confirm ? "&confirm=true" : "")}");
        using HttpResponseMessage asked = await client.GetAsync(begun.Headers.Location);
        return asked.Headers.Location!.ToString();
    }

    private static async Task<string> LocationAsync(HttpClient client, string address)
    {
        using HttpResponseMessage answer = await client.GetAsync(address);
        return answer.Headers.Location!.OriginalString;
    }
}
