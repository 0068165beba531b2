using System.Globalization;
using FedPortal.Encryption.Arithmetic;

namespace FedPortal.Benchmarks.Encryption;

/// <summary>The kernels under CKKS, one, four and eight lanes in turns: what the vector paths gain.</summary>
internal static class CkksKernelBenchmark
{
    private const int Degree = 8192;

    public static void Run(TextWriter output)
    {
        LaneWidth[] widths = [.. LaneWidths.Supported];
        output.WriteLine("kernel, million words a second, one core  " + string.Concat(widths.Select(width => $"{width,10}")));
        var modulus = new Modulus(Primes.ForBitSizes(Degree, [60])[0]);
        using AesCtrGenerator generator = AesCtrGenerator.FromOperatingSystem();
        ulong[] words = new ulong[Degree], quotients = new ulong[Degree];
        byte[] seed = new byte[64], stream = new byte[4096];
        UniformSampler.Sample(generator, modulus, words);
        ModularVector.Shoup(words, modulus, quotients);
        NegacyclicNtt[] transforms = [.. widths.Select(width => new NegacyclicNtt(Degree, modulus, width))];

        Print(output, "transform of 8192", widths.Length, Degree, i => transforms[i].Forward(words));
        Print(output, "inverse transform", widths.Length, Degree, i => transforms[i].Inverse(words));
        Print(output, "product with known quotients", widths.Length, Degree,
            i => ModularVector.Run(new MultiplyResidues(modulus.Value), words, words, quotients, words, widths[i]));
        Print(output, "sum", widths.Length, Degree, i => ModularVector.Run(new AddResidues(modulus.Value), words, words, words, words, widths[i]));
        Print(output, "BLAKE2Xb", widths.Length, stream.Length / sizeof(ulong), i => Blake2b.Extend(seed.AsSpan(0, 8), seed, stream, widths[i]));
        short[] samples = new short[Degree];
        Print(output, "AES counter words", 1, Degree, _ => generator.Fill(words));
        Print(output, "discrete Gaussian, σ = 3.2", 1, Degree, _ => DiscreteGaussian.Standard.Sample(generator, samples));
        Print(output, "discrete Gaussian, σ = 6.4", 1, Degree, _ => DiscreteGaussian.Wide.Sample(generator, samples));
        Print(output, "ternary", 1, Degree, _ => TernarySampler.Sample(generator, samples));
        Print(output, "uniform", 1, Degree, _ => UniformSampler.Sample(generator, modulus, words));
    }

    private static void Print(TextWriter output, string name, int variants, int words, Action<int> step)
    {
        IEnumerable<string> figures = Enumerable.Range(0, variants)
            .Select(i => Throughput.MillionsPerSecond([i], step, words).ToString("0", CultureInfo.InvariantCulture).PadLeft(10));
        output.WriteLine($"{name,-42}{string.Concat(figures)}");
    }
}
