using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using FedPortal.Training.Protocol;

namespace FedPortal.Site.Hosted;

/// <summary>The part of the protocol that protected rounds add.</summary>
internal sealed partial class PortalClient
{
    /// <summary>How often an upload begins a chunk anew where the portal holds another number of bytes than expected.</summary>
    private const int MaxRealignments = 8;

    public async Task RegisterAsync(byte[] card, CancellationToken cancellationToken) =>
        (await SendAsync(() => Put(SiteRoutes.Identity, card), cancellationToken)).Dispose();

    /// <summary>Hands in the sealed shares of the one-time key, one envelope after another.</summary>
    public Task<SubmissionReceipt> DealAsync(byte[] shares, CancellationToken cancellationToken) =>
        AskAsync<SubmissionReceipt>(() => Put(SiteRoutes.Shares, shares), cancellationToken);

    /// <summary>Sends a file in chunks, from where the portal holds it to its end. After an interruption it goes on; it never sends other bytes.</summary>
    public async Task UploadAsync(string path, CancellationToken cancellationToken)
    {
        await using FileStream file = File.OpenRead(path);
        byte[] chunk = new byte[Math.Min(SiteRoutes.MaxChunkBytes, file.Length)];
        long at = await UploadedAsync(cancellationToken);
        int realignments = 0;
        while (at < file.Length)
        {
            file.Position = at;
            int length = await file.ReadAtLeastAsync(chunk, chunk.Length, throwOnEndOfStream: false, cancellationToken);
            long offset = at;
            try
            {
                UploadStatus status = await AskAsync<UploadStatus>(() => Chunk(chunk.AsMemory(0, length), offset), cancellationToken);
                at = status.Received;
            }
            catch (PortalRefusedException refused) when (refused.Status == HttpStatusCode.Conflict && realignments++ < MaxRealignments)
            {
                // An answer was lost: the portal says how much it holds.
                at = await UploadedAsync(cancellationToken);
            }

            FaultPoint.Reach("site:chunk-sent");
        }
    }

    public Task<SubmissionReceipt> FinishAsync(ProtectedUpdateMessage message, CancellationToken cancellationToken) =>
        AskAsync<SubmissionReceipt>(() => Post(SiteRoutes.ProtectedUpdate, message), cancellationToken);

    /// <summary>What the portal holds of this site's ledger of the study.</summary>
    public Task<LedgerReceipt> LedgerAsync(CancellationToken cancellationToken) =>
        AskAsync<LedgerReceipt>(() => new HttpRequestMessage(HttpMethod.Get, SiteRoutes.Ledger), cancellationToken);

    public Task<LedgerReceipt> ShowLedgerAsync(LedgerMessage message, CancellationToken cancellationToken) =>
        AskAsync<LedgerReceipt>(() => Post(SiteRoutes.Ledger, message), cancellationToken);

    public Task<UnlockMessage> UnlockAsync(CancellationToken cancellationToken) =>
        AskAsync<UnlockMessage>(() => new HttpRequestMessage(HttpMethod.Get, SiteRoutes.Unlock), cancellationToken);

    public Task<SubmissionReceipt> AnswerAsync(AnswerMessage message, CancellationToken cancellationToken) =>
        AskAsync<SubmissionReceipt>(() => Post(SiteRoutes.Unlock, message), cancellationToken);

    private async Task<long> UploadedAsync(CancellationToken cancellationToken) =>
        (await AskAsync<UploadStatus>(() => new HttpRequestMessage(HttpMethod.Get, SiteRoutes.Upload), cancellationToken)).Received;

    private static HttpRequestMessage Chunk(ReadOnlyMemory<byte> bytes, long offset)
    {
        HttpRequestMessage request = With(HttpMethod.Patch, SiteRoutes.Upload, bytes);
        request.Headers.Add(SiteRoutes.OffsetHeader, FormattableString.Invariant($"{offset}"));
        return request;
    }

    private static HttpRequestMessage Put(string route, byte[] body) => With(HttpMethod.Put, route, body);

    private static HttpRequestMessage With(HttpMethod method, string route, ReadOnlyMemory<byte> body)
    {
        var request = new HttpRequestMessage(method, route) { Content = new ReadOnlyMemoryContent(body) };
        request.Headers.Add(SiteRoutes.HashHeader, Convert.ToHexStringLower(SHA256.HashData(body.Span)));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return request;
    }
}
