using System.Runtime.InteropServices;
using System.Security.Cryptography;
using FedPortal.Encryption.Arithmetic;

namespace FedPortal.Encryption.Ckks;

/// <summary>The secret polynomial s in transform order over all primes, on the pinned heap; <see cref="Dispose"/> wipes it.</summary>
public sealed class SecretKey : IDisposable
{
    private readonly ulong[] _words;
    private readonly ulong[] _shoup;
    private bool _disposed;

    private SecretKey(CkksContext context)
    {
        Level = context.KeyLevel;
        _words = GC.AllocateArray<ulong>(Level.WordCount, pinned: true);
        _shoup = GC.AllocateArray<ulong>(Level.WordCount, pinned: true);
    }

    /// <summary>The key level.</summary>
    public CkksLevel Level { get; }

    /// <returns>A key with coefficients uniform in {−1, 0, 1}.</returns>
    public static SecretKey Generate(CkksContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        using AesCtrGenerator generator = AesCtrGenerator.FromOperatingSystem();
        short[] samples = GC.AllocateArray<short>(context.Degree, pinned: true);
        TernarySampler.Sample(generator, samples);
        SecretKey key = FromCoefficients(context, samples);
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(samples.AsSpan()));
        return key;
    }

    /// <returns>The key with these N small coefficients, for example a sum of one-time keys.</returns>
    public static SecretKey FromCoefficients(CkksContext context, ReadOnlySpan<short> coefficients)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (coefficients.Length != context.Degree)
        {
            throw new ArgumentException($"Expected {context.Degree} coefficients but got {coefficients.Length}.", nameof(coefficients));
        }

        var key = new SecretKey(context);
        for (int prime = 0; prime < key.Level.PrimeCount; prime++)
        {
            Span<ulong> part = key.Level.Part(key._words, prime);
            ModularVector.FromSamples(coefficients, context.Modulus(prime), part);
            context.Transform(prime).Forward(part);
        }

        key.PrepareQuotients();
        return key;
    }

    /// <returns>A key that takes a copy of residues read from a file, already checked.</returns>
    internal static SecretKey FromResidues(CkksContext context, ReadOnlySpan<ulong> residues)
    {
        var key = new SecretKey(context);
        residues.CopyTo(key._words);
        key.PrepareQuotients();
        return key;
    }

    public void Dispose()
    {
        _disposed = true;
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_words.AsSpan()));
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_shoup.AsSpan()));
    }

    /// <summary>The residues: k·N words. Handle with care.</summary>
    internal ReadOnlySpan<ulong> Residues
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _words;
        }
    }

    /// <summary>destination = x·s modulo one prime; the destination may be x.</summary>
    internal void Multiply(ReadOnlySpan<ulong> x, int prime, Span<ulong> destination)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ModularVector.Multiply(x, Level.View(_words, prime), Level.View(_shoup, prime), Level.Context.Modulus(prime), destination);
    }

    private void PrepareQuotients()
    {
        for (int prime = 0; prime < Level.PrimeCount; prime++)
        {
            ModularVector.Shoup(Level.View(_words, prime), Level.Context.Modulus(prime), Level.Part(_shoup, prime));
        }
    }
}
