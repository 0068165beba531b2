using FedPortal.Encryption.Arithmetic;

namespace FedPortal.Tests.Encryption.Arithmetic;

/// <summary>Moduli at the edges of what the kernels accept, and words that are likely to break them.</summary>
internal static class TestPrimes
{
    /// <summary>Small, in the middle, the largest of 40, 54 and 60 bits, and one just above 2⁵⁹; all are 1 modulo 2048 or more, except 17.</summary>
    public static readonly ulong[] Values =
    [
        17, 12289, 1_099_511_480_321, 18_014_398_509_309_953, 1_152_921_504_606_830_593, 576_460_752_303_439_873,
    ];

    public static ulong[] Residues(int length, ulong q, int seed)
    {
        var random = new Random(seed);
        ulong[] edges = [0, 1, 2, q / 2, (q / 2) + 1, q - 2, q - 1];
        return [.. Enumerable.Range(0, length).Select(i => random.Next(3) == 0 ? edges[random.Next(edges.Length)] : (ulong)random.NextInt64((long)q))];
    }

    public static Modulus[] Moduli => [.. Values.Where(Primes.IsPrime).Select(q => new Modulus(q))];
}
