using FedPortal.Encryption.Arithmetic;
using FedPortal.Training.Perturbation;
using Xunit;

namespace FedPortal.Tests.Training.Perturbation;

/// <summary>Compares samples with a distribution that was computed by recurrences, which the samplers do not use.</summary>
internal sealed class DistributionCheck
{
    private readonly long _first;
    private readonly double[] _probabilities;

    private DistributionCheck(long first, double[] weights)
    {
        double total = weights.Sum();
        _first = first;
        _probabilities = [.. weights.Select(weight => weight / total)];
    }

    public double Mean => _probabilities.Index().Sum(item => item.Item * (_first + item.Index));

    public double Variance => _probabilities.Index().Sum(item => item.Item * Math.Pow(_first + item.Index - Mean0, 2));

    private double Mean0 => field == 0 ? field = Mean : field;

    public static RandomWords Words(byte seed) => new(new AesCtrGenerator([.. Enumerable.Repeat(seed, 16)], seed));

    /// <summary>p(k+1) = p(k)·λ/(k+1), from the mode outwards.</summary>
    public static DistributionCheck Poisson(double rate)
    {
        long mode = (long)rate;
        int reach = (int)(40 + (9 * Math.Sqrt(rate)));
        long first = Math.Max(0, mode - reach);
        double[] weights = new double[mode + reach - first + 1];
        weights[mode - first] = 1;
        for (long k = mode; k > first; k--)
        {
            weights[k - 1 - first] = weights[k - first] * (k / rate);
        }

        for (long k = mode; k < mode + reach; k++)
        {
            weights[k + 1 - first] = weights[k - first] * (rate / (k + 1));
        }

        return new DistributionCheck(first, weights);
    }

    /// <summary>The ratios I(k+1)/I(k) by the backward recurrence I(k) = (2(k+1)/μ)·I(k+1) + I(k+2).</summary>
    public static DistributionCheck Skellam(double variance)
    {
        int reach = (int)(40 + (9 * Math.Sqrt(variance)));
        double[] ratios = new double[reach + 1];
        double ratio = 0;
        for (int k = reach + 100 + (int)(8 * Math.Sqrt(variance)); k >= 0; k--)
        {
            ratio = 1 / ((2 * (k + 1) / variance) + ratio);
            ratios[Math.Min(k, reach)] = ratio;
        }

        double[] weights = new double[(2 * reach) + 1];
        weights[reach] = 1;
        for (int k = 1; k <= reach; k++)
        {
            weights[reach + k] = weights[reach - k] = weights[reach + k - 1] * ratios[k - 1];
        }

        return new DistributionCheck(-reach, weights);
    }

    public static DistributionCheck Gaussian(double variance)
    {
        int reach = (int)(40 + (9 * Math.Sqrt(variance)));
        return new DistributionCheck(-reach, [.. Enumerable.Range(-reach, (2 * reach) + 1).Select(x => Math.Exp(-x * (double)x / (2 * variance)))]);
    }

    public double Probability(long x) => _probabilities[x - _first];

    /// <summary>Pearson's χ² over bins of at least 2 per cent each: it has mean df and variance 2·df; fixed seeds make 5 deviations a fair limit.</summary>
    public void AssertFits(IReadOnlyList<long> samples)
    {
        var ordered = samples.Order().ToArray();
        double statistic = 0;
        int bins = 0;
        int counted = 0;
        double probability = 0;
        for (int i = 0; i < _probabilities.Length; i++)
        {
            probability += _probabilities[i];
            bool last = i == _probabilities.Length - 1;
            if (probability < 0.02 && !last)
            {
                continue;
            }

            int upTo = last ? ordered.Length : CountUpTo(ordered, _first + i);
            double expected = probability * ordered.Length;
            if (expected > 5)
            {
                statistic += Math.Pow(upTo - counted - expected, 2) / expected;
                bins++;
            }

            counted = upTo;
            probability = 0;
        }

        double freedom = Math.Max(1, bins - 1);
        Assert.True(statistic < freedom + (5 * Math.Sqrt(2 * freedom)), $"χ² = {statistic:f1} with {freedom} degrees of freedom.");
    }

    /// <summary>Sample mean and variance within five of their own standard deviations.</summary>
    public void AssertMoments(IReadOnlyList<long> samples)
    {
        double mean = Mean;
        double variance = Variance;
        double fourth = _probabilities.Index().Sum(item => item.Item * Math.Pow(_first + item.Index - mean, 4));
        double sampleMean = samples.Average(sample => sample - mean);
        double sampleVariance = samples.Average(sample => Math.Pow(sample - mean, 2));
        double meanError = Math.Sqrt(variance / samples.Count);
        double varianceError = Math.Sqrt((fourth - (variance * variance)) / samples.Count);
        Assert.True(Math.Abs(sampleMean) < 5 * meanError, $"The mean is off by {sampleMean / meanError:f1} deviations.");
        Assert.True(
            Math.Abs(sampleVariance - variance) < 5 * varianceError,
            $"Expected the variance {variance:g6} but got {sampleVariance:g6}, {(sampleVariance - variance) / varianceError:f1} deviations off.");
    }

    private static int CountUpTo(long[] ordered, long value)
    {
        int low = 0;
        int high = ordered.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = ordered[middle] <= value ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
