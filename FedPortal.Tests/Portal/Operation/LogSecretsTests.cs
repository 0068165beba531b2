using System.Net;
using System.Text;
using System.Text.Json;
using FedPortal.Identity;
using FedPortal.Tests.Support;
using Xunit;

namespace FedPortal.Tests.Portal.Operation;

/// <summary>Everything that people and sites hand over as a secret, sent for real, and then looked for in all that was logged at the lowest level.</summary>
public sealed class LogSecretsTests(OperationHost host) : IClassFixture<OperationHost>
{
    [Fact]
    public async Task NoSecretIsInTheLog()
    {
        SampleConsortium sample = await host.SampleAsync();
        const string WrongPassword = "a wrong password that somebody typed";
        const string SiteToken = "0123456789abcdef-a-token-of-a-site-program";
        string email = await host.AddUserAsync(Roles.Admin);
        using HttpClient stranger = host.NewClient();
        using HttpResponseMessage refused = await stranger.SubmitAsync("/account/sign-in", "sign-in", ("Input.Email", email), ("Input.Password", WrongPassword));
        using HttpResponseMessage session = await stranger.PostAsJsonAsync("/api/site/v1/session", new { token = SiteToken });
        stranger.DefaultRequestHeaders.Add("Authorization", "Bearer wrong-token-of-monitoring-0001");
        using HttpResponseMessage metrics = await stranger.GetAsync("/metrics");

        var cookies = new CookieContainer();
        using HttpClient admin = await host.SignInAsync(email, cookies: cookies);
        using HttpRequestMessage upload = new(HttpMethod.Put, $"/api/v1/uploads?institution={sample.InstitutionId}&name=Winter")
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes("a secret inside an upload")),
            Headers = { { "RequestVerificationToken", await admin.AntiforgeryTokenAsync("/datasets") } },
        };
        using HttpResponseMessage uploaded = await admin.SendAsync(upload);
        (string? invitation, string? problem) = await host.Services.GetRequiredService<PeopleDesk>().InviteAsync(
            new InvitationOffer("grace@example.test", "Grace", [Roles.Auditor], []), JobTests.Person(Roles.Admin), CancellationToken.None);
        Assert.Null(problem);
        (_, string? secret, _) = await host.Services.GetRequiredService<FedPortal.Operation.Delivery.ChannelStore>().AddAsync(
            FedPortal.Operation.ChannelKind.Webhook, "Pager", "https://alerts.example/hook", FedPortal.Operation.AlertLevel.Critical, "A. Admin", CancellationToken.None);
        string accessToken = await host.TokenAsync(email, TokenScope.Read);
        using HttpClient program = host.WithToken(accessToken);
        using HttpResponseMessage me = await program.GetAsync("/api/v1/me");
        string[] kept = [.. cookies.GetAllCookies().Select(cookie => cookie.Value)];

        string log = host.Log.Text;
        Assert.Equal(HttpStatusCode.Unauthorized, metrics.StatusCode);
        Assert.Equal(HttpStatusCode.OK, me.StatusCode);
        Assert.NotEmpty(kept);
        Assert.True(log.Length > 500, "Something was logged.");
        Assert.Contains("TraceId", log, StringComparison.Ordinal);
        foreach (string hidden in new[] { PortalHost.Password, WrongPassword, SiteToken, "wrong-token-of-monitoring-0001", OperationHost.Token, "a secret inside an upload", invitation!, SecretToken.HashOf(invitation!), secret!, accessToken }.Concat(kept))
        {
            Assert.False(log.Contains(hidden, StringComparison.Ordinal), $"The log holds a secret of {hidden.Length} characters that begins with '{hidden[..4]}'.");
        }
    }

    [Fact]
    public async Task EveryAnswer_NamesItsRequest_AndSoDoProblems()
    {
        using HttpClient nobody = host.NewClient();
        using HttpResponseMessage page = await nobody.GetAsync("/account/sign-in");
        using HttpResponseMessage problem = await nobody.PostAsJsonAsync("/api/site/v1/session", new { token = "nobody's" });

        Assert.Matches("^[0-9a-f]{32}$", page.Headers.GetValues("X-Request-Id").Single());
        string id = problem.Headers.GetValues("X-Request-Id").Single();
        string text = await problem.Content.ReadAsStringAsync();
        Assert.True(text.Length > 0, $"{(int)problem.StatusCode} without a body");
        using JsonDocument body = JsonDocument.Parse(text);
        Assert.Equal(id, body.RootElement.GetProperty("requestId").GetString());
    }
}
