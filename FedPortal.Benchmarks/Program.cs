using FedPortal.Benchmarks.Training;

switch (args)
{
    case ["train", .. string[] options]:
        return await TrainBenchmark.RunAsync(options, Console.Out);
    case [TrainWorker.Verb, .. string[] options]:
        return TrainWorker.Run(options, Console.In, Console.Out);
    default:
        await Console.Error.WriteLineAsync("usage: bench train [--short] [--threads N] [--same-allocator] [--json]");
        return 2;
}
