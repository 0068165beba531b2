using FedPortal.Benchmarks.Privacy;

if (args is ["privacy", ..])
{
    return NoiseBenchmark.Run();
}

await Console.Error.WriteLineAsync("usage: bench privacy");
return 2;
