using FedPortal.Data;
using FedPortal.Encryption.SecureAggregation.Rounds;
using FedPortal.Rounds;
using FedPortal.Training.Decryption;
using FedPortal.Training.Protocol;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Jobs.Protected;

/// <summary>A round as a replay names it.</summary>
/// <param name="HasSum">The accepted ciphertexts were added: there is something to replay.</param>
/// <param name="IsRemoved">The ciphertexts were past their time and are gone: see the page of retention.</param>
internal sealed record ReplayableRound(Guid Id, Guid StudyId, string StudyName, int Number, int Attempt, RoundState State, bool HasSum, bool IsRemoved = false);

/// <summary>Gathers what a protected round left behind, to add its sum up again. Only for those who see everything.</summary>
internal sealed class RoundReplays(IDbContextFactory<FedPortalDbContext> contexts, RoundPapers papers, BlobStore blobs)
{
    /// <returns>Null when there is no such round, or the viewer does not see everything.</returns>
    public async Task<ReplayableRound?> FindAsync(Viewer viewer, Guid roundId, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        if (!viewer.SeesAll)
        {
            return null;
        }

        ReplayableRound? found = await (from round in db.Rounds
                                        where round.Id == roundId
                                        join study in db.Studies.IgnoreAutoIncludes() on round.StudyId equals study.Id
                                        select new ReplayableRound(round.Id, study.Id, study.Name, round.Number, round.Attempt, round.State, round.EncryptedSumHash != null))
            .SingleOrDefaultAsync(cancellationToken);
        if (found is not { HasSum: true })
        {
            return found;
        }

        List<string?> hashes = await db.Participations.Where(part => part.RoundId == roundId && part.State == ParticipationState.Accepted).Select(part => part.UpdateHash).ToListAsync(cancellationToken);
        return hashes.TrueForAll(hash => hash is not null && blobs.Contains(hash)) ? found : found with { HasSum = false, IsRemoved = true };
    }

    /// <summary>Replays a round; what is missing is a step that did not pass.</summary>
    public async Task<ReplayOutcome> RunAsync(Viewer viewer, Guid roundId, string portalKey, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        try
        {
            return await EvidenceAsync(viewer, roundId, cancellationToken) is { } evidence
                ? await Task.Run(() => RoundReplay.Run(evidence, portalKey, progress, cancellationToken), cancellationToken)
                : Missing("The round's papers are not there.");
        }
        catch (FileNotFoundException missing)
        {
            return Missing(missing.Message);
        }

        static ReplayOutcome Missing(string what) => new([new ReplayStep("Stored files", false, what)]);
    }

    /// <returns>Null when there is nothing to replay, or the viewer does not see everything.</returns>
    public async Task<RoundEvidence?> EvidenceAsync(Viewer viewer, Guid roundId, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        Round? round = await db.Rounds.AsNoTracking().SingleOrDefaultAsync(r => r.Id == roundId, cancellationToken);
        if (!viewer.SeesAll || round is not { DescriptionHash: not null, AcceptedSetHash: not null, EncryptedSumHash: not null })
        {
            return null;
        }

        SignedRound signed = await papers.OpenAsync(round, cancellationToken);
        List<Participation> accepted = await db.Participations.AsNoTracking()
            .Where(part => part.RoundId == roundId && part.State == ParticipationState.Accepted).ToListAsync(cancellationToken);
        List<string> answers = await db.Assignments.AsNoTracking()
            .Where(a => a.RoundId == roundId && a.Kind == AssignmentKind.Unlock && a.State == AssignmentState.Done && a.ResultHash != null)
            .OrderBy(a => a.Seat).Select(a => a.ResultHash!).ToListAsync(cancellationToken);
        return new RoundEvidence
        {
            PortalCard = papers.PortalCard,
            Cards = [.. signed.Cards.Select(card => (ReadOnlyMemory<byte>)card.ToBytes())],
            Description = papers.DescriptionOf(round),
            AcceptedSet = papers.AcceptedSetOf(round),
            Updates = [.. accepted.Select(part => new SealedUpdate(papers.BytesOf(part.StatementHash!), () => File.OpenRead(blobs.PathOf(part.UpdateHash!))))],
            Answers = [.. answers.Select(hash => (ReadOnlyMemory<byte>)papers.BytesOf(hash))],
            EncryptedSumHash = round.EncryptedSumHash,
            SumHash = round.AggregateHash is { } aggregate ? SubmissionFile.ReadHeader<AggregateHeader>(blobs.PathOf(aggregate)).SumHash : null,
        };
    }
}
