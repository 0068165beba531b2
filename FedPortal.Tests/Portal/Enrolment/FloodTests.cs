using System.Net;
using FedPortal.Tests.Support;
using Xunit;

namespace FedPortal.Tests.Portal.Enrolment;

/// <summary>In a portal of its own, because all tests have one address.</summary>
public sealed class FloodTests(FloodTests.StrictHost host) : IClassFixture<FloodTests.StrictHost>
{
    [Fact]
    public async Task AFlood_IsStoppedByTheRateLimit()
    {
        using HttpClient client = host.NewClient();
        List<HttpStatusCode> answers = [];
        for (int i = 0; i < 40; i++)
        {
            using HttpResponseMessage answer = await client.PostAsync("/api/site/v1/enrolment", JsonContent.Create(new { secret = "guess", certificateRequest = "x", card = "x" }));
            answers.Add(answer.StatusCode);
        }

        Assert.Equal(HttpStatusCode.Conflict, answers[0]);
        Assert.Equal(HttpStatusCode.TooManyRequests, answers[^1]);
    }

    /// <summary>With the limit that a portal has when nobody sets one.</summary>
    public sealed class StrictHost : PortalHost
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            base.ConfigureWebHost(builder);
            builder.UseSetting("Enrolment:AttemptsPerMinute", "30");
        }
    }
}
