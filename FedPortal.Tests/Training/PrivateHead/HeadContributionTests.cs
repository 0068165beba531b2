using FedPortal.Training.Accounting;
using FedPortal.Training.Perturbation;
using FedPortal.Training.PrivateHead;
using Xunit;

namespace FedPortal.Tests.Training.PrivateHead;

/// <summary>What leaves an institution in a round: who is in it, how much of each patient, and how much noise.</summary>
public class HeadContributionTests
{
    [Fact]
    public void Sampling_IsPoisson_EveryPatientOnItsOwn()
    {
        const int patients = 40, rounds = 5000;
        const double rate = 0.3;
        using RandomWords words = HeadSamples.Words(1);
        int[] drawn = new int[patients], sizes = new int[patients + 1];
        int neighbours = 0;
        for (int round = 0; round < rounds; round++)
        {
            IReadOnlyList<int> sample = PatientSampling.Draw(patients, rate, words);
            sizes[sample.Count]++;
            neighbours += sample.Contains(0) && sample.Contains(1) ? 1 : 0;
            foreach (int patient in sample)
            {
                drawn[patient]++;
            }
        }

        // Each patient is binomial, two together have q², and the sample's size has the binomial's variance: a fixed-size sample would have none.
        double deviation = Math.Sqrt(rounds * rate * (1 - rate));
        Assert.All(drawn, count => Assert.InRange(count, (rounds * rate) - (5 * deviation), (rounds * rate) + (5 * deviation)));
        Assert.InRange(neighbours / (double)rounds, (rate * rate) - 0.02, (rate * rate) + 0.02);
        double mean = sizes.Select((count, size) => (double)count * size).Sum() / rounds;
        double variance = sizes.Select((count, size) => count * (size - mean) * (size - mean)).Sum() / rounds;
        Assert.Equal(patients * rate, mean, 0.3);
        Assert.Equal(patients * rate * (1 - rate), variance, 0.8);
        Assert.Equal(patients, PatientSampling.Draw(patients, 1, words).Count);
    }

    [Fact]
    public void APatientWithManyImages_CountsOnce()
    {
        FeatureSet one = HeadSamples.Features(patients: 12, dimension: 6, classes: 3, seed: 4);
        int[] repeated = [.. Enumerable.Repeat(0, 50), .. Enumerable.Range(1, 11)];
        FeatureSet many = one.Subset(repeated);
        var head = new LinearHead(6, 3, [.. Enumerable.Range(0, 21).Select(i => 0.1f * i)]);
        float[] ofOne = new float[21], ofMany = new float[21];

        head.PatientGradient(one, [0], ofOne);
        head.PatientGradient(many, [.. many.Patients[0].Images], ofMany);

        Assert.Equal(12, many.Patients.Count);
        Assert.Equal(50, many.Patients[0].Images.Length);
        Assert.Equal(ofOne, ofMany, (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void EveryPatient_IsClippedAlone()
    {
        FeatureSet features = HeadSamples.Features(patients: 30, dimension: 6, classes: 3, seed: 4);
        PrivateHeadPlan plan = HeadSamples.Plan(6, 3, 30, new NoiseShares(1)) with { ClippingNorm = 0.05, NoiseMultiplier = 1e-3, SamplingRate = 1 };
        var head = LinearHead.Zero(6, 3);
        using RandomWords words = HeadSamples.Words(2);

        var contribution = HeadContribution.Make(head, features, plan, words);

        double[] expected = new double[21];
        float[] gradient = new float[21];
        foreach ((_, int[] images) in features.Patients)
        {
            head.PatientGradient(features, images, gradient);
            double norm = Math.Sqrt(gradient.Sum(value => (double)value * value));
            Assert.True(norm > plan.ClippingNorm);
            for (int i = 0; i < expected.Length; i++)
            {
                expected[i] += gradient[i] * plan.ClippingNorm / norm;
            }
        }

        // 30 roundings and a noise of 4 units: within 40 units of 4096 for the clipping norm.
        Assert.All(expected.Zip(contribution.Lattice.ToArray()), pair => Assert.Equal(pair.First, pair.Second / contribution.Scale, 40 / contribution.Scale));
    }

    [Fact]
    public void TheNoiseOfASum_IsWhatTheAccountantCharges()
    {
        // Nobody is sampled at a rate this low, so a contribution is noise alone. Five institutions, one dropout and one colluder allowed for.
        var shares = new NoiseShares(5, 1, 1);
        PrivateHeadPlan plan = HeadSamples.Plan(32, 3, 150, shares) with { NoiseMultiplier = 2, SamplingRate = 1e-15 };
        FeatureSet features = HeadSamples.Features(patients: 3, dimension: 32, classes: 3, seed: 4);
        using RandomWords words = HeadSamples.Words(3);
        var square = 0.0;
        long count = 0;

        for (int round = 0; round < 200; round++)
        {
            long[] sum = HeadTraining.Sum([.. Enumerable.Range(0, 3).Select(_ => HeadContribution.Make(LinearHead.Zero(32, 3), features, plan, words))]);
            square += sum.Sum(value => (double)value * value);
            count += sum.Length;
        }

        // Three honest shares are exactly the noise that was planned: (z·s·C)².
        ReleaseParameters charged = plan.Release;
        Assert.Equal(4.0 * 4096 * 4096, 3 * charged.LocalNoise, 1);
        double measured = square / count;
        Assert.InRange(measured / (3 * charged.LocalNoise), 1 - (6 * Math.Sqrt(2.0 / count)), 1 + (6 * Math.Sqrt(2.0 / count)));
        Assert.Equal(1e-15, charged.SamplingRate);
    }

    [Fact]
    public void WithoutNoise_NothingLeaves()
    {
        FeatureSet features = HeadSamples.Features(patients: 3, dimension: 4, classes: 2, seed: 1);
        PrivateHeadPlan plan = HeadSamples.Plan(4, 2, 3, new NoiseShares(1)) with { NoiseMultiplier = 0 };
        using RandomWords words = HeadSamples.Words(4);

        ArgumentException refusal = Assert.Throws<ArgumentException>(() => HeadContribution.Make(LinearHead.Zero(4, 2), features, plan, words));

        Assert.Contains("without noise", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(MechanismNames.Clear, plan.Release.Mechanism);
    }
}
