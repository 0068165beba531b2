using FedPortal.Data;
using FedPortal.Encryption.SecureAggregation.Rounds;
using FedPortal.Rounds;
using FedPortal.Training.Aggregation;
using FedPortal.Training.Protocol;
using FedPortal.Training.Submission;

namespace FedPortal.Jobs.Protected;

/// <summary>Adds the accepted ciphertexts as they stream from the disk; no key is in reach. Then the helpers are asked to unlock the sum.</summary>
internal sealed class SumStep(RoundPapers papers, BlobStore blobs, TimeProvider clock)
{
    public async Task SumAsync(StudyWorkspace workspace, CancellationToken cancellationToken)
    {
        long started = clock.GetTimestamp();
        Round round = workspace.Round!;
        SignedRound signed = await papers.OpenAsync(round, cancellationToken);
        string sum = (await AddAsync(workspace, signed, cancellationToken)).Hash;
        double seconds = clock.GetElapsedTime(started).TotalSeconds;
        FaultPoint.Reach("portal:aggregating");
        DateTimeOffset now = clock.GetUtcNow();
        IReadOnlyDictionary<Guid, string> codes = await workspace.ShortCodesAsync(cancellationToken);
        IReadOnlyList<int> helpers = signed.Description.Helpers;
        foreach (Studies.RosterEntry entry in workspace.Study.Roster)
        {
            int place = signed.Description.Members.ToList().FindIndex(member => member.Name == codes[entry.InstitutionId]);
            if (helpers.Contains(place))
            {
                workspace.Add(new Assignment(workspace.Study.Id, round.Id, entry.InstitutionId, entry.DatasetId, AssignmentKind.Unlock, round.BaseVersion, entry.Seat, now));
            }
        }

        round.RecordSummed(sum, now.AddMinutes(workspace.Study.Design.DeadlineMinutes), now);
        workspace.Add(new StageTiming(round.Id, null, StageNames.Sum, seconds, now));
        workspace.Tell(now, "portal", $"Round {round.Number}: the accepted ciphertexts are added (hash of the encrypted sum {sum}); {helpers.Count} helpers are asked to unlock the sum, {signed.Description.Threshold} suffice.");
    }

    /// <summary>The sum of the accepted updates, in the memory of one.</summary>
    public async Task<EncryptedAggregate> AddAsync(StudyWorkspace workspace, SignedRound signed, CancellationToken cancellationToken)
    {
        Participation[] accepted = [.. workspace.Participations.Where(part => part.State == ParticipationState.Accepted)];
        var sum = new EncryptedAggregation(signed);
        foreach (Participation part in accepted)
        {
            EncryptedUpdate update = EncryptedUpdate.Reopen(papers.BytesOf(part.StatementHash!), signed);
            await using FileStream ciphertext = File.OpenRead(blobs.PathOf(part.UpdateHash!));
            sum.Add(update, ciphertext, cancellationToken: cancellationToken);
        }

        return sum.Finish();
    }
}
