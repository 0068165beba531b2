using FedPortal.Encryption.SecureAggregation.Parameters;

namespace FedPortal.Encryption.SecureAggregation.Kernels;

/// <summary>
/// One block: N coefficients of several lanes each, encrypted as c = Δ·m − a·s − e with the low bits rounded away, and the way back for a sum.
/// </summary>
/// <remarks>Value v of a block lies in lane v / N of coefficient v mod N. Holds buffers: one instance serves one thread.</remarks>
internal abstract class BlockCipher(ParameterSet set, ReadOnlySpan<byte> seed) : IDisposable
{
    public ParameterSet Set { get; } = set;

    protected PublicPolynomials Polynomials { get; } = new(seed, set.Degree);

    /// <returns>A cipher for blocks of a round with this seed.</returns>
    public static BlockCipher Create(ParameterSet set, ReadOnlySpan<byte> seed) =>
        set.Limbs == 1 ? new SinglePrimeCipher(set, seed) : new TwoPrimeCipher(set, seed);

    /// <summary>The transformed form of a short polynomial, one factor for each prime. The caller disposes it.</summary>
    public abstract PreparedKey Prepare(ReadOnlySpan<int> key);

    /// <summary>Encrypts one block.</summary>
    /// <param name="block">The number of the block in the update; never twice under one key.</param>
    /// <param name="values">ValuesPerBlock integers, each of absolute value below 2^LaneBits.</param>
    /// <param name="key">The one-time key.</param>
    /// <param name="error">N samples of the error distribution.</param>
    /// <param name="words">WordsPerBlock words of WordBits bits.</param>
    public abstract void Encrypt(int block, ReadOnlySpan<int> values, PreparedKey key, ReadOnlySpan<short> error, Span<ulong> words);

    /// <summary>Decrypts the sum of one block.</summary>
    /// <param name="block">The number of the block.</param>
    /// <param name="sums">WordsPerBlock sums of words.</param>
    /// <param name="addends">How many updates were added, up to 4096.</param>
    /// <param name="laneOffset">Added to every sum before its lane is read and subtracted afterwards.</param>
    /// <param name="sumKey">The sum of the one-time keys.</param>
    /// <param name="values">ValuesPerBlock sums of values.</param>
    /// <returns>The sum of squares and the largest absolute value of the errors that were rounded off.</returns>
    public abstract Residual Decrypt(
        int block, ReadOnlySpan<ulong> sums, int addends, long laneOffset, PreparedKey sumKey, Span<int> values);

    public void Dispose()
    {
        Polynomials.Dispose();
        Wipe();
        GC.SuppressFinalize(this);
    }

    /// <summary>Zeroes buffers that held a·s.</summary>
    protected abstract void Wipe();
}
