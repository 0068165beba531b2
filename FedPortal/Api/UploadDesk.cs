using System.Buffers;
using System.Security.Cryptography;
using FedPortal.Data;
using FedPortal.Encryption.SecureAggregation.Aggregation;
using FedPortal.Encryption.SecureAggregation.Rounds;
using FedPortal.Encryption.SecureAggregation.Submission;
using FedPortal.Rounds;
using FedPortal.Training.Protocol;
using FedPortal.Training.Submission;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Participation = FedPortal.Rounds.Participation;
using static FedPortal.Api.SubmissionRules;

namespace FedPortal.Api;

/// <summary>
/// Takes an encrypted update in, chunk by chunk: each chunk's hash is computed while it streams to the disk, and one that is not what it
/// announced leaves no trace. What arrived stays, so a site goes on where it was cut off. The end of an upload checks length, range of words,
/// hash and the sender's signature in one pass, and that the sender's ledger knows of it.
/// </summary>
internal sealed class UploadDesk(
    IDbContextFactory<FedPortalDbContext> contexts, AssignmentStore assignments, RoundPapers papers, LedgerStore ledgers,
    BlobStore blobs, UploadSlots slots, IOptions<PortalOptions> options)
{
    private const int BufferBytes = 1 << 17;

    public UploadStatus Status(AssignmentContext context)
    {
        RequireKind(context, AssignmentKind.Train);
        var part = new FileInfo(PathOf(context));
        return new UploadStatus(part.Exists ? part.Length : 0);
    }

    public async Task<UploadStatus> TakeChunkAsync(AssignmentContext context, HttpRequest request, CancellationToken cancellationToken)
    {
        RequireKind(context, AssignmentKind.Train);
        Round round = RequireOpen(context);
        SignedRound signed = await papers.OpenAsync(round, cancellationToken);
        long announced = AnnouncedLength(request, SiteRoutes.MaxChunkBytes);
        string hash = AnnouncedHash(request);
        if (!long.TryParse(request.Headers[SiteRoutes.OffsetHeader].ToString(), out long offset) || offset < 0)
        {
            throw new SubmissionRefusal(StatusCodes.Status400BadRequest, $"Expected an offset in {SiteRoutes.OffsetHeader} but got '{request.Headers[SiteRoutes.OffsetHeader]}'.");
        }

        if (offset + announced > UpdateSize.Of(signed.Description))
        {
            throw new SubmissionRefusal(
                StatusCodes.Status413PayloadTooLarge, $"Expected an update of {UpdateSize.Of(signed.Description)} bytes but the chunk ends at {offset + announced}.");
        }

        using IDisposable slot = slots.Take();
        await using FileStream part = Open(context);
        if (part.Length != offset)
        {
            throw SubmissionRefusal.Conflict($"Expected the chunk at {part.Length} but it begins at {offset}.");
        }

        try
        {
            await AppendAsync(part, request.Body, announced, hash, cancellationToken);
            if (offset < UpdateInspection.HeaderBytes && part.Length >= UpdateInspection.HeaderBytes)
            {
                CheckHeader(part, context, signed);
            }
        }
        catch
        {
            part.SetLength(offset);
            throw;
        }

        FaultPoint.Reach("portal:chunk");
        return new UploadStatus(part.Length);
    }

    public async Task<SubmissionReceipt> FinishAsync(AssignmentContext context, ProtectedUpdateMessage message, CancellationToken cancellationToken)
    {
        RequireKind(context, AssignmentKind.Train);
        RequireSameBinding(context, message.Binding);
        if (context.Assignment.State == AssignmentState.Done)
        {
            return context.Assignment.ResultHash == message.UpdateHash
                ? new SubmissionReceipt(message.UpdateHash, Duplicate: true)
                : throw SubmissionRefusal.Conflict($"{context.Assignment.ResultHash} was taken already, but this submission is {message.UpdateHash}.");
        }

        Round round = RequireOpen(context);
        SignedRound signed = await papers.OpenAsync(round, cancellationToken);
        using IDisposable slot = slots.Take();
        EncryptedUpdate update = await InspectAsync(context, message, signed, cancellationToken);
        if (await ledgers.ProblemWithAsync(context.Study.Id, context.Assignment.InstitutionId!.Value, round, update.Hash, cancellationToken) is { } problem)
        {
            throw SubmissionRefusal.Conflict(problem);
        }

        await using (FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken))
        {
            await RequireSampleCountAsync(db, context, update.SampleCount, cancellationToken);
        }

        FaultPoint.Reach("portal:Train-received");
        using var content = new MemoryStream(message.Statement);
        StoredBlob statement = await blobs.ReceiveAsync(content, expectedHash: null, long.MaxValue, cancellationToken);
        StoredBlob blob = await blobs.AdoptAsync(PathOf(context), message.UpdateHash, cancellationToken);
        bool taken = await assignments.TryFinishAsync(
            context, blob.Hash, $"Encrypted update {update.Hash} handed in ({update.SampleCount} images, {blob.Bytes} bytes).", async (db, now) =>
            {
                Participation participation = await db.Participations.SingleAsync(
                    p => p.RoundId == round.Id && p.InstitutionId == context.Assignment.InstitutionId, cancellationToken);
                if (participation.State == ParticipationState.Keyed)
                {
                    participation.BeginTraining(now);
                }

                participation.SubmitProtected(blob.Hash, blob.Bytes, update.Hash, statement.Hash, update.SampleCount, message.TrainingLoss, now);
                AddTimings(db, context, message.Stages, now);
            }, cancellationToken);
        if (!taken)
        {
            throw SubmissionRefusal.Gone("The lease on this work has ended.");
        }

        FaultPoint.Reach("portal:Train-recorded");
        return new SubmissionReceipt(blob.Hash, Duplicate: false);
    }

    private static async Task AppendAsync(FileStream part, Stream body, long announced, string hash, CancellationToken cancellationToken)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            part.Position = part.Length;
            long bytes = 0;
            int read;
            while ((read = await body.ReadAsync(buffer, cancellationToken)) > 0 && (bytes += read) <= announced)
            {
                digest.AppendData(buffer, 0, read);
                await part.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }

            string got = Convert.ToHexStringLower(digest.GetHashAndReset());
            if (bytes != announced || got != hash)
            {
                throw SubmissionRefusal.Unusable($"Expected a chunk of {announced} bytes with SHA-256 {hash} but got {bytes} with {got}.");
            }

            RandomAccess.FlushToDisk(part.SafeFileHandle);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // What is for another round or study, or has another shape, is refused before the rest of it travels.
    private static void CheckHeader(FileStream part, AssignmentContext context, SignedRound signed)
    {
        byte[] start = new byte[UpdateInspection.HeaderBytes];
        part.Position = 0;
        part.ReadExactly(start);
        Verdict verdict = UpdateInspection.InspectHeader(start, signed);
        if (!verdict.Accepted)
        {
            throw SubmissionRefusal.Unusable(verdict.Refusal!);
        }

        Require("sender in the roster", RoundPapers.PlaceOf(signed, context.InstitutionCode), verdict.Sender);
    }

    private async Task<EncryptedUpdate> InspectAsync(
        AssignmentContext context, ProtectedUpdateMessage message, SignedRound signed, CancellationToken cancellationToken)
    {
        UploadStatus status = Status(context);
        if (status.Received != UpdateSize.Of(signed.Description))
        {
            throw SubmissionRefusal.Conflict($"Expected {UpdateSize.Of(signed.Description)} uploaded bytes but there are {status.Received}.");
        }

        int place = RoundPapers.PlaceOf(signed, context.InstitutionCode);
        (EncryptedUpdate? update, string? refusal) = await Task.Run(() => Inspect(context, message, signed, cancellationToken), cancellationToken);
        if (refusal is null && update!.Place != place)
        {
            refusal = $"Expected an update of {signed.Description.Members[place].Name} but it is that of {update.Name}.";
        }

        if (refusal is not null)
        {
            // Bytes that are all there and bad stay bad: the site may begin anew.
            File.Delete(PathOf(context));
            throw SubmissionRefusal.Unusable(refusal);
        }

        return update!;
    }

    private (EncryptedUpdate? Update, string? Refusal) Inspect(
        AssignmentContext context, ProtectedUpdateMessage message, SignedRound signed, CancellationToken cancellationToken)
    {
        string hash = ContentHash.OfFile(PathOf(context));
        if (hash != message.UpdateHash)
        {
            return (null, $"Expected an upload with SHA-256 {message.UpdateHash} but its bytes have {hash}.");
        }

        using FileStream ciphertext = Open(context);
        int sketch = context.Study.Design.Screening.Sketch.Dimensions;
        (EncryptedUpdate? update, Verdict verdict) = EncryptedUpdate.Inspect(ciphertext, message.Statement, signed, sketch, cancellationToken: cancellationToken);
        return (update, verdict.Refusal);
    }

    private FileStream Open(AssignmentContext context)
    {
        try
        {
            return new FileStream(PathOf(context), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException busy)
        {
            throw new SubmissionRefusal(StatusCodes.Status429TooManyRequests, $"The upload is being written by another request: {busy.Message}");
        }
    }

    private string PathOf(AssignmentContext context) =>
        Path.Combine(Directory.CreateDirectory(Path.Combine(options.Value.Root, "incoming")).FullName, $"{context.Assignment.Id:N}");
}
