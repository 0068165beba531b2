using FedPortal.Benchmarks.Encryption;
using FedPortal.Benchmarks.Privacy;
using FedPortal.Benchmarks.Training;

switch (args)
{
    case ["train", .. string[] options]:
        return await TrainBenchmark.RunAsync(options, Console.Out);
    case ["encryption", ..]:
        CkksBenchmark.Run(Console.Out);
        SecureAggregationBenchmark.Run(Console.Out);
        return 0;
    case ["privacy"]:
        return NoiseBenchmark.Run();
    case [TrainWorker.Verb, .. string[] options]:
        return TrainWorker.Run(options, Console.In, Console.Out);
    default:
        await Console.Error.WriteLineAsync("usage: bench train [--short] [--threads N] [--same-allocator] [--json] | encryption | privacy");
        return 2;
}
