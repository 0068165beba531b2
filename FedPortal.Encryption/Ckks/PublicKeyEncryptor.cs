using System.Runtime.InteropServices;
using System.Security.Cryptography;
using FedPortal.Encryption.Arithmetic;

namespace FedPortal.Encryption.Ckks;

/// <summary>Encrypts under the public key: (u·p_0 + e_0, u·p_1 + e_1) divided by one more prime, plus the message. One instance belongs to one thread.</summary>
/// <remarks>
/// With q the prime that is dropped and h = ⌊q/2⌋, SEAL computes c_i ← q⁻¹·(u·p + e − NTT(x − h)) with x = (u·p + e)_q + h mod q. The transform
/// is linear, so e goes into the same transform: c_i ← q⁻¹·(u·p − NTT(x − h − e)). That is the same result with 8 transforms less out of 20.
/// </remarks>
public sealed class PublicKeyEncryptor : IDisposable
{
    private readonly PublicKey _key;
    private readonly ulong[] _keyShoup;
    private readonly AesCtrGenerator _generator = AesCtrGenerator.FromOperatingSystem();
    private readonly short[] _samples;
    private readonly ulong[] _mask;
    private readonly ulong[] _dropped;
    private readonly ulong[] _work;

    /// <param name="key">The public key, which stays the caller's.</param>
    public PublicKeyEncryptor(PublicKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        _key = key;
        CkksLevel level = key.Level;
        int degree = level.Context.Degree;
        _keyShoup = new ulong[key.Words.Length];
        for (int part = 0; part < 2 * level.PrimeCount; part++)
        {
            ModularVector.Shoup(key.Words.Slice(part * degree, degree), level.Context.Modulus(part % level.PrimeCount), _keyShoup.AsSpan(part * degree, degree));
        }

        _samples = GC.AllocateArray<short>(degree, pinned: true);
        _mask = GC.AllocateArray<ulong>(level.WordCount, pinned: true);
        _dropped = GC.AllocateArray<ulong>(degree, pinned: true);
        _work = GC.AllocateArray<ulong>(degree, pinned: true);
    }

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
        CkksLevel level = destination.Level;
        level.RequireSame(plaintext.Level, nameof(plaintext));
        _key.Level.RequireSame(level.Context.KeyLevel, nameof(plaintext));

        // The level above has one prime more; only a chain of a single prime has none to drop.
        int primes = level.PrimeCount < _key.Level.PrimeCount ? level.PrimeCount + 1 : level.PrimeCount;
        SampleMask(primes);
        for (int polynomial = 0; polynomial < 2; polynomial++)
        {
            DiscreteGaussian.Standard.Sample(_generator, _samples);
            if (primes > level.PrimeCount)
            {
                MaskAndDrop(level, polynomial, destination.Polynomial(polynomial));
            }
            else
            {
                MaskOnly(level, polynomial, destination.Polynomial(polynomial));
            }
        }

        for (int prime = 0; prime < level.PrimeCount; prime++)
        {
            Span<ulong> c0 = level.Part(destination.Polynomial(0), prime);
            ModularVector.Add(c0, level.View(plaintext.Words, prime), level.Context.Modulus(prime), c0);
        }

        destination.Scale = plaintext.Scale;
    }

    public void Dispose()
    {
        _generator.Dispose();
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_samples.AsSpan()));
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_mask.AsSpan()));
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_dropped.AsSpan()));
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_work.AsSpan()));
    }

    private void SampleMask(int primes)
    {
        CkksContext context = _key.Level.Context;
        TernarySampler.Sample(_generator, _samples);
        for (int prime = 0; prime < primes; prime++)
        {
            Span<ulong> part = _key.Level.Part(_mask, prime);
            ModularVector.FromSamples(_samples, context.Modulus(prime), part);
            context.Transform(prime).Forward(part);
        }
    }

    private void MaskAndDrop(CkksLevel level, int polynomial, Span<ulong> destination)
    {
        CkksContext context = level.Context;
        int last = level.PrimeCount;
        Modulus droppedModulus = context.Modulus(last);
        ulong half = droppedModulus.Value / 2;

        // x = (u·p + e) + h modulo the dropped prime, as coefficients.
        MultiplyMask(polynomial, last, _dropped);
        context.Transform(last).Inverse(_dropped);
        ModularVector.AddSamples(_dropped, _samples, half, droppedModulus, _dropped);
        for (int prime = 0; prime < level.PrimeCount; prime++)
        {
            Modulus modulus = context.Modulus(prime);
            Span<ulong> result = level.Part(destination, prime);
            ulong minusHalf = modulus.Value - modulus.Reduce(half);
            ModularVector.SubtractSamples(_dropped, _samples, minusHalf, modulus, _work);
            context.Transform(prime).Forward(_work);
            MultiplyMask(polynomial, prime, result);
            ModularVector.SubtractAndScale(result, _work, context.InverseOf(last, prime), modulus, result);
        }
    }

    private void MaskOnly(CkksLevel level, int polynomial, Span<ulong> destination)
    {
        for (int prime = 0; prime < level.PrimeCount; prime++)
        {
            Modulus modulus = level.Context.Modulus(prime);
            Span<ulong> result = level.Part(destination, prime);
            ModularVector.FromSamples(_samples, modulus, _work);
            level.Context.Transform(prime).Forward(_work);
            MultiplyMask(polynomial, prime, result);
            ModularVector.Add(result, _work, modulus, result);
        }
    }

    private void MultiplyMask(int polynomial, int prime, Span<ulong> destination)
    {
        CkksLevel level = _key.Level;
        ReadOnlySpan<ulong> quotients = _keyShoup.AsSpan(polynomial * level.WordCount, level.WordCount);
        ModularVector.Multiply(
            level.View(_mask, prime), level.View(_key.Polynomial(polynomial), prime), level.View(quotients, prime), level.Context.Modulus(prime), destination);
    }
}
