using System.Diagnostics;
using System.Globalization;
using FedPortal.Training.Accounting;
using FedPortal.Training.Perturbation;

namespace FedPortal.Benchmarks.Privacy;

/// <summary>Skellam noise from the table (B) against two exact Poisson numbers for each sample (A), in turns, on one thread.</summary>
internal static class NoiseBenchmark
{
    private const int Turns = 7;
    private const int TableSamples = 1 << 24;
    private const int SimpleSamples = 1 << 20;

    // Narrow noise, one share of five at z = 5 on s·C = 2^12, and one at z = 10 on s·C = 2^16.
    private static readonly double[] Variances = [100, 4096.0 * 4096 * 5, 8.589934592e10];

    public static void Run(FigureTable table)
    {
        table.Note($"Skellam samples, million a second on one thread, medians of {Turns} turns: two exact Poisson numbers a sample (simple) and the table.");
        foreach (double variance in Variances)
        {
            Compare(variance, table);
        }

        MeasureUpdate(table);
    }

    /// <summary>Norm, conditional rounding and noise of a ResNet-50's 23.5 million values: the median of five.</summary>
    private static void MeasureUpdate(FigureTable figures)
    {
        var noise = new LatticeNoise(23_508_032, 1, 65536, 10, new NoiseShares(5));
        NoiseTable table = NoiseTable.Skellam(noise.LocalVariance);
        float[] values = new float[noise.Dimension];
        Array.Fill(values, 1e-3f);
        int[] lattice = new int[noise.Dimension];
        using RandomWords words = RandomWords.FromOperatingSystem();
        double[] seconds = new double[5];
        for (int turn = 0; turn < seconds.Length; turn++)
        {
            long started = Stopwatch.GetTimestamp();
            double factor = noise.Scale * Clipping.Factor(values, noise.ClippingNorm);
            LatticeRounding.Round(values, factor, noise.L2, words, lattice);
            table.AddTo(words, lattice);
            seconds[turn] = Stopwatch.GetElapsedTime(started).TotalSeconds;
        }

        double median = FigureTable.Median(seconds);
        figures.Row("update", $"clip, round, noise {noise.Dimension}", ("seconds", median), ("millionsPerSecond", noise.Dimension / median / 1e6));
    }

    private static void Compare(double variance, FigureTable figures)
    {
        using RandomWords words = RandomWords.FromOperatingSystem();
        long started = Stopwatch.GetTimestamp();
        NoiseTable table = NoiseTable.Skellam(variance);
        TimeSpan build = Stopwatch.GetElapsedTime(started);
        int[] values = new int[TableSamples];
        table.Fill(words, values.AsSpan(0, SimpleSamples));
        double[] simple = new double[Turns];
        double[] fast = new double[Turns];
        for (int turn = 0; turn < Turns; turn++)
        {
            started = Stopwatch.GetTimestamp();
            for (int i = 0; i < SimpleSamples; i++)
            {
                values[i] = (int)PoissonSampler.SampleSkellam(words, variance);
            }

            simple[turn] = SimpleSamples / Stopwatch.GetElapsedTime(started).TotalSeconds / 1e6;
            started = Stopwatch.GetTimestamp();
            table.Fill(words, values);
            fast[turn] = TableSamples / Stopwatch.GetElapsedTime(started).TotalSeconds / 1e6;
        }

        double a = FigureTable.Median(simple);
        double b = FigureTable.Median(fast);
        figures.Row("variance", variance.ToString("g4", CultureInfo.InvariantCulture), ("simple", a), ("table", b), ("ratio", b / a), ("buildMs", build.TotalMilliseconds));
    }
}
