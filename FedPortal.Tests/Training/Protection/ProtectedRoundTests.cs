using FedPortal.Encryption.SecureAggregation.Submission;
using FedPortal.Tests.Training.Learning;
using FedPortal.Training.Accounting;
using FedPortal.Training.Aggregation;
using FedPortal.Training.Decryption;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;
using FedPortal.Training.Perturbation;
using FedPortal.Training.Protection;
using FedPortal.Training.Screening;
using FedPortal.Training.Submission;
using Xunit;

namespace FedPortal.Tests.Training.Protection;

/// <summary>The whole line, from model updates to their mean, with real keys and ciphertexts.</summary>
public class ProtectedRoundTests
{
    private const int Values = 20_000;

    private static readonly PrivacyProfile NoNoise = new() { ClippingNorm = 2 };

    private static readonly ModelLayout Layout = SmallLayout.Of(Values - 100, buffers: 100);

    [Theory]
    [InlineData(8, UpdateWeighting.Equal)]
    [InlineData(8, UpdateWeighting.ByExamples)]
    [InlineData(16, UpdateWeighting.Equal)]
    public void WithoutNoise_TheMeanIsPlainFedAvg_WithinTheStatedStep(int valueBits, UpdateWeighting weighting)
    {
        // Examples in the ratio of the weights that they get: 8, 4, 4, 2, 1 of a largest weight of 8.
        long[] examples = weighting == UpdateWeighting.Equal ? [7, 7, 7, 7, 7] : [80, 40, 40, 20, 10];
        ModelUpdate[] updates = Updates(examples, norm: 1.5);
        using var consortium = new ProtectedConsortium(
            Model(), updates, NoNoise, new EncryptionProfile { ValueBits = valueBits, Weighting = weighting, CoordinateLimit = 0.3 });

        DecryptedAggregate opened = consortium.Run();

        Assert.All(consortium.Verdicts, verdict => Assert.True(verdict.Accepted, verdict.Reason));
        AggregatedUpdate plain = Plain(updates);
        double[] steps = StepOfEachValue(consortium.Protection, opened.QuantisationStep);
        ReadOnlySpan<float> expected = plain.Difference.Span;
        ReadOnlySpan<float> actual = opened.Update.Difference.Span;
        for (int i = 0; i < expected.Length; i++)
        {
            // Each of the rounded values is off by less than a step, and so is their mean; floats add 2^-20 of the value.
            Assert.InRange(actual[i], expected[i] - steps[i] - Math.Abs(expected[i] * 1e-6), expected[i] + steps[i] + Math.Abs(expected[i] * 1e-6));
        }

        Assert.Equal(plain.SampleCount, opened.Update.SampleCount);
        Assert.Equal(0, opened.Sketches!.Difference);
        Assert.Null(opened.Noise);
        Assert.InRange(opened.LargestResidue, 0, 1);
        Assert.Equal(MechanismNames.None, consortium.Perturb(0).Release.Mechanism);
    }

    [Fact]
    public void WithNoise_TheSumHoldsIt_AndTheSketchesStillFit()
    {
        PrivacyProfile privacy = NoNoise with { NoiseIntensity = 0.005 };
        ScreeningProfile screening = new() { Sketch = new SketchProfile { Dimensions = 1024, NoiseIntensity = 0.02 } };
        ModelUpdate[] updates = Updates([10, 10, 10, 10, 10], norm: 1.5);
        using var consortium = new ProtectedConsortium(Model(), updates, privacy, screening: screening);

        DecryptedAggregate opened = consortium.Run();

        // 1.5 of a clipping norm of 2, with a standard deviation of 0.044; with the noise left in it would be 1.2.
        Assert.All(consortium.Verdicts, verdict => Assert.InRange(verdict.Norm, 0.5, 1));
        Assert.True(opened.Noise!.Passed);
        Assert.InRange(opened.Sketches!.Difference, opened.Sketches.Allowed / 3, opened.Sketches.Allowed);
        ReadOnlySpan<float> plain = Plain(updates).Difference.Span;
        ReadOnlySpan<float> noisy = opened.Update.Difference.Span;
        double square = 0;
        for (int i = 0; i < Layout.ParameterCount; i++)
        {
            square += Math.Pow(noisy[i] - plain[i], 2);
        }

        // The mean's noise has z·C/5 a value; random rounding of five adds step²/(6·5). 4 deviations of a chi-square of 19,900 values are 4 %.
        double variance = Math.Pow(0.005 * 2 / 5, 2) + (Math.Pow(consortium.Protection.QuantisationStep, 2) / 30);
        Assert.InRange(square / Layout.ParameterCount / variance, 0.9, 1.1);
    }

    [Fact]
    public void HarmlessSketchWithAnotherCiphertext_FailsLoudly()
    {
        using var consortium = new ProtectedConsortium(Model(), Updates([1, 1, 1, 1, 1], norm: 1.5), NoNoise);
        PerturbedUpdate honest = consortium.Perturb(2);
        int[] harmful = [.. honest.Lattice.ToArray().Select(value => -value)];

        var failure = Assert.Throws<SumCheckException>(() => consortium.Run(place => place == 2 ? consortium.Dishonest(2, harmful, honest.Sketch) : null));

        Assert.Contains("another update than it sketched", failure.Message, StringComparison.Ordinal);
        Assert.All(consortium.Verdicts, verdict => Assert.True(verdict.Accepted));
    }

