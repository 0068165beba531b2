using System.Globalization;
using FedPortal.Encryption.Ckks;

namespace FedPortal.Benchmarks.Encryption;

/// <summary><c>bench encryption</c>, the CKKS part: million values a second and core for every step, on one core and on all.</summary>
internal static class CkksBenchmark
{
    private static readonly (string Name, int Degree, int[] Bits, double[] SealPlain)[] Sets =
    [
        // Microsoft SEAL 4.1, plain C++ build, one core of a machine like this one (million values a second, same order of steps).
        ("8192{60,40,40,60}", 8192, [60, 40, 40, 60], [5.5, 0.98, 2.15, 11.3, 23, 3.3]),
        ("4096{60,49}", 4096, [60, 49], [10.0, 1.77, 4.81, 33.8, 48, 12.8]),
        ("2048{54}", 2048, [54], [11.2, 2.69, 4.20, 34, 71, 14.5]),
    ];

    public static void Run(TextWriter output)
    {
        int cores = Environment.ProcessorCount;
        double copyOne = CopyBandwidth.GigabytesPerSecond(1), copyAll = CopyBandwidth.GigabytesPerSecond(cores);
        output.WriteLine(Invariant($"CKKS, one value = one slot. Copy bandwidth: {copyOne:0.0} GB/s on one core, {copyAll:0.0} GB/s on {cores}."));
        output.WriteLine("step                                     1 core M/s   SEAL plain   ratio   all cores M/s/core   1 core GB/s of ciphertext or plaintext");
        foreach ((string name, int degree, int[] bits, double[] seal) in Sets)
        {
            var context = new CkksContext(CkksParameters.Create(degree, bits));
            using SecretKey key = SecretKey.Generate(context);
            PublicKey publicKey = PublicKey.Generate(key);
            CkksWorkload[] workloads = [.. Enumerable.Range(0, cores).Select(seed => new CkksWorkload(key, publicKey, seed))];
            foreach ((int index, CkksStep step) in CkksWorkload.Steps.Index())
            {
                double one = Throughput.MillionsPerSecond([workloads[0]], workload => step.Run(workload), context.SlotCount);
                double all = Throughput.MillionsPerSecond(workloads, workload => step.Run(workload), context.SlotCount) / cores;
                double gigabytes = one * 1e6 / context.SlotCount * step.Polynomials * context.FirstDataLevel.WordCount * 8 / 1e9;
                output.WriteLine(Invariant($"{name,-20}{step.Name,-20}{one,11:0.00}{seal[index],13:0.00}{one / seal[index],8:0.0}{all,21:0.00}{gigabytes,12:0.00}"));
            }

            foreach (CkksWorkload workload in workloads)
            {
                workload.Dispose();
            }
        }
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
