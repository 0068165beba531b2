using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using FedPortal.Identity;
using FedPortal.Tests.Support;
using FedPortal.Training.AuditLog;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.StaticAssets;
using Xunit;

namespace FedPortal.Tests.EndToEnd;

/// <summary>Who reaches what. The list of endpoints comes from the running portal, so a new one cannot be forgotten.</summary>
[Collection("Browser")]
public sealed class EndpointAccessTests(PortalHost host) : IClassFixture<PortalHost>
{
    private static readonly string[] OpenToAll = ["/account/sign-in", "/account/sign-in/code", "/account/invitation", "/account/organisation", "/account/organisation/back", "/account/passkeys/request-options", "/error", "/not-found", "/health/live", "/health/ready", "/api/site/v1/session", "/apply", "/consultation", "/transparency", "/api/v1/transparency", "/api/site/v1/authority", "/api/site/v1/enrolment"];

    [Fact]
    public void OnlyTheFewNamedEndpoints_AreOpenToAll()
    {
        string[] open = [.. Endpoints().Where(endpoint => endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null && endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is null)
            .Select(PathOf).Distinct().Order(StringComparer.Ordinal)];

        Assert.Equal(OpenToAll.Order(StringComparer.Ordinal), open);
    }

    [Fact]
    public async Task WithoutSigningIn_EveryOtherEndpoint_LeadsToTheSignInPageOrRefuses()
    {
        using HttpClient nobody = host.NewClient();
        List<string> answered = [];
        foreach (RouteEndpoint endpoint in Endpoints().Where(endpoint => endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null))
        {
            string method = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods[0] ?? "GET";
            using var request = new HttpRequestMessage(new HttpMethod(method), PathOf(endpoint));
            using HttpResponseMessage response = await nobody.SendAsync(request);
            bool isRefused = response.StatusCode == HttpStatusCode.Unauthorized
                || (response.StatusCode == HttpStatusCode.Found && response.Headers.Location!.AbsolutePath == "/account/sign-in");
            if (!isRefused)
            {
                answered.Add($"{method} {endpoint.RoutePattern.RawText}: {(int)response.StatusCode}");
            }
        }

        Assert.Empty(answered);
    }

    [Theory]
    [InlineData("/api/v1/rounds", HttpStatusCode.Unauthorized)]
    [InlineData("/images/00000000-0000-0000-0000-000000000000/0", HttpStatusCode.Unauthorized)]
    [InlineData("/rounds", HttpStatusCode.Found)]
    [InlineData("/no/such/page", HttpStatusCode.Found)]
    public async Task ProgramsGetAStatus_PeopleAPage(string path, HttpStatusCode expected)
    {
        using HttpClient nobody = host.NewClient();
        using HttpResponseMessage response = await nobody.GetAsync(path);

        Assert.Equal(expected, response.StatusCode);
    }

    [Theory]
    [InlineData(Roles.Admin)]
    [InlineData(Roles.Coordinator)]
    [InlineData(Roles.Auditor)]
    public async Task EveryRole_SeesEveryPage_ButOnlyThoseWhoBringDataSeeThatForm(string role)
    {
        SampleConsortium sample = await host.SampleAsync();
        using HttpClient client = await host.SignInAsync(await host.AddUserAsync(role, role == Roles.Coordinator ? sample.InstitutionId : null));

        foreach (string page in sample.Pages)
        {
            using HttpResponseMessage response = await client.GetAsync(page);
            Assert.True(response.StatusCode == HttpStatusCode.OK, $"{role} {page}: {response.StatusCode}");
        }

        using HttpResponseMessage form = await client.GetAsync("/datasets/new");
        Assert.Equal(role == Roles.Auditor ? HttpStatusCode.Found : HttpStatusCode.OK, form.StatusCode);
    }

