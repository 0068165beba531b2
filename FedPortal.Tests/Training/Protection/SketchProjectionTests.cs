using FedPortal.Training.Screening;
using Xunit;

namespace FedPortal.Tests.Training.Protection;

public class SketchProjectionTests
{
    private const int Dimension = 300_001;
    private const int Length = 128;

    private static readonly SketchProjection Projection = new([1, 2, 3], Dimension, Length);

    [Fact]
    public void EveryColumnHasOneEntryOfPlusOrMinusOne_AndSignsAreBalanced()
    {
        int[] unit = new int[Dimension];
        int minus = 0;
        for (int probe = 0; probe < 400; probe++)
        {
            int place = probe * 7919 % Dimension;
            unit[place] = 1;
            long[] column = Projection.Apply(unit);
            unit[place] = 0;

            Assert.Equal(1, Math.Abs(column[place % Length]));
            Assert.Equal(1, column.Sum(Math.Abs));
            minus += column[place % Length] < 0 ? 1 : 0;
        }

        // 5 deviations of a fair coin.
        Assert.InRange(minus, 200 - 50, 200 + 50);
    }

    [Fact]
    public void SketchOfASumIsTheSumOfSketches_ForAnyNumberOfThreads()
    {
        int[] x = Numbers(1, int.MaxValue / 2);
        int[] y = Numbers(2, int.MaxValue / 2);
        int[] sum = [.. x.Zip(y, (a, b) => a + b)];

        Assert.Equal(Projection.Apply(x).Zip(Projection.Apply(y), (a, b) => a + b), Projection.Apply(sum));
        Assert.Equal(Projection.Apply(x), Projection.Apply(x, threads: 4));
        Assert.NotEqual(Projection.Apply(x), new SketchProjection([1, 2, 4], Dimension, Length).Apply(x));
    }

    [Fact]
    public void NormsAndCosines_ComeThroughWithTheStatedSpread()
    {
        int[] x = Numbers(3, 100);
        int[] y = Numbers(4, 100);
        double expected = x.Sum(value => (double)value * value);
        double square = 0;
        double product = 0;
        const int Seeds = 60;
        for (byte seed = 0; seed < Seeds; seed++)
        {
            var projection = new SketchProjection([seed], Dimension, Length);
            var sx = new UpdateSketch(projection.Apply(x));
            var sy = new UpdateSketch(projection.Apply(y));
            double relative = sx.SquareNorm / expected;

            Assert.InRange(relative, 1 - (5 * Math.Sqrt(2.0 / Length)), 1 + (5 * Math.Sqrt(2.0 / Length)));
            square += relative / Seeds;
            product += UpdateSketch.Dot(sx.Values.Span, sy.Values.Span) / expected / Seeds;
        }

        // Means over 60 seeds: deviations √(2/k)/√60 = 0.016 and √(1/k)/√60 = 0.011.
        Assert.InRange(square, 0.92, 1.08);
        Assert.InRange(product, -0.06, 0.06);
    }

    private static int[] Numbers(int seed, int bound)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, Dimension).Select(_ => random.Next(-bound, bound))];
    }
}
