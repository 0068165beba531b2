using FedPortal.Training.Compression;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;
using FedPortal.Training.Submission;
using Xunit;

namespace FedPortal.Tests.Training.Protection;

public class UpdateShapeTests
{
    private static readonly byte[] Seed = [7];

    private static readonly ModelLayout Layout = new(new ModelDescription(ClassifierArchitecture.ResNet50, 3),
    [
        new TensorEntry("conv.weight", 0, [16, 4, 3, 3], IsBuffer: false),
        new TensorEntry("bn.weight", 576, [16], IsBuffer: false),
        new TensorEntry("fc.weight", 592, [3, 16], IsBuffer: false),
        new TensorEntry("fc.bias", 640, [3], IsBuffer: false),
        new TensorEntry("bn.running_mean", 643, [16], IsBuffer: true),
        new TensorEntry("bn.running_var", 659, [16], IsBuffer: true),
    ]);

    [Fact]
    public void Whole_ComesBackAsItWent_AndBuffersTravelInTheirOwnUnits()
    {
        UpdateShape shape = Shape(CompressionKind.None);
        float[] difference = Difference(1);
        float[] travelling = Encoded(shape, difference);

        AssertNear(difference, Decoded(shape, travelling), 1e-6);
        Assert.Equal(difference[..Layout.ParameterCount], travelling[..Layout.ParameterCount]);

        // Global variance 4, limit 0.5, reach 8: a change by 8 variances, or by 8 deviations of the mean, just fits.
        float[] reach = new float[Layout.ValueCount];
        reach[643] = 8 * 2;
        reach[659] = 8 * 4;
        float[] units = Encoded(shape, reach);
        Assert.Equal(0.5, units[643], 6);
        Assert.Equal(0.5, units[659], 6);
    }

    [Theory]
    [InlineData(CompressionKind.RandomMask)]
    [InlineData(CompressionKind.PublicTopK)]
    [InlineData(CompressionKind.HeadOnly)]
    public void Selected_KeepsItsValuesAndZeroesTheRest(CompressionKind kind)
    {
        UpdateShape shape = Shape(kind, change: Difference(2));
        float[] difference = Difference(1);

        float[] back = Decoded(shape, Encoded(shape, difference));

        int kept = back.Count(value => value != 0);
        Assert.Equal(shape.Dimension, kept);
        Assert.All(back.Zip(difference), pair => Assert.True(pair.First == 0 || Math.Abs(pair.First - pair.Second) < 1e-6));
        Assert.Equal(Encoded(shape, difference), Encoded(Shape(kind, change: Difference(2)), difference));
        if (kind == CompressionKind.HeadOnly)
        {
            Assert.Equal(51, kept);
            Assert.All(Enumerable.Range(592, 51), place => Assert.NotEqual(0, back[place]));
        }
        else
        {
            Assert.InRange(kept, 0.19 * Layout.ValueCount, 0.21 * Layout.ValueCount);
        }
    }

    [Fact]
    public void TopK_TakesTheCoordinatesThatMovedMost()
    {
        float[] change = new float[Layout.ValueCount];
        int[] moved = [3, 77, 300, 500, 641];
        foreach (int place in moved)
        {
            change[place] = place % 2 == 0 ? 5 : -5;
        }

        float[] ones = [.. Enumerable.Repeat(1f, Layout.ValueCount)];
        float[] back = Decoded(Shape(CompressionKind.PublicTopK, change), Encoded(Shape(CompressionKind.PublicTopK, change), ones));

        Assert.All(moved, place => Assert.NotEqual(0, back[place]));
        Assert.Equal(Encoded(Shape(CompressionKind.RandomMask), ones).Length, Encoded(Shape(CompressionKind.PublicTopK, change: null), ones).Length);
    }

    [Fact]
    public void Largest_AgreesWithSorting_AlsoForEqualValues()
    {
        var random = new Random(5);
        float[] values = [.. Enumerable.Range(0, 5000).Select(_ => (float)Math.Round(random.NextDouble() - 0.5, 2))];

        int[] largest = CoordinateChoice.Largest(values, 700);

        Assert.Equal(values.Index().OrderByDescending(entry => Math.Abs(entry.Item)).ThenBy(entry => entry.Index).Take(700).Select(entry => entry.Index).Order(), largest);
    }

    [Fact]
    public void LowRank_IsAProjection_AndItsBasisIsOrthonormal()
    {
        UpdateShape shape = Shape(CompressionKind.LowRank, rank: 4);
        float[] difference = Difference(1);

        float[] once = Decoded(shape, Encoded(shape, difference));
        float[] twice = Decoded(shape, Encoded(shape, once));

        AssertNear(once, twice, 1e-5);
        Assert.Equal((16 * 4) + 16 + (3 * 4) + 3 + 32, shape.Dimension);
        Assert.True(Norm(once[..576]) < Norm(difference[..576]));
        AssertNear(difference[576..592], once[576..592], 1e-6);
    }

    [Fact]
    public void ErrorFeedback_SendsEverythingInTheEnd()
    {
        var feedback = new ErrorFeedback(Layout);
        double[] arrived = new double[Layout.ValueCount];
        double[] made = new double[Layout.ValueCount];
        for (byte round = 0; round < 60; round++)
        {
            float[] difference = Difference(round);
            UpdateShape shape = UpdateShape.For(new CompressionProfile { Kind = CompressionKind.RandomMask, Fraction = 0.2 }, Model(), 1, 0.5, [round]);
            ModelUpdate whole = feedback.Apply(new ModelUpdate(Layout, difference, 1), shape);
            float[] back = Decoded(shape, Encoded(shape, whole.Difference.Span.ToArray()));
            for (int i = 0; i < made.Length; i++)
            {
                made[i] += difference[i];
                arrived[i] += back[i];
            }
        }

        // What is missing is exactly what waits: the rounds' sums and the residual add up.
        ReadOnlySpan<float> waiting = feedback.Waiting.Span;
        for (int i = 0; i < made.Length; i++)
        {
            Assert.InRange(arrived[i] + waiting[i] - made[i], -1e-4, 1e-4);
        }
    }

    private static UpdateShape Shape(CompressionKind kind, float[]? change = null, int rank = 8) =>
        UpdateShape.For(new CompressionProfile { Kind = kind, Fraction = 0.2, Rank = rank }, Model(), clippingNorm: 1, coordinateLimit: 0.5, Seed, change);

    private static GlobalModel Model() => new(Layout, 0, [.. Enumerable.Repeat(4f, Layout.ValueCount)]);

    private static float[] Difference(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, Layout.ValueCount).Select(_ => (float)(random.NextDouble() - 0.5))];
    }

    private static float[] Encoded(UpdateShape shape, float[] difference)
    {
        float[] travelling = new float[shape.Dimension];
        shape.Encode(difference, travelling);
        return travelling;
    }

    private static float[] Decoded(UpdateShape shape, float[] travelling)
    {
        float[] difference = new float[Layout.ValueCount];
        shape.Decode(travelling, difference);
        return difference;
    }

    private static double Norm(float[] values) => Math.Sqrt(values.Sum(value => (double)value * value));

    private static void AssertNear(float[] expected, float[] actual, double bound) =>
        Assert.All(expected.Zip(actual), pair => Assert.InRange(pair.Second, pair.First - bound, pair.First + bound));
}
