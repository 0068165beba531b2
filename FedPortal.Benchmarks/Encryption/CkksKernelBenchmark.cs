using FedPortal.Encryption.Arithmetic;

namespace FedPortal.Benchmarks.Encryption;

/// <summary>The kernels under CKKS, one, four and eight lanes in turns: what the vector paths gain.</summary>
internal static class CkksKernelBenchmark
{
    private const int Degree = 8192;

    public static void Run(FigureTable table)
    {
        LaneWidth[] widths = [.. LaneWidths.Supported];
        table.Note($"Kernels under CKKS, million words a second on one core, by vector width.");
        var modulus = new Modulus(Primes.ForBitSizes(Degree, [60])[0]);
        using AesCtrGenerator generator = AesCtrGenerator.FromOperatingSystem();
        ulong[] words = new ulong[Degree], quotients = new ulong[Degree];
        byte[] seed = new byte[64], stream = new byte[4096];
        UniformSampler.Sample(generator, modulus, words);
        ModularVector.Shoup(words, modulus, quotients);
        NegacyclicNtt[] transforms = [.. widths.Select(width => new NegacyclicNtt(Degree, modulus, width))];

        Print(table, "transform of 8192", widths, Degree, i => transforms[i].Forward(words));
        Print(table, "inverse transform", widths, Degree, i => transforms[i].Inverse(words));
        Print(table, "product with known quotients", widths, Degree,
            i => ModularVector.Run(new MultiplyResidues(modulus.Value), words, words, quotients, words, widths[i]));
        Print(table, "sum", widths, Degree, i => ModularVector.Run(new AddResidues(modulus.Value), words, words, words, words, widths[i]));
        Print(table, "BLAKE2Xb", widths, stream.Length / sizeof(ulong), i => Blake2b.Extend(seed.AsSpan(0, 8), seed, stream, widths[i]));
        short[] samples = new short[Degree];
        Print(table, "AES counter words", Degree, () => generator.Fill(words));
        Print(table, "discrete Gaussian, σ = 3.2", Degree, () => DiscreteGaussian.Standard.Sample(generator, samples));
        Print(table, "discrete Gaussian, σ = 6.4", Degree, () => DiscreteGaussian.Wide.Sample(generator, samples));
        Print(table, "ternary", Degree, () => TernarySampler.Sample(generator, samples));
        Print(table, "uniform", Degree, () => UniformSampler.Sample(generator, modulus, words));
    }

    private static void Print(FigureTable table, string name, LaneWidth[] widths, int words, Action<int> step) =>
        table.Row("kernel", name, [.. widths.Select((width, i) => ($"{width}", Throughput.MillionsPerSecond([i], step, words)))]);

    private static void Print(FigureTable table, string name, int words, Action step) =>
        table.Row("kernel", name, ("oneCore", Throughput.MillionsPerSecond([0], _ => step(), words)));
}
