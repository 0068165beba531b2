using FedPortal.Training.Evaluation;
using Xunit;

namespace FedPortal.Tests.Training.Evaluation;

public class PredictionsTests
{
    [Fact]
    public void FromLogits_IsTheSoftMax_AlsoForLargeLogits()
    {
        var predictions = Predictions.FromLogits(["a", "b"], [0, 1], [0, MathF.Log(3), 1000, 1000], isSynthetic: false);

        Assert.Equal([0.25f, 0.75f, 0.5f, 0.5f], predictions.Probabilities.ToArray(), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void FromLogits_NotFinite_IsRefused(float bad) =>
        Assert.Throws<ArgumentException>(() => Predictions.FromLogits(["a", "b"], [0], [bad, 0], isSynthetic: false));

    [Fact]
    public void BadInput_IsRefusedWithBothSides()
    {
        Assert.Contains("Expected 4 probabilities", Refusal([0, 1], [1, 0, 1]), StringComparison.Ordinal);
        Assert.Contains("Label 2 of image 1", Refusal([0, 2], [1, 0, 1, 0]), StringComparison.Ordinal);
        Assert.Contains("image 1 to have sum 1 but it is 0.5", Refusal([0, 1], [1, 0, 0.5f, 0]), StringComparison.Ordinal);
        Assert.Contains("probability of image 0 is -1", Refusal([0], [-1, 2]), StringComparison.Ordinal);
    }

    private static string Refusal(int[] labels, float[] probabilities) =>
        Assert.ThrowsAny<ArgumentException>(() => new Predictions(["a", "b"], labels, probabilities, isSynthetic: false)).Message;
}
