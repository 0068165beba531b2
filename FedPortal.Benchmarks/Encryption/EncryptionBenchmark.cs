namespace FedPortal.Benchmarks.Encryption;

/// <summary><c>bench encryption</c>: every step of CKKS and of secure aggregation, with the machine's copy bandwidth as the limit.</summary>
internal static class EncryptionBenchmark
{
    public static void Run(FigureTable table)
    {
        int cores = Environment.ProcessorCount;
        double one = CopyBandwidth.GigabytesPerSecond(1), all = CopyBandwidth.GigabytesPerSecond(cores);
        table.Row("memory", "copy, GB/s", ("oneCore", one), ("allCores", all));
        CkksKernelBenchmark.Run(table);
        CkksBenchmark.Run(table);
        SecureAggregationBenchmark.Run(table);
        table.Finish();
    }
}
