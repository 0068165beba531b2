using System.Net;
using FedPortal.Tests.Support;
using FedPortal.Training.Protocol;
using Microsoft.AspNetCore.Authorization;
using Xunit;

namespace FedPortal.Tests.Portal.Api;

public class DenyByDefaultTests(PortalHost host) : IClassFixture<PortalHost>
{
    [Fact]
    public void EveryEndpointOfTheApis_RequiresAuthorization_ExceptJoiningAndWhatIsPublic()
    {
        RouteEndpoint[] endpoints = [.. host.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(endpoint => $"/{endpoint.RoutePattern.RawText?.TrimStart('/')}".StartsWith("/api", StringComparison.Ordinal))];

        string[] open = [.. endpoints
            .Where(e => e.Metadata.GetMetadata<IAllowAnonymous>() is not null || (e.Metadata.GetMetadata<IAuthorizeData>() is null && e.Metadata.GetMetadata<AuthorizationPolicy>() is null))
            .Select(e => e.RoutePattern.RawText!)];

        Assert.True(endpoints.Length >= 18, $"{endpoints.Length} endpoints");
        Assert.Equal([SiteRoutes.Session, EnrolmentRoutes.Authority, EnrolmentRoutes.Enrolment, "/api/v1/transparency"], open);
    }

    [Theory]
    [InlineData("/api/v1/institutions")]
    [InlineData("/api/v1/datasets")]
    [InlineData("/api/v1/studies")]
    [InlineData("/api/v1/rounds")]
    [InlineData("/api/v1/audit")]
    [InlineData("/api/v1/rounds/00000000-0000-0000-0000-000000000000")]
    [InlineData(SiteRoutes.Assignment)]
    public async Task AStranger_IsToldToSignIn_NotShownAPage(string path)
    {
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = host.Address };

        using HttpResponseMessage answer = await http.GetAsync(path);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }
}