    [Fact]
    public async Task RealImages_AreShownToAdminsAndTheInstitutionsOwnCoordinators_AndToNobodyElse()
    {
        SampleConsortium sample = await host.SampleAsync();
        string real = $"/images/{sample.RealDatasetId}/0";
        string synthetic = $"/images/{sample.DatasetId}/0";

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(Roles.Admin, null, real));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(Roles.Coordinator, sample.RealInstitutionId, real));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(Roles.Coordinator, sample.InstitutionId, real));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(Roles.Auditor, null, real));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(Roles.Auditor, null, synthetic));
    }

    [Fact]
    public async Task TheWholeAuditLog_IsExportedByAdminsAndAuditors_AndVerifiesOffline()
    {
        await host.SampleAsync();
        using HttpClient auditor = await host.SignInAsync(await host.AddUserAsync(Roles.Auditor));

        string key = (await auditor.GetStringAsync("/api/v1/audit/key")).Trim();
        AuditLogVerification whole = AuditLogVerifier.Verify((await auditor.GetStringAsync("/api/v1/audit/export")).Split('\n', StringSplitOptions.RemoveEmptyEntries), key);
        AuditLogVerification selection = AuditLogVerifier.Verify(
            (await auditor.GetStringAsync("/api/v1/audit/export?actor=elsewhere")).Split('\n', StringSplitOptions.RemoveEmptyEntries), key);

        Assert.Null(whole.Problem);
        Assert.True(whole.IsComplete && whole.LastSequence >= 4);
        Assert.Equal((false, 1, "actor = elsewhere"), (selection.IsComplete, selection.Hashes.Count, selection.Filter));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(Roles.Admin, null, "/api/v1/audit/export"));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(Roles.Coordinator, (await host.SampleAsync()).InstitutionId, "/api/v1/audit/export"));
    }

    [Fact]
    public async Task ThumbnailsAreImages_AndBrowsersMayNotGuessOtherwise()
    {
        SampleConsortium sample = await host.SampleAsync();
        using HttpClient client = await host.SignInAsync(await host.AddUserAsync(Roles.Admin));
        using HttpResponseMessage response = await client.GetAsync($"/images/{sample.DatasetId}/0");

        Assert.Equal("image/png", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], (await response.Content.ReadAsByteArrayAsync())[..4]);
    }

    [Fact]
    public async Task AnUnknownAddress_IsAPageForPeople_AndAStatusForPrograms()
    {
        using HttpClient client = await host.SignInAsync(await host.AddUserAsync(Roles.Auditor));
        using HttpResponseMessage page = await client.GetAsync("/no/such/page");
        using HttpResponseMessage api = await client.GetAsync("/api/v1/nothing");

        Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
        Assert.Contains("There is no such page", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, api.StatusCode);
        Assert.Equal("", await api.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task TheApi_GivesNoPicturesAndNoNamesOfFiles()
    {
        SampleConsortium sample = await host.SampleAsync();
        using HttpClient client = await host.SignInAsync(await host.AddUserAsync(Roles.Auditor));
        string json = await client.GetStringAsync($"/api/v1/datasets/{sample.RealDatasetId}");

        Assert.Contains("is not an image", json, StringComparison.Ordinal);
        Assert.DoesNotContain("iVBOR", json, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UntilTheOneTimePasswordIsReplaced_TheApiRefuses()
    {
        (string email, string oneTime) = await host.AddOneTimeUserAsync(Roles.Admin);
        using HttpClient client = await host.SignInAsync(email, oneTime);
        using HttpResponseMessage api = await client.GetAsync("/api/v1/studies");
        using HttpResponseMessage page = await client.GetAsync("/studies");

        Assert.Equal(HttpStatusCode.Forbidden, api.StatusCode);
        Assert.Equal("/account/password", page.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task AnUpload_IsTakenFromThoseWhoMayBringData_UpToTheLimit()
    {
        SampleConsortium sample = await host.SampleAsync();
        string own = $"/api/v1/uploads?institution={sample.InstitutionId}&name=Winter";
        string other = $"/api/v1/uploads?institution={sample.RealInstitutionId}&name=Winter";
        using HttpClient coordinator = await host.SignInAsync(await host.AddUserAsync(Roles.Coordinator, sample.InstitutionId));
        using HttpClient auditor = await host.SignInAsync(await host.AddUserAsync(Roles.Auditor));

        Assert.Equal(HttpStatusCode.Created, await UploadAsync(coordinator, own, new ByteArrayContent(new byte[1000])));
        Assert.Equal(HttpStatusCode.Forbidden, await UploadAsync(coordinator, other, new ByteArrayContent(new byte[1000])));
        Assert.Equal(HttpStatusCode.Forbidden, await UploadAsync(auditor, own, new ByteArrayContent(new byte[1000])));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await UploadAsync(coordinator, own, new ByteArrayContent(new byte[PortalHost.MaxUploadBytes + 1])));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await UploadAsync(coordinator, own, new OfUnknownLength(PortalHost.MaxUploadBytes + 1)));
    }

    [Fact]
    public async Task AnUploadWithoutTheTokenOfAPage_IsRefused()
    {
        using HttpClient client = await host.SignInAsync(await host.AddUserAsync(Roles.Admin));
        using HttpResponseMessage response = await client.PutAsync("/api/v1/uploads?name=x", new ByteArrayContent([1, 2, 3]));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task EveryAnswer_CarriesTheSecurityHeaders()
    {
        using HttpClient nobody = host.NewClient();
        using HttpResponseMessage response = await nobody.GetAsync("/account/sign-in");

        string policy = response.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("script-src 'self' 'nonce-", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe-eval", policy, StringComparison.Ordinal);
        Assert.Equal("DENY", response.Headers.GetValues("X-Frame-Options").Single());
        Assert.False(response.Headers.Contains("Server"));
    }

    private static async Task<HttpStatusCode> UploadAsync(HttpClient client, string path, HttpContent content)
    {
        IDocument page = await new HtmlParser().ParseDocumentAsync(await client.GetStringAsync("/datasets"));
        string token = page.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        using var request = new HttpRequestMessage(HttpMethod.Put, path) { Content = content, Headers = { { "RequestVerificationToken", token } } };
        using HttpResponseMessage response = await client.SendAsync(request);
        return response.StatusCode;
    }

    private async Task<HttpStatusCode> StatusAsync(string role, Guid? institution, string path)
    {
        using HttpClient client = await host.SignInAsync(await host.AddUserAsync(role, institution));
        using HttpResponseMessage response = await client.GetAsync(path);
        return response.StatusCode;
    }

    private IEnumerable<RouteEndpoint> Endpoints() => host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    private static string PathOf(RouteEndpoint endpoint) => "/" + string.Join('/', endpoint.RoutePattern.PathSegments.Select(segment => string.Concat(segment.Parts.Select(part => part switch
    {
        Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal => literal.Content,
        Microsoft.AspNetCore.Routing.Patterns.RoutePatternSeparatorPart separator => separator.Content,
        Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart { ParameterPolicies: [{ Content: "guid" }, ..] } => Guid.Empty.ToString(),
        _ => "1",
    }))));

    /// <summary>Zeros without a Content-Length, as a hostile sender would send them.</summary>
    private sealed class OfUnknownLength(int bytes) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => stream.WriteAsync(new byte[bytes]).AsTask();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
