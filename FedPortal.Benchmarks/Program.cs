using FedPortal.Benchmarks.Encryption;

switch (args)
{
    case ["encryption", ..]:
        SecureAggregationBenchmark.Run(Console.Out);
        return 0;
    default:
        Console.Error.WriteLine("usage: bench encryption");
        return 2;
}
