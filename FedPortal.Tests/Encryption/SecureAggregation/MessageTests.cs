using FedPortal.Encryption.SecureAggregation.Aggregation;
using FedPortal.Encryption.SecureAggregation.Identity;
using FedPortal.Encryption.SecureAggregation.Parameters;
using FedPortal.Encryption.SecureAggregation.Rounds;
using FedPortal.Encryption.SecureAggregation.Submission;
using FedPortal.Encryption.SecureAggregation.Unlocking;
using Xunit;

namespace FedPortal.Tests.Encryption.SecureAggregation;

/// <summary>Every message is refused with a reason when anything about it is wrong.</summary>
public class MessageTests
{
    [Fact]
    public void Description_ReadsBackAsItWas()
    {
        using var consortium = new Consortium(5, weights: [1, 2, 3, 4, 5], set: ParameterSets.Precise);

        var read = RoundDescription.Parse(consortium.Description.ToBytes());

        Assert.Equal(consortium.Description.ToBytes(), read.ToBytes());
        Assert.Equal(consortium.Description.Members, read.Members);
        Assert.Equal((consortium.Description.Study, consortium.Description.Seed, 15), (read.Study, read.Seed, read.Demand.TotalWeight));
    }

    [Fact]
    public void EveryFlippedBitOfEverySignedMessage_IsRefused()
    {
        using var consortium = new Consortium(4, values: 10);
        consortium.ContributeAll();
        byte[] description = SignedRound.Publish(consortium.Portal, consortium.Description);
        byte[] set = consortium.Close();
        byte[] envelope = consortium.Intake.EnvelopesFor(1)[0].ToArray();
        byte[] answer = consortium.Helper(0).Answer(set);
        var accepted = AcceptedSet.Open(set, consortium.Round);
        InstitutionCard[] cards = [.. consortium.Institutions.Select(identity => identity.Card)];

        AssertRefused(description, bytes => SignedRound.Open(bytes, consortium.Portal.Card, cards));
        AssertRefused(set, bytes => AcceptedSet.Open(bytes, consortium.Round));
        AssertRefused(envelope, bytes => ShareEnvelope.Open(bytes, consortium.Round));
        AssertRefused(answer, bytes => HelperAnswer.Open(bytes, consortium.Round, accepted));
        AssertRefused(consortium.Portal.Card.ToBytes(), bytes => RequireSame(InstitutionCard.Parse(bytes), consortium.Portal.Card));
    }

    [Fact]
    public void MutatedUpdates_ArePutAside_NeverSummed()
    {
        using var consortium = new Consortium(4, values: 10);
        consortium.Contribute(0);
        byte[] good = consortium.Uploads[0];
        var random = new Random(6);
        for (int trial = 0; trial < 200; trial++)
        {
            byte[] bad = [.. good];
            int at = trial < 60 ? trial : random.Next(bad.Length);
            bad[at] ^= (byte)(1 << random.Next(8));

            Verdict verdict = UpdateInspection.Inspect(new MemoryStream(bad), consortium.Round);

            Assert.False(verdict.Accepted);
            Assert.Contains("Expected", verdict.Refusal);
        }

        foreach (byte[] bad in (byte[][])[[], good[..1], good[..51], good[..^1], [.. good, 0]])
        {
            Assert.False(UpdateInspection.Inspect(new MemoryStream(bad), consortium.Round).Accepted);
        }
    }

    [Fact]
    public void WordsBeyondTheRange_AreRefused_EvenWhenSigned()
    {
        using var consortium = new Consortium(4, values: 10);
        consortium.Contribute(0);
        byte[] bad = [.. consortium.Uploads[0]];
        bad.AsSpan(52, 11).Fill(0xFF);
        byte[] digest = System.Security.Cryptography.SHA256.HashData(bad.AsSpan(0, bad.Length - 64));
        consortium.Institutions[0].Sign("encrypted update", digest).CopyTo(bad.AsSpan(bad.Length - 64));

        Verdict verdict = UpdateInspection.Inspect(new MemoryStream(bad), consortium.Round);

        Assert.Contains("words up to", verdict.Refusal);
    }

    [Fact]
    public void MessagesOfAnotherAttempt_AreRefused()
    {
        using var consortium = new Consortium(4, values: 10);
        consortium.ContributeAll();
        byte[] update = consortium.Uploads[0];
        byte[] envelope = consortium.Intake.EnvelopesFor(1)[0].ToArray();
        byte[] set = consortium.Close();
        byte[] answer = consortium.Helper(0).Answer(set);

        consortium.Open(description => description with { Attempt = 2 });
        consortium.ContributeAll();
        byte[] newSet = consortium.Close();

        Assert.Contains("another", UpdateInspection.Inspect(new MemoryStream(update), consortium.Round).Refusal);
        Assert.Throws<FormatException>(() => ShareEnvelope.Open(envelope, consortium.Round));
        Assert.Throws<FormatException>(() => AcceptedSet.Open(set, consortium.Round));
        Assert.Contains("another", new SumUnlocking(consortium.Round, AcceptedSet.Open(newSet, consortium.Round)).Receive(answer));
    }

