using System.Diagnostics;
using System.Globalization;
using FedPortal.Encryption.SecureAggregation.Parameters;

namespace FedPortal.Benchmarks.Encryption;

/// <summary>Million values a second and core for every step of secure aggregation, on one core and on all, beside the machine's copy bandwidth.</summary>
internal static class SecureAggregationBenchmark
{
    private const double SecondsPerStep = 0.15;

    public static void Run(TextWriter output)
    {
        int cores = Environment.ProcessorCount;
        double copyOne = CopyBandwidth(1);
        double copyAll = CopyBandwidth(cores);
        output.WriteLine(Text($"Secure aggregation, million values a second and core; best of many short runs; {cores} cores"));
        output.WriteLine(Text($"copying memory: {copyOne / 1e9:F1} GB/s on one core, {copyAll / 1e9:F1} GB/s on all: {copyOne / 4e6:F0} million float32 a second on one"));
        foreach (ParameterSet set in ParameterSets.All)
        {
            output.WriteLine(Text($"{set.Name}: N = {set.Degree}, {set.ModulusBits} bits, {set.BytesPerValue:F4} bytes a value"));
            output.WriteLine($"  {"step",-34}{"one core",12}{"all cores",12}");
            foreach (string step in SecureAggregationSteps.Names)
            {
                double one = Rate(set, step, threads: 1);
                double all = Rate(set, step, cores);
                output.WriteLine(Text($"  {step,-34}{one / 1e6,12:F1}{all / cores / 1e6,12:F1}"));
            }
        }
    }

    /// <returns>Values a second on all threads together.</returns>
    private static double Rate(ParameterSet set, string step, int threads) =>
        OnThreads(threads, () =>
        {
            using var steps = new SecureAggregationSteps(set);
            return set.ValuesPerBlock / BestSeconds(steps.Action(step));
        });

    private static double CopyBandwidth(int threads) =>
        OnThreads(threads, () =>
        {
            byte[] source = new byte[64 << 20];
            byte[] destination = new byte[64 << 20];
            return source.Length / BestSeconds(() => source.CopyTo(destination, 0));
        });

    private static double OnThreads(int threads, Func<double> rate)
    {
        double[] rates = new double[threads];
        using var together = new Barrier(threads);
        Thread[] workers = [.. Enumerable.Range(0, threads).Select(i => new Thread(() =>
        {
            together.SignalAndWait();
            rates[i] = rate();
        }))];
        Array.ForEach(workers, worker => worker.Start());
        Array.ForEach(workers, worker => worker.Join());
        return rates.Sum();
    }

    private static double BestSeconds(Action action)
    {
        const int Repeats = 5;
        long start = Stopwatch.GetTimestamp();
        double best = double.MaxValue;
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < SecondsPerStep)
        {
            long from = Stopwatch.GetTimestamp();
            for (int i = 0; i < Repeats; i++)
            {
                action();
            }

            best = Math.Min(best, Stopwatch.GetElapsedTime(from).TotalSeconds / Repeats);
        }

        return best;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
