using FedPortal.Data;
using FedPortal.Encryption.SecureAggregation.Rounds;
using FedPortal.Encryption.SecureAggregation.Sharing;
using FedPortal.Encryption.SecureAggregation.Unlocking;
using FedPortal.Rounds;
using FedPortal.Training.Aggregation;
using FedPortal.Training.Decryption;
using FedPortal.Training.Protection;
using FedPortal.Training.Protocol;
using Microsoft.Extensions.Options;

namespace FedPortal.Jobs.Protected;

/// <summary>
/// Waits for the helpers' answers, then opens the sum and nothing else, checks it against sketches and promised noise, and keeps it. What fails here
/// fails the attempt: there is no second decryption.
/// </summary>
internal sealed class UnlockStep(RoundPapers papers, RoundProtections protections, SumStep sums, BlobStore blobs, IOptions<PortalOptions> options, TimeProvider clock)
{
    /// <returns>True when something was changed that must be saved.</returns>
    public async Task<bool> TryAsync(StudyWorkspace workspace, DateTimeOffset now, CancellationToken cancellationToken)
    {
        Round round = workspace.Round!;
        SignedRound signed = await papers.OpenAsync(round, cancellationToken);
        List<Assignment> asked = [.. workspace.Assignments.Where(a => a.Kind == AssignmentKind.Unlock)];
        List<Assignment> answered = [.. asked.Where(a => a.State == AssignmentState.Done).OrderBy(a => a.ChangedAt)];
        int needed = signed.Description.Threshold;
        bool anyOpen = asked.Exists(a => !a.IsFinal);
        if (answered.Count < needed)
        {
            if (anyOpen && now < round.Deadline)
            {
                return false;
            }

            Failure.Of(workspace, await ShortfallAsync(workspace, asked, answered.Count, needed, cancellationToken), "portal", now);
            return true;
        }

        // Surplus answers make lies visible, so the others get a little time.
        if (anyOpen && now < answered[needed - 1].ChangedAt.AddSeconds(options.Value.UnlockGraceSeconds) && now < round.Deadline)
        {
            return false;
        }

        await OpenSumAsync(workspace, signed, answered, cancellationToken);
        foreach (Assignment late in asked.Where(a => !a.IsFinal))
        {
            late.Cancel("The sum is open already.", clock.GetUtcNow());
        }

        return true;
    }

    private static async Task<string> ShortfallAsync(StudyWorkspace workspace, List<Assignment> asked, int answered, int needed, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<Guid, string> names = await workspace.InstitutionNamesAsync(cancellationToken);
        IEnumerable<string> missing = asked.Where(a => a.State != AssignmentState.Done)
            .Select(a => $"{names[a.InstitutionId!.Value]}: {a.FailureReason ?? "no answer came before the deadline."}");
        return $"{needed} helpers are needed to unlock the sum but only {answered} of {asked.Count} answered, so nothing was opened. {string.Join(" ", missing)}";
    }

    private async Task OpenSumAsync(StudyWorkspace workspace, SignedRound signed, List<Assignment> answered, CancellationToken cancellationToken)
    {
        Round round = workspace.Round!;
        try
        {
            var accepted = AcceptedSet.Open(papers.AcceptedSetOf(round), signed);
            var unlocking = new SumUnlocking(signed, accepted);
            foreach (Assignment answer in answered)
            {
                unlocking.Receive(papers.BytesOf(answer.ResultHash!));
            }

            using SumKey key = unlocking.Reconstruct(out IReadOnlyList<int> liars);
            await NameAsync(workspace, signed, liars, cancellationToken);
            EncryptedAggregate aggregate = await sums.AddAsync(workspace, signed, cancellationToken);
            long started = clock.GetTimestamp();
            RoundProtection protection = await protections.ForAsync(workspace, [.. signed.Description.Members.Select(member => member.Weight)], cancellationToken);
            DecryptedAggregate opened = new AggregateDecryption(signed, protection).Decrypt(aggregate, accepted, key, cancellationToken: cancellationToken);
            await RecordAsync(workspace, protection, opened, clock.GetElapsedTime(started), cancellationToken);
        }
        catch (Exception wrong) when (wrong is ReconstructionException or SumCheckException or FormatException)
        {
            Failure.Of(workspace, $"The sum could not be opened and is not published: {wrong.Message} The next attempt needs fresh keys.", "portal", clock.GetUtcNow());
        }
    }

    private async Task NameAsync(StudyWorkspace workspace, SignedRound signed, IReadOnlyList<int> liars, CancellationToken cancellationToken)
    {
        if (liars.Count == 0)
        {
            return;
        }

        DateTimeOffset now = clock.GetUtcNow();
        IReadOnlyDictionary<Guid, string> codes = await workspace.ShortCodesAsync(cancellationToken);
        foreach (string liar in liars.Select(place => signed.Description.Members[place].Name))
        {
            const string Note = "Its answer at unlocking does not fit the others': it, or an institution that dealt a share to it, gave wrong numbers. The answer is left out of the sum's key.";
            workspace.Participations.FirstOrDefault(part => codes[part.InstitutionId] == liar)?.NoteHelper(Note, now);
            workspace.Tell(now, "portal", $"Helper {liar}: {Note}");
        }
    }

    private async Task RecordAsync(StudyWorkspace workspace, RoundProtection protection, DecryptedAggregate opened, TimeSpan decryption, CancellationToken cancellationToken)
    {
        Round round = workspace.Round!;
        AggregatedUpdate update = opened.Update;
        var header = new AggregateHeader(round.Id, update.Layout.Hash, update.SampleCount, update.ContributorCount)
        {
            SumHash = opened.SumHash,
            QuantisationStep = opened.QuantisationStep,
            LargestResidue = opened.LargestResidue,
        };
        StoredBlob blob = await blobs.AddAsync(path => SubmissionFile.Write(path, header, update.Difference.Span), cancellationToken);
        FaultPoint.Reach("portal:unlocking");
        DateTimeOffset now = clock.GetUtcNow();
        workspace.Add(new StageTiming(round.Id, null, StageNames.Unlock, (now - round.ChangedAt - decryption).TotalSeconds, now));
        workspace.Add(new StageTiming(round.Id, null, StageNames.Decrypt, decryption.TotalSeconds, now));
        round.RecordUnlocked(blob.Hash, now);
        workspace.Tell(now, "portal", FormattableString.Invariant(
            $"Round {round.Number}: the sum of {update.ContributorCount} updates is open (hash {opened.SumHash}); {CheckWords(opened)}every value of the mean is right to {opened.QuantisationStep:g3}{(protection.Privacy.HasNoise ? " plus noise" : "")}."));
    }

    private static string CheckWords(DecryptedAggregate opened) => string.Concat(
        opened.Sketches is null ? "" : "the sketches belong to it, ",
        opened.Noise is null ? "" : "the promised noise is in it, ");
}
