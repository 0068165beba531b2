using FedPortal.Benchmarks;
using FedPortal.Benchmarks.Encryption;
using FedPortal.Benchmarks.Portal;
using FedPortal.Benchmarks.Privacy;
using FedPortal.Benchmarks.Protection;
using FedPortal.Benchmarks.Training;

try
{
    switch (args)
    {
        case ["train", .. string[] options]:
            return await TrainBenchmark.RunAsync(new BenchOptions(options, ["--threads"], "--short", "--same-allocator"), Console.Out);
        case ["encryption"] or ["encryption", "--json"]:
            EncryptionBenchmark.Run(new FigureTable(Console.Out, json: args.Contains("--json")));
            return 0;
        case ["privacy"] or ["privacy", "--json"]:
            var privacy = new FigureTable(Console.Out, json: args.Contains("--json"));
            NoiseBenchmark.Run(privacy);
            PrivateStepBenchmark.Run(privacy);
            privacy.Finish();
            return 0;
        case ["portal", .. string[] options]:
            await PortalBenchmark.RunAsync(new BenchOptions(options, ["--rounds", "--institutions", "--requests", "--only", "--data"]), Console.Out, CancellationToken.None);
            return 0;
        case ["protected", .. string[] options]:
            return ProtectedBenchmark.Run(new BenchOptions(options, [], "--short"), Console.Out);
        case [TrainWorker.Verb, .. string[] options]:
            return TrainWorker.Run(options, Console.In, Console.Out);
        default:
            await Console.Error.WriteLineAsync("usage: bench train [--short] [--threads N] [--same-allocator] [--json] | encryption [--json] | privacy [--json] | protected [--short] [--json] | portal [--rounds N] [--institutions N] [--requests N] [--only TEXT] [--data FOLDER] [--json]");
            return 2;
    }
}
catch (BenchUsageException bad)
{
    await Console.Error.WriteLineAsync(bad.Message);
    return 2;
}
