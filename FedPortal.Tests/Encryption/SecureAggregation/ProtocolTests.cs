using FedPortal.Encryption.SecureAggregation.Aggregation;
using FedPortal.Encryption.SecureAggregation.Parameters;
using FedPortal.Encryption.SecureAggregation.Rounds;
using FedPortal.Encryption.SecureAggregation.Sharing;
using FedPortal.Encryption.SecureAggregation.Submission;
using FedPortal.Encryption.SecureAggregation.Unlocking;
using Xunit;

namespace FedPortal.Tests.Encryption.SecureAggregation;

/// <summary>Whole rounds in which institutions vanish, lie or repeat, and a portal shows two faces.</summary>
public class ProtocolTests
{
    [Theory]
    [InlineData("compact", 8)]
    [InlineData("precise", 16)]
    [InlineData("wide", 8)]
    [InlineData("wide-precise", 16)]
    [InlineData("compact-256", 8)]
    public void EverySum_IsExact(string set, int bits)
    {
        using var consortium = new Consortium(5, ParameterSets.Get(set), values: 20_000, bits);
        consortium.ContributeAll();
        byte[] published = consortium.Close();
        byte[][] answers = [.. Enumerable.Range(0, 5).Select(i => consortium.Helper(i).Answer(published))];

        DecryptedSum sum = consortium.Unlock(published, answers, out IReadOnlyList<int> liars);

        Assert.Equal(consortium.Expected([0, 1, 2, 3, 4]), sum.Values.ToArray());
        Assert.Empty(liars);

        // 4 or more blocks of 2048 errors: the deviation is known within 1/√(2·8192) = 0.8 %, five times that is allowed.
        Assert.InRange(sum.ErrorDeviation / sum.ExpectedErrorDeviation, 0.96, 1.04);
    }

    /// <summary>Random demands, each with the set that the chooser takes: up to 100,000 sums each.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void RandomRounds_AreExact(int seed)
    {
        var random = new Random(seed);
        int institutions = random.Next(3, 9);
        int bits = random.Next(1, 17);
        int[] weights = [.. Enumerable.Range(0, institutions).Select(_ => random.Next(1, 5))];
        ParameterSet set = SetFit.Choose(new SumDemand(institutions, weights.Sum(), bits)).Set;
        using var consortium = new Consortium(institutions, set, values: random.Next(1, 100_000), bits, weights: weights);
        consortium.ContributeAll();
        byte[] published = consortium.Close();
        IEnumerable<byte[]> answers = Enumerable.Range(0, institutions).Select(i => consortium.Helper(i).Answer(published));

        DecryptedSum sum = consortium.Unlock(published, answers, out _);

        Assert.Equal(consortium.Expected(Enumerable.Range(0, institutions)), sum.Values.ToArray());
    }

    [Fact]
    public void WeightsAndNoise_AreSummedExactly()
    {
        int[] weights = [1, 7, 3, 2];
        using var consortium = new Consortium(4, ParameterSets.Precise, values: 5000, bits: 8, weights: weights, noise: 40);
        var random = new Random(5);
        foreach (int[] values in consortium.Values)
        {
            for (int i = 0; i < values.Length; i++)
            {
                values[i] += random.Next(-60, 61);
            }
        }

        consortium.ContributeAll();
        byte[] published = consortium.Close();
        byte[][] answers = [.. Enumerable.Range(0, 3).Select(i => consortium.Helper(i).Answer(published))];

        DecryptedSum sum = consortium.Unlock(published, answers, out _);

        Assert.Equal(consortium.Expected([0, 1, 2, 3]), sum.Values.ToArray());
        Assert.Equal(13, sum.TotalWeight);
        Assert.Contains(sum.Values.ToArray(), value => value < 0);
    }