    [Fact]
    public void SpoiltSum_RefusesFurtherUse()
    {
        using var consortium = new Consortium(4, values: 10);
        consortium.ContributeAll();
        var sum = new CiphertextSum(consortium.Round);
        byte[] bad = [.. consortium.Uploads[0]];
        bad[500] ^= 1;

        Assert.Throws<FormatException>(() => sum.Add(new MemoryStream(bad), new string('0', 64)));

        Assert.Throws<InvalidOperationException>(() => sum.Add(new MemoryStream(consortium.Uploads[1]), new string('0', 64)));
    }

    [Fact]
    public void RoundsThatBreakTheRules_AreNeverPublished()
    {
        using var consortium = new Consortium(5);
        (Func<RoundDescription, RoundDescription> Change, string Reason)[] cases =
        [
            (description => description with { Threshold = 2 }, "above half"),
            (description => description with { Threshold = 6 }, "above half"),
            (description => description with { MinimumInstitutions = 2 }, "minimum of 3"),
            (description => description with { ValueBits = 12 }, "a lane of compact has 13"),
            (description => description with { ValueCount = 0 }, "values"),
            (description => description with { Seed = "12" }, "64 hexadecimal"),
            (description => description with { Members = [.. description.Members, description.Members[0]] }, "different names"),
            (description => description with { Members = [.. description.Members.Select(member => member with { Weight = 100 })] }, "total weight 500"),
        ];

        Assert.All(cases, each => Assert.Contains(each.Reason,
            Assert.Throws<ArgumentException>(() => SignedRound.Publish(consortium.Portal, each.Change(consortium.Description))).Message));
    }

    [Fact]
    public void Institution_RefusesRoundsBelowItsOwnPolicy_AndUnpinnedKeys()
    {
        using var consortium = new Consortium(5);
        using var stranger = InstitutionIdentity.Create("hospital 3");
        byte[] published = SignedRound.Publish(consortium.Portal, consortium.Description);
        IEnumerable<InstitutionCard> cards = consortium.Institutions.Select(identity => identity.Card).Where(card => card.Name != "hospital 3").Append(stranger.Card);

        Assert.Contains("not pinned", Assert.Throws<FormatException>(() => SignedRound.Open(published, consortium.Portal.Card, cards)).Message);
        Assert.Throws<FormatException>(() => SignedRound.Open(published, stranger.Card, cards));
        Assert.Contains("at least 4", Refusal(new RoundPolicy(MinimumInstitutions: 4)));
        Assert.Contains("256-bit", Refusal(new RoundPolicy(SecurityLevel: 256)));
        Assert.Contains("noise", Refusal(new RoundPolicy(MinimumNoiseDeviation: 1)));
        consortium.Open(description => description with { Deadline = DateTimeOffset.UnixEpoch });
        Assert.Contains("deadline", Refusal(new RoundPolicy()));

        string Refusal(RoundPolicy policy) => Assert.Throws<RoundRefusedException>(
            () => new Participation(consortium.Round, consortium.Institutions[0], policy, TimeProvider.System)).Message;
    }

    [Fact]
    public void Identity_SurvivesItsFile()
    {
        using var identity = InstitutionIdentity.Create("Klinikum Süd");

        using var read = InstitutionIdentity.ImportPem("Klinikum Süd", identity.ExportPem());

        Assert.Equal(identity.Card.Fingerprint, read.Card.Fingerprint);
        Assert.Equal(identity.Card.Fingerprint, InstitutionCard.Parse(identity.Card.ToBytes()).Fingerprint);
        Assert.True(identity.Card.Verify("test", [1, 2], read.Sign("test", [1, 2])));
        Assert.False(identity.Card.Verify("other", [1, 2], read.Sign("test", [1, 2])));
    }

    [Fact]
    public void JournalFileCutShortByACrash_StillCounts()
    {
        using var consortium = new Consortium(4);
        consortium.ContributeAll();
        byte[] published = consortium.Close();
        consortium.Helper(0).Answer(published);
        File.WriteAllText(Directory.GetFiles(consortium.JournalFolder(0)).Single(), "");

        Assert.Throws<RoundRefusedException>(() => consortium.Helper(0, answersPerRound: 3).Answer(published));
    }

    private static void RequireSame(InstitutionCard card, InstitutionCard expected)
    {
        if (card.Fingerprint != expected.Fingerprint)
        {
            throw new FormatException("Another card has another fingerprint.");
        }
    }

    /// <summary>Flips every bit of short messages and 600 spread over long ones; cuts and extends.</summary>
    private static void AssertRefused(byte[] good, Action<byte[]> open)
    {
        open(good);
        int step = Math.Max(1, good.Length * 8 / 600);
        for (int bit = 0; bit < good.Length * 8; bit += step)
        {
            byte[] bad = [.. good];
            bad[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Throws<FormatException>(() => open(bad));
        }

        Assert.Throws<FormatException>(() => open(good[..^1]));
        Assert.Throws<FormatException>(() => open([.. good, 0]));
        Assert.Throws<FormatException>(() => open([]));
    }
}