    [Fact]
    public void MissingShareOfNoise_FailsLoudly()
    {
        PrivacyProfile privacy = NoNoise with { NoiseIntensity = 1 };
        using var consortium = new ProtectedConsortium(Model(), Updates([1, 1, 1, 1, 1], norm: 0.1), privacy, screening: new ScreeningProfile { Sketch = new SketchProfile { Dimensions = 0 } });

        var failure = Assert.Throws<SumCheckException>(() => consortium.Run(place => place == 0 ? Noiseless(consortium) : null));

        Assert.Contains("Noise is missing", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void UnclippedUpdate_IsLeftOut_AndTheReasonNamesBothSides()
    {
        ModelUpdate[] updates = Updates([1, 1, 1, 1, 1, 1], norm: 1.5);
        using var consortium = new ProtectedConsortium(Model(), updates, NoNoise, new EncryptionProfile { CoordinateLimit = 1, ValueBits = 12 });
        int[] boosted = [.. consortium.Perturb(4).Lattice.ToArray().Select(value => Math.Clamp(value * 6, -consortium.Protection.LargestLevel, consortium.Protection.LargestLevel))];

        DecryptedAggregate opened = consortium.Run(place => place == 4 ? consortium.Dishonest(4, boosted) : null);

        Assert.Equal([true, true, true, true, false, true], consortium.Verdicts.Select(verdict => verdict.Accepted));
        Assert.Contains("clipping norms long where an honest one has at most 1 and 1.3 are allowed", consortium.Verdicts[4].Reason, StringComparison.Ordinal);
        Assert.Equal(5, opened.Update.ContributorCount);
    }

    [Fact]
    public void DescriptionThatDiffersFromTheSettings_IsRefused()
    {
        using var consortium = new ProtectedConsortium(Model(), Updates([1, 1, 1], norm: 1), NoNoise);
        using var other = new ProtectedConsortium(Model(), Updates([1, 1, 1], norm: 1), NoNoise with { ClippingNorm = 3 });

        IReadOnlyList<string> disagreements = other.Protection.Disagreements(consortium.Round.Description);

        Assert.Contains("Expected the clipping norm 3 but the round says 2.", disagreements);
        Assert.Empty(consortium.Protection.Disagreements(consortium.Round.Description));
        Assert.Throws<RoundRefusedException>(() => new UpdateEncryption(consortium.Round, other.Protection, null!));
    }

    [Fact]
    public void TooMuchNoiseForANamedSet_IsRefusedInWords_AndAWiderSetIsFound()
    {
        ModelUpdate[] updates = Updates([1, 1, 1], norm: 1);
        PrivacyProfile privacy = NoNoise with { NoiseIntensity = 1 };

        var refusal = Assert.Throws<ArgumentException>(() => new ProtectedConsortium(Model(), updates, privacy, new EncryptionProfile { ParameterSet = "compact" }));
        using var chosen = new ProtectedConsortium(Model(), updates, privacy);

        Assert.Contains("but a lane of compact has 13", refusal.Message, StringComparison.Ordinal);
        Assert.NotEqual("compact", chosen.Round.Description.Set.Name);
        Assert.True(chosen.Protection.Fit.MarginBits > 0);
    }

    private static PerturbedUpdate Noiseless(ProtectedConsortium consortium) => new(Layout, new int[Values], consortium.Protection.Scale, 1, consortium.Protection.UpdateRelease);

    private static GlobalModel Model()
    {
        float[] values = new float[Values];
        values.AsSpan(Layout.ParameterCount).Fill(0.5f);
        return new GlobalModel(Layout, 0, values);
    }

    /// <summary>Parameters of the given norm, buffers within two units of the global model's.</summary>
    private static ModelUpdate[] Updates(long[] examples, double norm) => [.. examples.Select((count, seed) =>
    {
        var random = new Random(seed);
        double spread = norm / Math.Sqrt(Layout.ParameterCount);
        float[] values = [.. Enumerable.Range(0, Values).Select(i => (float)((random.NextDouble() - 0.5) * (i < Layout.ParameterCount ? Math.Sqrt(12) * spread : 1)))];
        return new ModelUpdate(Layout, values, count);
    })];

    private static AggregatedUpdate Plain(ModelUpdate[] updates)
    {
        var averaging = new PlainFederatedAveraging(Layout);
        foreach ((int i, ModelUpdate update) in updates.Index())
        {
            averaging.Add($"{i}", update);
        }

        return averaging.Mean();
    }

    private static double[] StepOfEachValue(RoundProtection protection, double step)
    {
        float[] travelling = new float[protection.Shape.Dimension];
        float[] steps = new float[Values];
        Array.Fill(travelling, (float)step);
        protection.Shape.Decode(travelling, steps);
        return [.. steps.Select(value => value * 1.0001)];
    }
}
