using System.Runtime.InteropServices;
using System.Security.Cryptography;
using FedPortal.Encryption.Arithmetic;
using FedPortal.Encryption.SecureAggregation.Sharing;

namespace FedPortal.Encryption.SecureAggregation.Submission;

/// <summary>
/// s_i: an institution's key for one attempt, drawn from the discrete Gaussian. It is shared once and encrypts one update once; it is never
/// written anywhere. Who loses it drops out of the attempt.
/// </summary>
internal sealed class OneTimeKey : IDisposable
{
    private readonly short[] _coefficients;
    private int _dealt;
    private int _spent;

    public OneTimeKey(int degree, AesCtrGenerator generator)
    {
        _coefficients = GC.AllocateArray<short>(degree, pinned: true);
        DiscreteGaussian.Wide.Sample(generator, _coefficients);
    }

    internal ReadOnlySpan<short> Coefficients => _coefficients;

    /// <summary>One share for every helper. The caller disposes them.</summary>
    /// <exception cref="InvalidOperationException">Shares were dealt before.</exception>
    public SecretShare[] Deal(int threshold, int helpers, AesCtrGenerator generator) =>
        Interlocked.Exchange(ref _dealt, 1) == 0
            ? ShamirDealer.Deal(_coefficients, threshold, helpers, generator)
            : throw new InvalidOperationException("Expected to share a one-time key once but it was shared before.");

    /// <summary>Marks the key as used and hands it out for the one encryption.</summary>
    /// <param name="coefficients">Receives a copy that the caller zeroes.</param>
    /// <exception cref="InvalidOperationException">The key has encrypted an update before.</exception>
    public void Spend(Span<int> coefficients)
    {
        if (Interlocked.Exchange(ref _spent, 1) != 0)
        {
            throw new InvalidOperationException("Expected to encrypt under a one-time key once but it was used before.");
        }

        for (int i = 0; i < coefficients.Length; i++)
        {
            coefficients[i] = _coefficients[i];
        }
    }

    public void Dispose()
    {
        _spent = 1;
        _dealt = 1;
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_coefficients.AsSpan()));
    }
}
