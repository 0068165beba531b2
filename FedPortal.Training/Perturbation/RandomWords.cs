using System.Runtime.InteropServices;
using System.Security.Cryptography;
using FedPortal.Encryption.Arithmetic;

namespace FedPortal.Training.Perturbation;

/// <summary>Hands out the words of a cryptographic generator one by one. One instance belongs to one thread; it wipes what it used.</summary>
public sealed class RandomWords(AesCtrGenerator generator) : IDisposable
{
    private const int BufferWords = 512;

    private readonly ulong[] _buffer = new ulong[BufferWords];
    private int _next = BufferWords;

    /// <summary>Words with a key from the operating system.</summary>
    public static RandomWords FromOperatingSystem() => new(AesCtrGenerator.FromOperatingSystem());

    public ulong Next()
    {
        if (_next == BufferWords)
        {
            generator.Fill(_buffer);
            _next = 0;
        }

        return _buffer[_next++];
    }

    /// <returns>(j + ½)/2⁵³ with j uniform: above 0 and below 1.</returns>
    public double NextUnit() => ((Next() >> 11) + 0.5) * (1.0 / (1UL << 53));

    /// <summary>Fresh words straight from the generator, for loops that need many.</summary>
    public void Fill(Span<ulong> destination) => generator.Fill(destination);

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_buffer.AsSpan()));
        generator.Dispose();
    }
}
