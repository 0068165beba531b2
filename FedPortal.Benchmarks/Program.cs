if (args is ["encryption", ..]) { FedPortal.Benchmarks.Encryption.CkksBenchmark.Run(Console.Out); return; }
Console.WriteLine("bench");
