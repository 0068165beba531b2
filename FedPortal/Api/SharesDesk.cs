using FedPortal.Audit;
using FedPortal.Data;
using FedPortal.Encryption.SecureAggregation.Rounds;
using FedPortal.Encryption.SecureAggregation.Submission;
using FedPortal.Rounds;
using FedPortal.Training.Protocol;
using Microsoft.EntityFrameworkCore;
using Participation = FedPortal.Rounds.Participation;
using static FedPortal.Api.SubmissionRules;

namespace FedPortal.Api;

/// <summary>Takes in a site's public card, and the sealed shares of its one-time key. It can open neither share nor envelope.</summary>
internal sealed class SharesDesk(AssignmentStore assignments, InstitutionKeyStore keys, RoundPapers papers, BlobStore blobs)
{
    private const int MaxCardBytes = 4096;
    private const int MaxShareBytes = 64 << 20;

    public async Task RegisterAsync(AssignmentContext context, HttpRequest request, CancellationToken cancellationToken)
    {
        Guid institution = context.Assignment.InstitutionId
            ?? throw SubmissionRefusal.Conflict("The consortium's own work has no keys.");
        byte[] card = await ReadAsync(request, MaxCardBytes, cancellationToken);
        if (await keys.TryRegisterAsync(institution, card, cancellationToken) is { } refusal)
        {
            throw SubmissionRefusal.Conflict(refusal);
        }
    }

    public async Task<SubmissionReceipt> TakeAsync(AssignmentContext context, HttpRequest request, CancellationToken cancellationToken)
    {
        RequireKind(context, AssignmentKind.Train);
        Round round = RequireOpen(context);
        SignedRound signed = await papers.OpenAsync(round, cancellationToken);
        byte[] shares = await ReadAsync(request, MaxShareBytes, cancellationToken);
        Check(shares, signed, RoundPapers.PlaceOf(signed, context.InstitutionCode));
        using var content = new MemoryStream(shares);
        StoredBlob blob = await blobs.ReceiveAsync(content, AnnouncedHash(request), MaxShareBytes, cancellationToken);
        bool saved = await assignments.TrySaveAsync(context, async (db, now) =>
        {
            Participation participation = await db.Participations.SingleAsync(
                p => p.RoundId == round.Id && p.InstitutionId == context.Assignment.InstitutionId, cancellationToken);
            if (participation.SharesHash == blob.Hash)
            {
                return;
            }

            string told = participation.SharesHash is null ? "dealt" : "dealt anew: the earlier key was lost before anything was encrypted with it";
            participation.Key(blob.Hash, now);
            db.AuditEntries.Add(new AuditEntry(now, context.Actor, "round", round.Id, $"The shares of its one-time key are {told} ({signed.Description.Helpers.Count} helpers)."));
        }, cancellationToken);
        return saved ? new SubmissionReceipt(blob.Hash, Duplicate: false) : throw SubmissionRefusal.Gone("The lease on this work has ended.");
    }

    private static void Check(byte[] shares, SignedRound signed, int sender)
    {
        IReadOnlyList<int> helpers = signed.Description.Helpers;
        try
        {
            foreach ((int index, ReadOnlyMemory<byte> bytes) in RoundPapers.Split(shares, signed).Index())
            {
                var envelope = ShareEnvelope.Open(bytes.Span, signed);
                Require("sender", sender, envelope.Sender);
                Require("recipient", helpers[index], envelope.Recipient);
            }
        }
        catch (FormatException bad)
        {
            throw SubmissionRefusal.Unusable(bad.Message);
        }

        if (shares.Length % helpers.Count != 0)
        {
            throw SubmissionRefusal.Unusable($"Expected {helpers.Count} envelopes of equal length but got {shares.Length} bytes.");
        }
    }

    private static async Task<byte[]> ReadAsync(HttpRequest request, int maxBytes, CancellationToken cancellationToken)
    {
        byte[] body = new byte[AnnouncedLength(request, maxBytes)];
        int read = await request.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancellationToken);
        return read == body.Length ? body : throw SubmissionRefusal.Unusable($"Expected the announced {body.Length} bytes but got {read}.");
    }
}
