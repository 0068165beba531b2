using FedPortal.Encryption.Arithmetic;
using FedPortal.Encryption.Ckks;
using FedPortal.Encryption.SecureAggregation.Sharing;
using FedPortal.Encryption.SecureAggregation.Submission;

namespace FedPortal.Encryption.SecureAggregation.SealCompatible;

/// <summary>
/// One institution's part of a sum in Microsoft SEAL's own form: seeded CKKS ciphertexts under a one-time key, all institutions with the same
/// seeds. Adding only their c0 gives an ordinary seeded ciphertext under Σs, which stock SEAL decrypts.
/// </summary>
/// <remarks>
/// It shares the key like the native sets do, but its files carry no signature: send them inside signed messages. SEAL's own add must not be
/// used on these ciphertexts, as it also adds c1 and so gives n·a. One instance belongs to one thread.
/// </remarks>
public sealed class SealContribution : IDisposable
{
    private readonly CkksContext _context;
    private readonly byte[] _roundSeed;
    private readonly AesCtrGenerator _generator = AesCtrGenerator.FromOperatingSystem();
    private readonly OneTimeKey _key;
    private readonly SecretKey _secretKey;
    private readonly SymmetricEncryptor _encryptor;
    private int _nextBlock;

    /// <param name="context">For example 4096{60,49}.</param>
    /// <param name="roundSeed">The attempt's 32 public bytes.</param>
    public SealContribution(CkksContext context, ReadOnlySpan<byte> roundSeed)
    {
        _context = context;
        _roundSeed = roundSeed.ToArray();
        _key = new OneTimeKey(context.Degree, _generator);
        _secretKey = SecretKey.FromCoefficients(context, _key.Coefficients);
        _encryptor = new SymmetricEncryptor(_secretKey, DiscreteGaussian.Wide);
    }

    /// <summary>A share of the key for every helper. Only once. The caller disposes them.</summary>
    public IReadOnlyList<SecretShare> Deal(int threshold, int helpers) => _key.Deal(threshold, helpers, _generator);

    /// <summary>Encrypts the next block; blocks are counted from 0 and none is encrypted twice.</summary>
    public SeededCiphertext EncryptNext(Plaintext plaintext)
    {
        var ciphertext = new SeededCiphertext(_context.FirstDataLevel);
        _encryptor.EncryptSeeded(plaintext, SealSum.BlockSeed(_roundSeed, _nextBlock++), ciphertext);
        return ciphertext;
    }

    public void Dispose()
    {
        _encryptor.Dispose();
        _secretKey.Dispose();
        _key.Dispose();
        _generator.Dispose();
    }
}
