using FedPortal.Encryption.SecureAggregation.Identity;
using FedPortal.Encryption.SecureAggregation.Rounds;
using FedPortal.Encryption.SecureAggregation.Unlocking;
using FedPortal.Tests.Support;
using FedPortal.Training.Protocol;

namespace FedPortal.Tests.Portal;

/// <summary>What helpers answer, honestly and otherwise.</summary>
internal static class Helpers
{
    public static byte[] Answer(FakeSite site, Hospital hospital, UnlockMessage message)
    {
        using var folder = new TemporaryFolder();
        SignedRound round = Open(site);
        var helper = new UnlockHelper(round, hospital.Keys.Identity, new AnswerJournal(folder.At("journal")), message.OwnUpdateHash);
        foreach (byte[] envelope in message.Envelopes)
        {
            helper.Receive(envelope);
        }

        return helper.Answer(message.AcceptedSet);
    }

    /// <summary>Well formed and signed, with other numbers than the shares add up to.</summary>
    public static byte[] Lie(FakeSite site, Hospital hospital, UnlockMessage message)
    {
        SignedRound round = Open(site);
        ulong[] elements = [.. Enumerable.Range(0, round.Description.Set.Degree).Select(i => (ulong)(7 * i % 65537))];
        return HelperAnswer.Sign(round, AcceptedSet.Open(message.AcceptedSet, round), hospital.Keys.Identity, elements);
    }

    private static SignedRound Open(FakeSite site)
    {
        ProtectedAssignment terms = site.Assignment.Protected!;
        return SignedRound.Open(terms.Description, InstitutionCard.Parse(terms.PortalCard), terms.Cards.Select(card => InstitutionCard.Parse(card)));
    }
}
