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

    public static void Run(FigureTable table)
    {
        int cores = Environment.ProcessorCount;
        table.Note($"CKKS, one value = one slot. seal and hexl are Microsoft SEAL's figures from another machine, ratio is oneCore / seal; gigabytes is what a step reads and writes in polynomials.");
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
                table.Row(name, step.Name, ("oneCore", one), ("perCoreOfAll", all), ("seal", seal[index]), ("hexl", hexl[index]), ("ratio", one / seal[index]), ("gigabytes", gigabytes));
            }

            foreach (CkksWorkload workload in workloads)
            {
                workload.Dispose();
            }
        }
    }
}
