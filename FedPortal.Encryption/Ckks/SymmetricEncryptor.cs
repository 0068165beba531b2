using System.Runtime.InteropServices;
using System.Security.Cryptography;
using FedPortal.Encryption.Arithmetic;

namespace FedPortal.Encryption.Ckks;

/// <summary>Encrypts under the secret key: c_0 = m − (a·s + e), c_1 = a. One instance belongs to one thread.</summary>
public sealed class SymmetricEncryptor : IDisposable
{
    private readonly SecretKey _key;
    private readonly DiscreteGaussian _errors;
    private readonly AesCtrGenerator _generator = AesCtrGenerator.FromOperatingSystem();
    private readonly short[] _samples;
    private readonly ulong[] _error;
    private readonly ulong[] _uniform;

    /// <param name="key">Stays the caller's.</param>
    /// <param name="errors">The distribution of the error; the standard one if left out.</param>
    public SymmetricEncryptor(SecretKey key, DiscreteGaussian? errors = null)
    {
        ArgumentNullException.ThrowIfNull(key);
        _key = key;
        _errors = errors ?? DiscreteGaussian.Standard;
        int degree = key.Level.Context.Degree;
        _samples = GC.AllocateArray<short>(degree, pinned: true);
        _error = GC.AllocateArray<ulong>(degree, pinned: true);
        _uniform = new ulong[key.Level.WordCount];
    }

    /// <returns>A new ciphertext whose c_1 comes from our own generator.</returns>
    public Ciphertext Encrypt(Plaintext plaintext)
    {
        ArgumentNullException.ThrowIfNull(plaintext);
        var ciphertext = new Ciphertext(plaintext.Level);
        Encrypt(plaintext, ciphertext);
        return ciphertext;
    }

    /// <summary>Overwrites a ciphertext of two polynomials at the plaintext's level.</summary>
    public void Encrypt(Plaintext plaintext, Ciphertext destination)
    {
        ArgumentNullException.ThrowIfNull(plaintext);
        ArgumentNullException.ThrowIfNull(destination);
        destination.Level.RequireSame(plaintext.Level, nameof(plaintext));
        CkksLevel level = destination.Level;
        for (int prime = 0; prime < level.PrimeCount; prime++)
        {
            UniformSampler.Sample(_generator, level.Context.Modulus(prime), level.Part(destination.Polynomial(1), prime));
        }

        Mask(level, plaintext.Words, destination.Polynomial(1), destination.Polynomial(0));
        destination.Scale = plaintext.Scale;
    }

    /// <returns>A new seeded ciphertext with a seed from the operating system.</returns>
    public SeededCiphertext EncryptSeeded(Plaintext plaintext)
    {
        ArgumentNullException.ThrowIfNull(plaintext);
        var ciphertext = new SeededCiphertext(plaintext.Level);
        EncryptSeeded(plaintext, ciphertext);
        return ciphertext;
    }

    /// <summary>Overwrites a seeded ciphertext at the plaintext's level, with a seed from the operating system.</summary>
    public void EncryptSeeded(Plaintext plaintext, SeededCiphertext destination)
    {
        Span<byte> seed = stackalloc byte[SeedExpander.SeedBytes];
        RandomNumberGenerator.Fill(seed);
        EncryptSeeded(plaintext, seed, destination);
    }

    /// <summary>Overwrites a seeded ciphertext at the plaintext's level, with the caller's seed.</summary>
    /// <remarks>Never encrypt twice under the same key and seed: the difference of the two would be the difference of the messages.</remarks>
    public void EncryptSeeded(Plaintext plaintext, ReadOnlySpan<byte> seed, SeededCiphertext destination)
    {
        ArgumentNullException.ThrowIfNull(plaintext);
        ArgumentNullException.ThrowIfNull(destination);
        destination.Level.RequireSame(plaintext.Level, nameof(plaintext));
        EncryptSeeded(plaintext.Words, seed, destination);
        destination.Scale = plaintext.Scale;
    }

    /// <summary>An encryption of zero at any level, keys included.</summary>
    internal void EncryptZero(SeededCiphertext destination)
    {
        Span<byte> seed = stackalloc byte[SeedExpander.SeedBytes];
        RandomNumberGenerator.Fill(seed);
        EncryptSeeded([], seed, destination);
    }

    public void Dispose()
    {
        _generator.Dispose();
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_samples.AsSpan()));
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_error.AsSpan()));
    }

    private void EncryptSeeded(ReadOnlySpan<ulong> message, ReadOnlySpan<byte> seed, SeededCiphertext destination)
    {
        Span<ulong> uniform = _uniform.AsSpan(0, destination.Level.WordCount);
        SeedExpander.Uniform(seed, destination.Level, uniform);
        Mask(destination.Level, message, uniform, destination.Residues);
        seed.CopyTo(destination.SeedBytes);
    }

    // destination = message − (a·s + e); no message stands for zero.
    private void Mask(CkksLevel level, ReadOnlySpan<ulong> message, ReadOnlySpan<ulong> uniform, Span<ulong> destination)
    {
        _key.Level.Context.KeyLevel.RequireSame(level.Context.KeyLevel, nameof(destination));
        _errors.Sample(_generator, _samples);
        for (int prime = 0; prime < level.PrimeCount; prime++)
        {
            Modulus modulus = level.Context.Modulus(prime);
            Span<ulong> result = level.Part(destination, prime);
            ModularVector.FromSamples(_samples, modulus, _error);
            level.Context.Transform(prime).Forward(_error);
            _key.Multiply(level.View(uniform, prime), prime, result);
            ModularVector.Add(result, _error, modulus, result);
            if (message.IsEmpty)
            {
                ModularVector.Negate(result, modulus, result);
            }
            else
            {
                ModularVector.Subtract(level.View(message, prime), result, modulus, result);
            }
        }
    }
}
