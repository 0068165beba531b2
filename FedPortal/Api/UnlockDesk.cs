using FedPortal.Data;
using FedPortal.Encryption.SecureAggregation.Rounds;
using FedPortal.Encryption.SecureAggregation.Unlocking;
using FedPortal.Rounds;
using FedPortal.Training.Protocol;
using Microsoft.EntityFrameworkCore;
using static FedPortal.Api.SubmissionRules;

namespace FedPortal.Api;

/// <summary>Gives helpers what they need to unlock a sum, and takes their one answer.</summary>
internal sealed class UnlockDesk(IDbContextFactory<FedPortalDbContext> contexts, AssignmentStore assignments, RoundPapers papers, BlobStore blobs)
{
    private const int MaxAnswerBytes = 1 << 20;

    public async Task<UnlockMessage> GiveAsync(AssignmentContext context, CancellationToken cancellationToken)
    {
        Round round = RequireUnlocking(context);
        SignedRound signed = await papers.OpenAsync(round, cancellationToken);
        byte[] published = papers.AcceptedSetOf(round);
        var accepted = AcceptedSet.Open(published, signed);
        int helper = RoundPapers.PlaceOf(signed, context.InstitutionCode);
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        Dictionary<string, string> shares = await (from part in db.Participations
                                                   where part.RoundId == round.Id && part.SharesHash != null
                                                   join institution in db.Institutions on part.InstitutionId equals institution.Id
                                                   select new { institution.ShortCode, part.SharesHash })
            .ToDictionaryAsync(entry => entry.ShortCode, entry => entry.SharesHash!, cancellationToken);
        int position = signed.Description.Helpers.ToList().IndexOf(helper);
        List<byte[]> envelopes = [.. accepted.Members.Select(
            sender => RoundPapers.Split(papers.BytesOf(shares[signed.Description.Members[sender].Name]), signed).ElementAt(position).ToArray())];
        return new UnlockMessage(published, envelopes, accepted.HashOf(helper));
    }

    public async Task<SubmissionReceipt> TakeAsync(AssignmentContext context, AnswerMessage message, CancellationToken cancellationToken)
    {
        RequireKind(context, AssignmentKind.Unlock);
        RequireSameBinding(context, message.Binding);
        string hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(message.Answer));
        if (context.Assignment.State == AssignmentState.Done)
        {
            return context.Assignment.ResultHash == hash
                ? new SubmissionReceipt(hash, Duplicate: true)
                : throw SubmissionRefusal.Conflict($"The answer {context.Assignment.ResultHash} was taken already, but this one is {hash}. A helper answers once.");
        }

        Round round = RequireUnlocking(context);
        await CheckAsync(context, round, message.Answer, cancellationToken);
        using var content = new MemoryStream(message.Answer);
        StoredBlob blob = await blobs.ReceiveAsync(content, hash, MaxAnswerBytes, cancellationToken);
        FaultPoint.Reach("portal:Unlock-received");
        bool taken = await assignments.TryFinishAsync(context, blob.Hash, "Helped to unlock the sum.", (db, now) =>
        {
            AddTimings(db, context, message.Stages, now);
            return Task.CompletedTask;
        }, cancellationToken);
        FaultPoint.Reach("portal:Unlock-recorded");
        return taken ? new SubmissionReceipt(blob.Hash, Duplicate: false) : throw SubmissionRefusal.Gone("The lease on this work has ended.");
    }

    private static Round RequireUnlocking(AssignmentContext context)
    {
        RequireKind(context, AssignmentKind.Unlock);
        return context.Round is { State: RoundState.Aggregated } round
            ? round
            : throw SubmissionRefusal.Gone($"Round {context.Binding.Round} is {context.Round?.State}: nothing is to be unlocked.");
    }

    private async Task CheckAsync(AssignmentContext context, Round round, byte[] answer, CancellationToken cancellationToken)
    {
        SignedRound signed = await papers.OpenAsync(round, cancellationToken);
        try
        {
            var opened = HelperAnswer.Open(answer, signed, AcceptedSet.Open(papers.AcceptedSetOf(round), signed));
            Require("helper", RoundPapers.PlaceOf(signed, context.InstitutionCode), opened.Helper);
        }
        catch (FormatException bad)
        {
            throw SubmissionRefusal.Unusable(bad.Message);
        }
    }
}
