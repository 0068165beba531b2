using System.Globalization;
using FedPortal.Encryption.SecureAggregation.Parameters;

namespace FedPortal.Benchmarks.Encryption;

/// <summary>
/// <c>bench encryption</c>, the secure aggregation part: million values a second and core for every step, on one core and on all. A step works
/// on one block, which fits the cache; `secagg simulate` times whole updates.
/// </summary>
internal static class SecureAggregationBenchmark
{
    public static void Run(TextWriter output)
    {
        int cores = Environment.ProcessorCount;
        double copyOne = CopyBandwidth.GigabytesPerSecond(1), copyAll = CopyBandwidth.GigabytesPerSecond(cores);
        output.WriteLine(Invariant($"Secure aggregation. Copy bandwidth: {copyOne:0.0} GB/s on one core, {copyAll:0.0} GB/s on {cores}."));
        output.WriteLine("set             step                               1 core M/s   all cores M/s/core   1 core GB/s of wire bytes");
        foreach (ParameterSet set in ParameterSets.All.Where(set => set.SecurityLevel == 128))
        {
            SecureAggregationSteps[] workers = [.. Enumerable.Range(0, cores).Select(_ => new SecureAggregationSteps(set))];
            foreach (string step in SecureAggregationSteps.Names)
            {
                double one = Throughput.MillionsPerSecond(workers[..1], worker => worker.Run(step), set.ValuesPerBlock);
                double all = Throughput.MillionsPerSecond(workers, worker => worker.Run(step), set.ValuesPerBlock) / cores;
                output.WriteLine(Invariant($"{set.Name,-16}{step,-34}{one,11:0.0}{all,21:0.0}{one * set.BytesPerValue / 1e3,28:0.00}"));
            }

            Array.ForEach(workers, worker => worker.Dispose());
        }
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
