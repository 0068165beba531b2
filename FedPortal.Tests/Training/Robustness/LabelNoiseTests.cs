using FedPortal.Training.Evaluation;
using FedPortal.Training.Robustness;
using Xunit;

namespace FedPortal.Tests.Training.Robustness;

/// <summary>Wrong labels: how many, of which classes, and what they do to a measured accuracy.</summary>
public sealed class LabelNoiseTests
{
    private static readonly string[] Classes = ["a", "b", "c"];

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.1, 30)]
    [InlineData(1, 300)]
    public void ExactlyTheShareIsWrong_AndNeverByItsOwnLabel(double share, int expected)
    {
        int[] labels = [.. Enumerable.Range(0, 300).Select(i => i % 3)];

        int[] flipped = LabelNoise.Flip(labels, 3, share, seed: 4);

        Assert.Equal(expected, labels.Zip(flipped).Count(pair => pair.First != pair.Second));
        Assert.All(flipped, label => Assert.InRange(label, 0, 2));
        Assert.Equal(flipped, LabelNoise.Flip(labels, 3, share, seed: 4));
    }

    [Fact]
    public void BothOtherClassesAreTakenAlike()
    {
        int[] flipped = LabelNoise.Flip(new int[3000], 3, 1, seed: 1);

        // Binomial(3000, ½) has a deviation of 27: five of them.
        Assert.InRange(flipped.Count(label => label == 1), 1500 - 137, 1500 + 137);
    }

    [Theory]
    [InlineData(0.2)]
    [InlineData(0.5)]
    public void TheMeasuredAccuracyIsTheOneThatTheoryGives(double share)
    {
        var random = new Random(6);
        int[] labels = [.. Enumerable.Range(0, 6000).Select(_ => random.Next(3))];
        float[] probabilities = [.. labels.SelectMany(label =>
        {
            int said = random.NextDouble() < 0.8 ? label : (label + 1 + random.Next(2)) % 3;
            return Enumerable.Range(0, 3).Select(c => c == said ? 0.8f : 0.1f);
        })];
        var predictions = new Predictions(Classes, labels, probabilities, isSynthetic: true);
        double clean = AccuracyOf(predictions);

        double measured = AccuracyOf(LabelNoise.Judged(predictions, share, seed: 2));

        // The standard error of 6,000 images is at most 0.0065: four of them.
        Assert.InRange(measured - LabelNoise.ExpectedAccuracy(clean, share, 3), -0.026, 0.026);
    }

    private static double AccuracyOf(Predictions predictions) =>
        ConfusionMatrix.PredictedClasses(predictions).Zip(predictions.Labels).Count(pair => pair.First == pair.Second) / (double)predictions.Count;
}