    // Seven institutions, t = 5: two may vanish, at any step and in any mixture.
    [Theory]
    [InlineData(2, 0, 0)]
    [InlineData(0, 2, 0)]
    [InlineData(0, 0, 2)]
    [InlineData(1, 1, 0)]
    [InlineData(0, 1, 1)]
    [InlineData(1, 0, 1)]
    public void DropoutsUpToSurplus_AreSurvived(int beforeDealing, int beforeSubmitting, int beforeAnswering)
    {
        using var consortium = new Consortium(7);
        int[] dealing = [.. Enumerable.Range(beforeDealing, 7 - beforeDealing)];
        int[] submitting = dealing[beforeSubmitting..];
        int[] answering = submitting[beforeAnswering..];
        foreach (int institution in dealing.Except(submitting))
        {
            using Participation participation = consortium.Join(institution);
            foreach (ShareEnvelope envelope in participation.DealShares())
            {
                consortium.Intake.Receive(envelope.ToBytes().Span);
            }
        }

        Array.ForEach(submitting, consortium.Contribute);
        byte[] published = consortium.Close();
        byte[][] answers = [.. answering.Select(i => consortium.Helper(i).Answer(published))];

        DecryptedSum sum = consortium.Unlock(published, answers, out _);

        Assert.Equal(5, answers.Length);
        Assert.Equal(submitting, sum.Members);
        Assert.Equal(consortium.Expected(submitting), sum.Values.ToArray());
    }

    [Fact]
    public void OneDropoutMoreThanTheSurplus_BeforeSubmitting_CannotClose()
    {
        using var consortium = new Consortium(7);
        Array.ForEach([0, 1, 2, 3], consortium.Contribute);

        var exception = Assert.Throws<InvalidOperationException>(consortium.Close);

        Assert.Contains("at least 5", exception.Message);
    }

    [Fact]
    public void OneDropoutMoreThanTheSurplus_BeforeAnswering_DecryptsNothing()
    {
        using var consortium = new Consortium(7);
        consortium.ContributeAll();
        byte[] published = consortium.Close();
        byte[][] answers = [.. Enumerable.Range(0, 4).Select(i => consortium.Helper(i).Answer(published))];

        var exception = Assert.Throws<ReconstructionException>(() => consortium.Unlock(published, answers, out _));

        Assert.Contains("from 5 helpers but got 4", exception.Message);
    }

