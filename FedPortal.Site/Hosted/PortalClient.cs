using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using FedPortal.Site.Enrolment;
using FedPortal.Training.Protocol;

namespace FedPortal.Site.Hosted;

/// <summary>Speaks the protocol of <see cref="SiteRoutes"/>. While the portal is away it tries again, with growing pauses; a refusal is final.</summary>
internal sealed partial class PortalClient : IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(0.25);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private readonly HttpClient _http;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _patience;

    /// <param name="portal">Address of the portal.</param>
    /// <param name="patience">How long the portal may be away before a call fails.</param>
    /// <param name="handler">Of an enrolled site's pinned connections; null for a portal on this machine.</param>
    public PortalClient(Uri portal, TimeSpan patience, TimeProvider clock, HttpMessageHandler? handler = null)
    {
        _http = new HttpClient(handler ?? new HttpClientHandler()) { BaseAddress = portal, Timeout = TimeSpan.FromMinutes(10) };
        SitePortal.Introduce(_http);
        _patience = patience;
        _clock = clock;
    }

    /// <summary>Exchanges the one-time token; every further call carries the session.</summary>
    public async Task JoinAsync(string token, CancellationToken cancellationToken)
    {
        JoinResponse joined = await AskAsync<JoinResponse>(() => Post(SiteRoutes.Session, new JoinRequest(token)), cancellationToken);
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", joined.Session);
    }

    public Task<AssignmentMessage> AssignmentAsync(CancellationToken cancellationToken) =>
        AskAsync<AssignmentMessage>(() => new HttpRequestMessage(HttpMethod.Get, SiteRoutes.Assignment), cancellationToken);

    /// <summary>Downloads a model beside its place, checks its hash, then renames it.</summary>
    public async Task DownloadModelAsync(string hash, string path, CancellationToken cancellationToken)
    {
        if (File.Exists(path) && ContentHash.OfFile(path) == hash)
        {
            File.SetLastWriteTimeUtc(path, _clock.GetUtcNow().UtcDateTime); // another run that ends now forgets the oldest
            return;
        }

        string part = $"{path}.{Guid.NewGuid():N}.part"; // another run of this site may fetch the same model
        try
        {
            using (HttpResponseMessage response = await SendAsync(
                () => new HttpRequestMessage(HttpMethod.Get, $"{SiteRoutes.Models}/{hash}"), cancellationToken))
            {
                await using FileStream file = File.Create(part);
                await response.Content.CopyToAsync(file, cancellationToken);
            }

            string got = ContentHash.OfFile(part);
            if (got != hash)
            {
                throw new InvalidDataException($"Expected model {hash} but the portal sent {got}.");
            }

            File.Move(part, path, overwrite: true);
        }
        finally
        {
            File.Delete(part); // left only by a failed or cancelled download
        }
    }

    /// <summary>Hands a file in. The portal answers a second time the same way, so a lost answer costs nothing.</summary>
    public async Task<SubmissionReceipt> SubmitAsync(string route, string path, CancellationToken cancellationToken)
    {
        string hash = ContentHash.OfFile(path);
        return await AskAsync<SubmissionReceipt>(() =>
        {
            var request = new HttpRequestMessage(HttpMethod.Put, route) { Content = new StreamContent(File.OpenRead(path)) };
            request.Headers.Add(SiteRoutes.HashHeader, hash);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
            return request;
        }, cancellationToken);
    }

    /// <param name="isRefusal">True when trying again cannot help: this house will not do it.</param>
    public async Task FailAsync(string reason, bool isRefusal, CancellationToken cancellationToken) =>
        (await SendAsync(() => Post(SiteRoutes.Failure, new FailureMessage(reason, isRefusal)), cancellationToken)).Dispose();

    /// <summary>Shows progress once, without trying again.</summary>
    /// <returns>False when the portal is away.</returns>
    public async Task<bool> TryReportAsync(ProgressMessage progress, CancellationToken cancellationToken)
    {
        try
        {
            using HttpRequestMessage request = Post(SiteRoutes.Progress, progress);
            using HttpResponseMessage response = await _http.SendAsync(request, cancellationToken);
            if (IsPassing(response.StatusCode))
            {
                return false;
            }

            await ThrowIfRefusedAsync(response, cancellationToken);
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    public void Dispose() => _http.Dispose();

    private static HttpRequestMessage Post<T>(string route, T body) =>
        new(HttpMethod.Post, route) { Content = JsonContent.Create(body, options: ProtocolJson.Options) };

    internal static bool IsPassing(HttpStatusCode status) => (int)status >= 500 || status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests;

    internal static async Task ThrowIfRefusedAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (!response.IsSuccessStatusCode)
        {
            string body = await response.Content.ReadAsStringAsync(cancellationToken);
            throw new PortalRefusedException(response.StatusCode, ReasonIn(body));
        }
    }

    private static string ReasonIn(string body)
    {
        try
        {
            using var problem = JsonDocument.Parse(body);
            return problem.RootElement.TryGetProperty("detail", out JsonElement detail) ? detail.ToString() : body;
        }
        catch (JsonException)
        {
            return body.Length == 0 ? "no reason was given" : body;
        }
    }

    private async Task<T> AskAsync<T>(Func<HttpRequestMessage> request, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await SendAsync(request, cancellationToken);
        return await response.Content.ReadFromJsonAsync<T>(ProtocolJson.Options, cancellationToken)
            ?? throw new InvalidDataException($"Expected a {typeof(T).Name} from the portal but got null.");
    }

    private async Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> make, CancellationToken cancellationToken)
    {
        long started = _clock.GetTimestamp();
        for (TimeSpan pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            string trouble;
            TimeSpan wait = pause;
            try
            {
                using HttpRequestMessage request = make();
                HttpResponseMessage response = await _http.SendAsync(request, cancellationToken);
                if (!IsPassing(response.StatusCode))
                {
                    await ThrowIfRefusedAsync(response, cancellationToken);
                    return response;
                }

                trouble = $"it answers {(int)response.StatusCode}";
                wait = response.Headers.RetryAfter?.Delta ?? pause;
                response.Dispose();
            }
            catch (Exception away) when (away is HttpRequestException or IOException)
            {
                trouble = away.Message;
            }

            if (_clock.GetElapsedTime(started) > _patience)
            {
                throw new TimeoutException($"The portal at {_http.BaseAddress} has been away for {_patience.TotalMinutes:F0} minutes: {trouble}");
            }

            await Task.Delay(wait, _clock, cancellationToken);
        }
    }
}
