namespace FedPortal.Benchmarks.Encryption;

/// <summary>What memory allows: copying from one large array to another, bytes read plus bytes written.</summary>
internal static class CopyBandwidth
{
    private const int Megabytes = 64;

    public static double GigabytesPerSecond(int threads)
    {
        (byte[] From, byte[] To)[] workers = [.. Enumerable.Range(0, threads).Select(_ => (new byte[Megabytes << 20], new byte[Megabytes << 20]))];
        return Throughput.MillionsPerSecond(workers, worker => worker.From.CopyTo(worker.To, 0), 2 * (Megabytes << 20)) / 1e3;
    }
}