    [Fact]
    public void SecondAnswer_IsRefused_AlsoAfterARestart()
    {
        using var consortium = new Consortium(4);
        consortium.ContributeAll();
        byte[] published = consortium.Close();
        UnlockHelper helper = consortium.Helper(0);
        helper.Answer(published);

        Assert.Throws<RoundRefusedException>(() => helper.Answer(published));
        var exception = Assert.Throws<RoundRefusedException>(() => consortium.Helper(0).Answer(published));

        Assert.Contains("answered before", exception.Message);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void HelpersOfOneInstitutionAtTheSameTime_GiveOneAnswer(int answersPerRound)
    {
        using var consortium = new Consortium(4);
        consortium.ContributeAll();
        byte[] published = consortium.Close();
        UnlockHelper[] helpers = [.. Enumerable.Range(0, 8).Select(_ => consortium.Helper(0, answersPerRound))];
        int answers = 0;

        Parallel.ForEach(helpers, helper =>
        {
            try
            {
                helper.Answer(published);
                Interlocked.Increment(ref answers);
            }
            catch (RoundRefusedException)
            {
                // All but one have to end here.
            }
        });

        Assert.Equal(1, answers);
    }

    [Fact]
    public void PortalWithTwoAcceptedSets_GetsOneAnswerFromEachHelper_AndNoSecondSum()
    {
        using var consortium = new Consortium(6, threshold: 4);
        consortium.ContributeAll();
        IReadOnlyDictionary<int, string> all = consortium.Intake.Close();
        byte[] first = AcceptedSet.Publish(consortium.Portal, consortium.Round, all);
        byte[] second = AcceptedSet.Publish(consortium.Portal, consortium.Round, all.Where(update => update.Key != 5).ToDictionary());
        byte[][] forFirst = [.. Enumerable.Range(0, 4).Select(i => consortium.Helper(i).Answer(first))];

        Assert.All(Enumerable.Range(0, 4), i => Assert.Throws<RoundRefusedException>(() => consortium.Helper(i).Answer(second)));
        byte[][] forSecond = [consortium.Helper(4).Answer(second), consortium.Helper(5).Answer(second)];
        var mixed = new SumUnlocking(consortium.Round, AcceptedSet.Open(second, consortium.Round));

        Assert.Equal(consortium.Expected([0, 1, 2, 3, 4, 5]), consortium.Unlock(first, forFirst, out _).Values.ToArray());
        Assert.All(forSecond, answer => Assert.Null(mixed.Receive(answer)));
        Assert.Contains("this accepted set", mixed.Receive(forFirst[0]));
        Assert.Throws<ReconstructionException>(() => mixed.Reconstruct(out _));
    }

    [Fact]
    public void SecondAttemptOfAnAnsweredRound_IsRefused_UnlessThePolicyAllowsIt()
    {
        using var consortium = new Consortium(4);
        consortium.ContributeAll();
        byte[] first = consortium.Close();
        consortium.Helper(0).Answer(first);
        consortium.Helper(1).Answer(first);

        consortium.Open(description => description with { Attempt = 2, Seed = new string('a', 64) });
        consortium.ContributeAll();
        byte[] second = consortium.Close();

        var exception = Assert.Throws<RoundRefusedException>(() => consortium.Helper(0).Answer(second));
        Assert.Contains("all that the policy allows", exception.Message);
        Assert.NotEmpty(consortium.Helper(1, answersPerRound: 2).Answer(second));
        Assert.Throws<RoundRefusedException>(() => consortium.Helper(1, answersPerRound: 2).Answer(second));
    }

    [Fact]
    public void LyingHelpers_AreNamed_AndLeftOut()
    {
        using var consortium = new Consortium(10, values: 1000, threshold: 6);
        consortium.ContributeAll();
        byte[] published = consortium.Close();
        byte[][] answers = [.. Enumerable.Range(0, 10).Select(i => consortium.Helper(i).Answer(published))];
        answers[3] = Lie(consortium, published, 3, coefficient: 17);
        answers[8] = Lie(consortium, published, 8, coefficient: 2047);

        DecryptedSum sum = consortium.Unlock(published, answers, out IReadOnlyList<int> liars);

        Assert.Equal([3, 8], liars);
        Assert.Equal(consortium.Expected(Enumerable.Range(0, 10)), sum.Values.ToArray());
    }

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    public void MoreLiesThanTheSurplusLocates_DecryptNothing(int answering)
    {
        using var consortium = new Consortium(6, values: 1000, threshold: 5);
        consortium.ContributeAll();
        byte[] published = consortium.Close();
        byte[][] answers = [.. Enumerable.Range(0, answering).Select(i => consortium.Helper(i).Answer(published))];
        answers[2] = Lie(consortium, published, 2, coefficient: 5);

        Assert.Throws<ReconstructionException>(() => consortium.Unlock(published, answers, out _));
    }

    [Fact]
    public void SmallestLie_WithoutSurplus_IsSeenInTheErrors()
    {
        // A liar that knows who answers can change one coefficient of the key by 1: short enough, but every block becomes noise.
        using var consortium = new Consortium(4, values: 5000, threshold: 3);
        consortium.ContributeAll();
        byte[] published = consortium.Close();
        int[] weights = ShamirField.LagrangeWeights([1, 2, 3], 0);
        byte[][] answers = [.. Enumerable.Range(0, 3).Select(i => consortium.Helper(i).Answer(published))];
        answers[0] = Lie(consortium, published, 0, coefficient: 9, by: ShamirField.Inverse(weights[0]));

        var exception = Assert.Throws<ReconstructionException>(() => consortium.Unlock(published, answers, out _));

        Assert.Contains("do not fit", exception.Message);
    }

    [Fact]
    public void SumKey_DoesNotOpenASingleUpdate()
    {
        using var consortium = new Consortium(4);
        consortium.ContributeAll();
        byte[] published = consortium.Close();
        byte[][] answers = [.. Enumerable.Range(0, 4).Select(i => consortium.Helper(i).Answer(published))];
        var accepted = AcceptedSet.Open(published, consortium.Round);
        var one = new CiphertextSum(consortium.Round);
        one.Add(new MemoryStream(consortium.Uploads[0]), accepted.HashOf(0)!);
        var unlocking = new SumUnlocking(consortium.Round, accepted);
        Array.ForEach(answers, answer => unlocking.Receive(answer));
        using SumKey key = unlocking.Reconstruct(out _);

        Assert.Throws<InvalidOperationException>(() => SumDecryptor.Decrypt(one, consortium.Round, accepted, key));
    }

    [Fact]
    public void OneTimeKey_IsSharedOnceAndEncryptsOnce()
    {
        using var consortium = new Consortium(4);
        using Participation participation = consortium.Join(0);
        participation.DealShares();
        participation.Submit(new LatticeValues(consortium.Values[0]), Stream.Null);

        Assert.Throws<InvalidOperationException>(participation.DealShares);
        Assert.Throws<InvalidOperationException>(() => participation.Submit(new LatticeValues(consortium.Values[0]), Stream.Null));
    }

    [Fact]
    public void ValueOutOfRange_IsRefusedBeforeItSpillsIntoItsNeighbours()
    {
        using var consortium = new Consortium(4);
        consortium.Values[0][4999] = 256;
        using Participation participation = consortium.Join(0);

        var exception = Assert.Throws<ArgumentException>(() => participation.Submit(new LatticeValues(consortium.Values[0]), Stream.Null));

        Assert.Contains("[0, 255]", exception.Message);
    }

    [Fact]
    public void HelperWhoseOwnUpdateWasReplaced_DoesNotAnswer()
    {
        using var consortium = new Consortium(4);
        consortium.ContributeAll();
        Dictionary<int, string> hashes = consortium.Intake.Close().ToDictionary();
        hashes[2] = new string('7', 64);
        byte[] forged = AcceptedSet.Publish(consortium.Portal, consortium.Round, hashes);

        Assert.Throws<RoundRefusedException>(() => consortium.Helper(2).Answer(forged));
        hashes.Remove(2);
        Assert.NotEmpty(consortium.Helper(2).Answer(AcceptedSet.Publish(consortium.Portal, consortium.Round, hashes)));
    }

    [Fact]
    public void SecondEnvelopeOrUpdate_ExcludesTheSender_TheSameOneAgainDoesNot()
    {
        using var consortium = new Consortium(5, threshold: 3);
        consortium.ContributeAll();
        Assert.True(consortium.Upload(consortium.Uploads[1]).Accepted);

        using Participation again = consortium.Join(0);
        Assert.False(consortium.Intake.Receive(again.DealShares()[0].ToBytes().Span).Accepted);
        using var other = new MemoryStream();
        using Participation twice = consortium.Join(4);
        twice.Submit(new LatticeValues(consortium.Values[4]), other);
        Assert.False(consortium.Upload(other.ToArray()).Accepted);

        Assert.Equal([1, 2, 3], consortium.Intake.Ready);
        Assert.Equal([0, 4], consortium.Intake.Excluded.Keys.Order());
    }

    [Fact]
    public void EnvelopeWithBadContents_IsComplainedAbout_AndItsSenderLeftOut()
    {
        using var consortium = new Consortium(4, threshold: 3);
        consortium.ContributeAll();

        // Sealed for hospital 2, relabelled for hospital 1 and signed again by the sender: it cannot be opened.
        byte[] bytes = consortium.Intake.EnvelopesFor(2)[3].ToArray();
        bytes[40] = 1;
        byte[] relabelled = SignedMessage.Sign(consortium.Institutions[3], "share envelope", bytes[..^64]);
        var helper = new UnlockHelper(consortium.Round, consortium.Institutions[1], consortium.Journal(1), null);

        string? complaint = helper.Receive(relabelled);
        consortium.Intake.Exclude(3, complaint!);

        Assert.Contains("does not", complaint);
        Assert.Equal([0, 1, 2], AcceptedSet.Open(consortium.Close(), consortium.Round).Members);
    }

    private static byte[] Lie(Consortium consortium, byte[] published, int helper, int coefficient, int by = 1)
    {
        var accepted = AcceptedSet.Open(published, consortium.Round);
        File.Delete(Directory.GetFiles(consortium.JournalFolder(helper)).Single());
        var truth = HelperAnswer.Open(consortium.Helper(helper).Answer(published), consortium.Round, accepted);
        ulong[] elements = [.. truth.Share.Elements.Select(element => (ulong)element)];
        elements[coefficient] = (elements[coefficient] + (ulong)by) % ShamirField.Prime;
        return HelperAnswer.Sign(consortium.Round, accepted, consortium.Institutions[helper], elements);
    }
}
