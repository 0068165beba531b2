using System.Globalization;
using FedPortal.Encryption.Ckks;

namespace FedPortal.Benchmarks.Encryption;

/// <summary><c>bench encryption</c>, the CKKS part: million values a second and core for every step, on one core and on all.</summary>
internal static class CkksBenchmark
{
    private static readonly (string Name, int Degree, int[] Bits, double[] Seal, double[] SealHexl)[] Sets =
    [
        // Microsoft SEAL on one core, plain C++ build and with Intel HEXL: million values a second, measured elsewhere, in the order of the steps.
        ("8192{60,40,40,60}", 8192, [60, 40, 40, 60], [5.5, 0.98, 2.15, 11.3, 23, 3.3], [10.2, 1.92, 2.83, 19.2, 47, 4.3]),
        ("4096{60,49}", 4096, [60, 49], [10.0, 1.77, 4.81, 33.8, 48, 12.8], [13.6, 3.06, 5.57, 58.8, 149, 18.4]),
        ("2048{54}", 2048, [54], [11.2, 2.69, 4.20, 34, 71, 14.5], [15.2, 3.59, 5.03, 57, 164, 19.2]),
    ];

    public static void Run(TextWriter output)
    {
        CkksKernelBenchmark.Run(output);
        int cores = Environment.ProcessorCount;
        double copyOne = CopyBandwidth.GigabytesPerSecond(1), copyAll = CopyBandwidth.GigabytesPerSecond(cores);
        output.WriteLine(Invariant($"CKKS, one value = one slot. Copy bandwidth: {copyOne:0.0} GB/s on one core, {copyAll:0.0} GB/s on {cores}."));
        output.WriteLine("SEAL's figures are from another machine. GB/s is what the step reads and writes in polynomials, on one core.");
        output.WriteLine($"{"million values a second",-40}{"1 core",9}{"SEAL",8}{"HEXL",8}{"ratio",8}{"per core of all",17}{"GB/s",8}");
        foreach ((string name, int degree, int[] bits, double[] seal, double[] hexl) in Sets)
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
                output.WriteLine(Invariant($"{name,-19}{step.Name,-21}{one,9:0.00}{seal[index],8:0.00}{hexl[index],8:0.00}{one / seal[index],8:0.0}{all,17:0.00}{gigabytes,8:0.0}"));
            }

            foreach (CkksWorkload workload in workloads)
            {
                workload.Dispose();
            }
        }
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
