using FedPortal.Training.Imaging;

namespace FedPortal.Training.Explanation;

/// <summary>The statistics of one prepared picture and of the network's answer to it, in the order of <see cref="InputStatistic"/>.</summary>
public sealed class InputStatistics
{
    private const int Blocks = 8;
    private const double BlackBelow = 0.02;
    private readonly double[] _values;

    private InputStatistics(double[] values) => _values = values;

    /// <summary>All of them, in order.</summary>
    public static IReadOnlyList<InputStatistic> All { get; } = Enum.GetValues<InputStatistic>();

    /// <summary>The values in the order of <see cref="All"/>, for sending.</summary>
    public IReadOnlyList<double> Values => _values;

    public double this[InputStatistic statistic] => _values[(int)statistic];

    /// <summary>The lowest and the highest value that a histogram tells apart; what lies beyond counts in its first or last bin.</summary>
    public static (double Low, double High) RangeOf(InputStatistic statistic) => statistic switch
    {
        InputStatistic.Contrast => (0, 0.5),
        InputStatistic.Sharpness => (0, 1.6),
        InputStatistic.Symmetry or InputStatistic.CentreDifference or InputStatistic.BorderDifference or InputStatistic.LowerDifference => (-1, 1),
        InputStatistic.Energy => (-4, 20),
        _ => (0, 1),
    };

    /// <param name="values">As <see cref="Values"/> gave them: one finite number for each statistic.</param>
    public static InputStatistics FromValues(IReadOnlyList<double> values)
    {
        if (values.Count != All.Count || values.Any(value => !double.IsFinite(value)))
        {
            throw new ArgumentException($"Expected {All.Count} finite statistics but got {values.Count(double.IsFinite)} of {values.Count}.", nameof(values));
        }

        return new InputStatistics([.. values]);
    }

    /// <param name="prepared">Size × size values in −2…2, as <see cref="PreprocessingPipeline.Prepare"/> gives them.</param>
    /// <param name="size">Width and height, at least 8.</param>
    /// <param name="logits">The network's answer, at least 2 values.</param>
    public static InputStatistics Of(ReadOnlySpan<float> prepared, int size, ReadOnlySpan<float> logits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, Blocks);
        if (prepared.Length != size * size)
        {
            throw new ArgumentException($"Expected {size * size} pixels for {size}×{size} but got {prepared.Length}.", nameof(prepared));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(logits.Length, 2);
        double[] p = new double[prepared.Length];
        for (int i = 0; i < p.Length; i++)
        {
            p[i] = (prepared[i] + 2) / 4;
        }

        double mean = p.Average();
        double variance = p.Average(value => (value - mean) * (value - mean));
        double contrast = Math.Sqrt(variance);
        int edge = size / 8;
        int third = size / 3;
        int quarter = size / 4;
        double Mean(Func<int, int, bool> isIn) => MeanWhere(p, size, isIn);
        bool IsInside(int x, int y) => x >= edge && y >= edge && x < size - edge && y < size - edge;
        bool IsMiddleRow(int y) => y >= quarter && y < size - quarter;
        return new InputStatistics(
        [
            mean,
            contrast,
            contrast > 0 ? MeanEdge(p, size) / contrast : 0,
            variance > 0 ? MirrorCovariance(p, size, mean) / variance : 0,
            variance > 0 ? BlockVariance(p, size, mean) / variance : 0,
            Mean((x, y) => IsMiddleRow(y) && x >= third && x < size - third) - Mean((x, y) => IsMiddleRow(y) && (x < third || x >= size - third)),
            Mean((x, y) => !IsInside(x, y)) - Mean(IsInside),
            Mean((_, y) => y >= size / 2) - Mean((_, y) => y < size / 2),
            p.Count(value => value < BlackBelow) / (double)p.Length,
            EnergyOf(logits),
        ]);
    }

    private static double EnergyOf(ReadOnlySpan<float> logits)
    {
        double largest = double.NegativeInfinity;
        foreach (float logit in logits)
        {
            largest = Math.Max(largest, logit);
        }

        double sum = 0;
        foreach (float logit in logits)
        {
            sum += Math.Exp(logit - largest);
        }

        return largest + Math.Log(sum);
    }

    private static double MeanEdge(double[] p, int size)
    {
        double sum = 0;
        for (int y = 1; y < size - 1; y++)
        {
            for (int x = 1; x < size - 1; x++)
            {
                int at = (y * size) + x;
                sum += Math.Abs(p[at] - ((p[at - 1] + p[at + 1] + p[at - size] + p[at + size]) / 4));
            }
        }

        return sum / ((size - 2) * (size - 2));
    }

    private static double MirrorCovariance(double[] p, int size, double mean)
    {
        double sum = 0;
        for (int y = 0; y < size; y++)
        {
            for (int x = 0; x < size; x++)
            {
                sum += (p[(y * size) + x] - mean) * (p[(y * size) + size - 1 - x] - mean);
            }
        }

        return sum / p.Length;
    }

    // The blocks may differ by a pixel in size, so each counts by its pixels.
    private static double BlockVariance(double[] p, int size, double mean)
    {
        double[] sums = new double[Blocks * Blocks];
        int[] counts = new int[Blocks * Blocks];
        for (int i = 0; i < p.Length; i++)
        {
            int block = (i / size * Blocks / size * Blocks) + (i % size * Blocks / size);
            sums[block] += p[i] - mean;
            counts[block]++;
        }

        return sums.Select((sum, block) => sum * sum / counts[block]).Sum() / p.Length;
    }

    private static double MeanWhere(double[] p, int size, Func<int, int, bool> isIn)
    {
        double sum = 0;
        int count = 0;
        for (int i = 0; i < p.Length; i++)
        {
            if (isIn(i % size, i / size))
            {
                sum += p[i];
                count++;
            }
        }

        return sum / count;
    }
}
