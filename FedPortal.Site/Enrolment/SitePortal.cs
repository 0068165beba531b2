using System.Net;
using System.Net.Http.Json;
using FedPortal.Site.Hosted;
using FedPortal.Training.Protocol;

namespace FedPortal.Site.Enrolment;

/// <summary>Speaks the protocol of <see cref="EnrolmentRoutes"/>. Each call is made once; who calls decides about trying again.</summary>
/// <remarks>A refusal is a <see cref="PortalRefusedException"/>, a portal that is away an <see cref="HttpRequestException"/>.</remarks>
internal sealed class SitePortal : IDisposable
{
    private readonly HttpClient _http;

    public SitePortal(Uri portal, HttpMessageHandler handler)
    {
        _http = new HttpClient(handler, disposeHandler: true) { BaseAddress = portal, Timeout = TimeSpan.FromSeconds(EnrolmentRoutes.LongestWaitSeconds + 30) };
        Introduce(_http);
    }

    /// <summary>As the enrolled site of this home.</summary>
    public static SitePortal Of(SiteHome home) => new(new SiteCredentials(home).Record().Portal, PinnedPortal.HandlerOf(home));

    /// <summary>Says which protocol and program speak.</summary>
    public static void Introduce(HttpClient http)
    {
        http.DefaultRequestHeaders.Add(EnrolmentRoutes.ProtocolHeader, $"{EnrolmentRoutes.Protocol}");
        http.DefaultRequestHeaders.Add(EnrolmentRoutes.ProgramHeader, ProgramVersion.Text);
    }

    public Task<AuthorityMessage> AuthorityAsync(CancellationToken cancellationToken) =>
        AskAsync<AuthorityMessage>(HttpMethod.Get, EnrolmentRoutes.Authority, null, cancellationToken);

    public Task<EnrolmentAnswer> EnrolAsync(EnrolmentRequest request, int waitSeconds, CancellationToken cancellationToken) =>
        AskAsync<EnrolmentAnswer>(HttpMethod.Post, $"{EnrolmentRoutes.Enrolment}?wait={waitSeconds}", JsonContent.Create(request, options: ProtocolJson.Options), cancellationToken);

    public Task<CertificateMessage> RenewAsync(RenewalRequest request, CancellationToken cancellationToken) =>
        AskAsync<CertificateMessage>(HttpMethod.Post, EnrolmentRoutes.Certificate, JsonContent.Create(request, options: ProtocolJson.Options), cancellationToken);

    public Task<StandingMessage> StandingAsync(CancellationToken cancellationToken) =>
        AskAsync<StandingMessage>(HttpMethod.Get, EnrolmentRoutes.Standing, null, cancellationToken);

    /// <summary>The consortium's key for tags of images, sealed for this site.</summary>
    public Task<DuplicateKeyMessage> DuplicateKeyAsync(CancellationToken cancellationToken) =>
        AskAsync<DuplicateKeyMessage>(HttpMethod.Get, EnrolmentRoutes.DuplicateKey, null, cancellationToken);

    public async Task RegisterAsync(DatasetMessage dataset, CancellationToken cancellationToken) =>
        (await SendAsync(HttpMethod.Put, EnrolmentRoutes.Datasets, JsonContent.Create(dataset, options: ProtocolJson.Options), cancellationToken)).Dispose();

    /// <summary>The next assignment of a kind, or null when there was none while the portal waited.</summary>
    public async Task<WorkMessage?> WorkAsync(string kind, int waitSeconds, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Get, $"{EnrolmentRoutes.Work}?kind={kind}&wait={waitSeconds}", null, cancellationToken);
        return response.StatusCode == HttpStatusCode.NoContent ? null : await response.Content.ReadFromJsonAsync<WorkMessage>(ProtocolJson.Options, cancellationToken);
    }

    public void Dispose() => _http.Dispose();

    private async Task<T> AskAsync<T>(HttpMethod method, string route, HttpContent? body, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await SendAsync(method, route, body, cancellationToken);
        return await response.Content.ReadFromJsonAsync<T>(ProtocolJson.Options, cancellationToken)
            ?? throw new InvalidDataException($"Expected a {typeof(T).Name} from the portal but got null.");
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string route, HttpContent? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, route) { Content = body };
        HttpResponseMessage response = await _http.SendAsync(request, cancellationToken);
        try
        {
            if (PortalClient.IsPassing(response.StatusCode))
            {
                throw new HttpRequestException($"The portal answers {(int)response.StatusCode}.");
            }

            await PortalClient.ThrowIfRefusedAsync(response, cancellationToken);
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }
}
