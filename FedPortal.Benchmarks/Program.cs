using FedPortal.Benchmarks.Privacy;

return args is ["privacy", ..] ? NoiseBenchmark.Run() : 2;
