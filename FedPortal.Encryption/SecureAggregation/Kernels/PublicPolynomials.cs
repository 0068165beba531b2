using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace FedPortal.Encryption.SecureAggregation.Kernels;

/// <summary>
/// The public polynomials a_j of a round, in the transform's domain, all from one 32-byte seed.
/// </summary>
/// <remarks>
/// For block j and prime number k the stream is AES-256 in counter mode under the seed: the 16-byte counter is (u64 i, u64 k·2^32 + j),
/// little-endian, i = 0, 1, …; every 8 bytes of output are a little-endian word. A word is cut to as many low bits as the prime has and
/// skipped when it is not below the prime; the first N words that remain are a_j modulo the prime. One instance serves one thread.
/// </remarks>
internal sealed class PublicPolynomials : IDisposable
{
    public const int SeedBytes = 32;

    private readonly Aes _aes = Aes.Create();
    private readonly ulong[] _words;

    public PublicPolynomials(ReadOnlySpan<byte> seed, int degree)
    {
        if (seed.Length != SeedBytes)
        {
            throw new ArgumentException($"Expected a seed of {SeedBytes} bytes but got {seed.Length}.", nameof(seed));
        }

        _aes.SetKey(seed);
        _words = new ulong[degree];
    }

    /// <summary>Writes a_block modulo the prime.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Expand(int block, int primeNumber, ulong prime, Span<ulong> destination)
    {
        ulong stream = ((ulong)primeNumber << 32) | (uint)block;
        ulong mask = ulong.MaxValue >> BitOperations.LeadingZeroCount(prime);
        ulong next = 0;
        int filled = 0;
        while (filled < destination.Length)
        {
            int count = (destination.Length - filled + 1) & ~1;
            foreach (ulong word in Draw(count, stream, ref next))
            {
                if (filled < destination.Length)
                {
                    ulong value = word & mask;
                    destination[filled] = value;
                    filled += value < prime ? 1 : 0;
                }
            }
        }
    }

    public void Dispose() => _aes.Dispose();

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private ReadOnlySpan<ulong> Draw(int count, ulong stream, ref ulong next)
    {
        Span<ulong> words = _words.AsSpan(0, count);
        for (int i = 0; i < count; i += 2)
        {
            words[i] = next++;
            words[i + 1] = stream;
        }

        Span<byte> bytes = MemoryMarshal.AsBytes(words);
        _aes.EncryptEcb(bytes, bytes, PaddingMode.None);
        return words;
    }
}
