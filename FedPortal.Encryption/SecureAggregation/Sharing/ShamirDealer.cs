using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using FedPortal.Encryption.Arithmetic;

namespace FedPortal.Encryption.SecureAggregation.Sharing;

/// <summary>
/// Splits a short polynomial among helpers (Shamir 1979), every coefficient on its own: helper x gets f(x), f(0) is the coefficient, and f
/// is otherwise uniform of degree below the threshold.
/// </summary>
internal static class ShamirDealer
{
    /// <summary>Shares for the helpers at points 1 … <paramref name="helpers"/>. The caller disposes them.</summary>
    public static SecretShare[] Deal(ReadOnlySpan<short> secret, int threshold, int helpers, AesCtrGenerator generator)
    {
        if (threshold < 1 || threshold > helpers || helpers >= 4096)
        {
            throw new ArgumentException($"Expected a threshold between 1 and {helpers} of fewer than 4096 helpers but got {threshold}.");
        }

        int[] polynomials = GC.AllocateArray<int>(secret.Length * threshold, pinned: true);
        for (int i = 0; i < secret.Length; i++)
        {
            polynomials[i] = secret[i] + (ShamirField.Prime & (secret[i] >> 31));
        }

        FillUniform(polynomials.AsSpan(secret.Length), generator);
        var shares = new SecretShare[helpers];
        for (int helper = 0; helper < helpers; helper++)
        {
            shares[helper] = new SecretShare(secret.Length);
            Evaluate(polynomials, (uint)helper + 1, shares[helper].Elements);
        }

        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(polynomials.AsSpan()));
        return shares;
    }

    // 2^32 = 65535·65537 + 1, so only the very last 32-bit word has to be thrown away for a uniform remainder.
    private static void FillUniform(Span<int> elements, AesCtrGenerator generator)
    {
        Span<uint> words = stackalloc uint[1024];
        while (!elements.IsEmpty)
        {
            generator.Fill(MemoryMarshal.AsBytes(words));
            int kept = 0;
            for (int i = 0; i < words.Length && kept < elements.Length; i++)
            {
                elements[kept] = (int)(words[i] % ShamirField.Prime);
                kept += words[i] != uint.MaxValue ? 1 : 0;
            }

            elements = elements[kept..];
        }

        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(words));
    }

    // Horner's rule, all coefficients of the key at once: below 2^17 times a point below 2^12 stays below 2^31.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Evaluate(ReadOnlySpan<int> polynomials, uint point, Span<ulong> values)
    {
        for (int j = 0; j < values.Length; j++)
        {
            int y = 0;
            for (int at = polynomials.Length - values.Length + j; at >= 0; at -= values.Length)
            {
                y = ShamirField.Reduce(((uint)y * point) + (uint)polynomials[at]);
            }

            values[j] = (ulong)y;
        }
    }
}
