using System.Collections.Concurrent;

namespace FedPortal.Encryption.SecureAggregation.Kernels;

/// <summary>The tables of each ring are made once in a process.</summary>
internal static class RingCache
{
    private static readonly ConcurrentDictionary<(int Degree, ulong Modulus), PrimeRing> Rings = new();

    public static PrimeRing Get(int degree, ulong modulus) =>
        Rings.GetOrAdd((degree, modulus), key => new PrimeRing(key.Degree, key.Modulus));
}
