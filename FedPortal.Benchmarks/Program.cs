using FedPortal.Benchmarks.Encryption;

switch (args)
{
    case ["encryption", ..]:
        CkksBenchmark.Run(Console.Out);
        SecureAggregationBenchmark.Run(Console.Out);
        return 0;
    default:
        Console.Error.WriteLine("usage: bench encryption");
        return 2;
}
