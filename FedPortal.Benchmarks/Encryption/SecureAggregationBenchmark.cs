using FedPortal.Encryption.SecureAggregation.Parameters;

namespace FedPortal.Benchmarks.Encryption;

/// <summary>
/// <c>bench encryption</c>, the secure aggregation part: million values a second and core for every step, on one core and on all. A step works
/// on one block, which fits the cache; `secagg simulate` times whole updates.
/// </summary>
internal static class SecureAggregationBenchmark
{
    public static void Run(FigureTable table)
    {
        int cores = Environment.ProcessorCount;
        table.Note($"Secure aggregation, million values a second; wireGigabytes is what one core makes or reads of the wire format.");
        foreach (ParameterSet set in ParameterSets.All.Where(set => set.SecurityLevel == 128))
        {
            SecureAggregationSteps[] workers = [.. Enumerable.Range(0, cores).Select(_ => new SecureAggregationSteps(set))];
            foreach (string step in SecureAggregationSteps.Names)
            {
                double one = Throughput.MillionsPerSecond(workers[..1], worker => worker.Run(step), set.ValuesPerBlock);
                double all = Throughput.MillionsPerSecond(workers, worker => worker.Run(step), set.ValuesPerBlock) / cores;
                table.Row(set.Name, step, ("oneCore", one), ("perCoreOfAll", all), ("wireGigabytes", one * set.BytesPerValue / 1e3));
            }

            Array.ForEach(workers, worker => worker.Dispose());
        }
    }
}
