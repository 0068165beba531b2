using FedPortal.Encryption.SecureAggregation.Rounds;
using FedPortal.Encryption.SecureAggregation.Submission;
using FedPortal.Encryption.SecureAggregation.Unlocking;
using FedPortal.Training.Protocol;

namespace FedPortal.Site.Hosted.Protected;

/// <summary>This site as a helper: it answers once for an attempt, for one signed set. The answer is on the disk before the journal, and the journal before anything leaves.</summary>
internal sealed class UnlockRun(PortalClient portal, SiteHome home, TimeProvider clock, Action<string> say)
{
    /// <summary>Attempts of one round that are answered. Each attempt is a release of its own on the ledger, so a second answer costs what the first did.</summary>
    private const int AnswersPerRound = 3;

    public async Task RunAsync(AssignmentMessage assignment, WorkFolder work, IdentityKeys keys, Heartbeat heartbeat)
    {
        SignedRound round = OpenedRound.Open(home, assignment, clock, say);
        UnlockMessage message = await portal.UnlockAsync(heartbeat.Over);
        FaultPoint.Reach("site:unlocking", assignment.Binding.Round);
        heartbeat.Show("unlocking");
        long started = clock.GetTimestamp();
        byte[] answer = Answer(assignment, round, message, work, keys);
        FaultPoint.Reach("site:Unlock-made", assignment.Binding.Round);
        var stage = new StageSeconds(StageNames.Unlock, clock.GetElapsedTime(started).TotalSeconds);
        heartbeat.LeaveTheLastWordToTheResult();
        await portal.AnswerAsync(new AnswerMessage(assignment.Binding, answer, [stage]), heartbeat.Over);
        FaultPoint.Reach("site:Unlock-sent", assignment.Binding.Round);
        say($"helped to unlock the sum of round {assignment.Binding.Round}");
    }

    private byte[] Answer(AssignmentMessage assignment, SignedRound round, UnlockMessage message, WorkFolder work, IdentityKeys keys)
    {
        var journal = new AnswerJournal(home.Journal, AnswersPerRound);
        string kept = work.FileOf("answer");
        if (journal.IsRecorded(round.Description) && File.Exists(kept))
        {
            say("the answer of an earlier run is there and is sent");
            return File.ReadAllBytes(kept);
        }

        try
        {
            RequireEnough(assignment, AcceptedSet.Open(message.AcceptedSet, round));
            var helper = new UnlockHelper(round, keys.Identity, journal, OwnUpdates.Find(home, assignment.Binding));
            foreach (string complaint in message.Envelopes.Select(envelope => helper.Receive(envelope)).OfType<string>())
            {
                say($"an envelope is put aside: {complaint}");
            }

            return helper.Answer(message.AcceptedSet, answer =>
            {
                PrivateFile.Write(kept, answer);
                FaultPoint.Reach("site:answer-kept", assignment.Binding.Round);
            });
        }
        catch (Exception refused) when (refused is RoundRefusedException or FormatException or ArgumentException)
        {
            throw new SiteRefusedException($"This helper does not answer: {refused.Message}");
        }
    }

    // With fewer the promised noise is not reached, whatever the portal says.
    private static void RequireEnough(AssignmentMessage assignment, AcceptedSet accepted)
    {
        ProtectedAssignment terms = assignment.Protected!;
        int fewest = terms.Privacy.HasNoise ? terms.Privacy.SharesOf(terms.Cards.Count).MinimumContributors : 0;
        if (accepted.Members.Count < fewest)
        {
            throw new SiteRefusedException($"Expected at least {fewest} updates in the sum so that the promised noise is in it but the portal accepted {accepted.Members.Count}.");
        }
    }
}
