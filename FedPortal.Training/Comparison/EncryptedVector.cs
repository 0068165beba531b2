using FedPortal.Encryption.Ckks;
using FedPortal.Encryption.Seal;

namespace FedPortal.Training.Comparison;

/// <summary>
/// A long vector of real numbers in CKKS ciphertexts of N = 8192, one number a coefficient: all that the compared protocols need are sums. One data prime of 60 bits and a special
/// one of 60, 120 of the 218 bits that 128-bit security allows; scale 2³⁰.
/// </summary>
/// <remarks>
/// Precision: a public-key ciphertext has an error of standard deviation √((1 + 2N/3)/12 + 1/12) ≈ 21 in a coefficient, 2·10⁻⁸ after the scale; a sum of K of them √K times that.
/// Room: values and masks must stay below 2²⁸ together. As a file it is the ciphertexts' SEAL files one after the other, all of one length.
/// </remarks>
public sealed class EncryptedVector
{
    public const int Degree = 8192;
    public const double Scale = 1L << 30;

    /// <summary>Standard deviation of the error of one fresh value.</summary>
    public static readonly double FreshError = Math.Sqrt(((1 + (2.0 * Degree / 3)) / 12) + (1.0 / 12)) / Scale;

    private static readonly Lazy<CkksContext> SharedContext = new(() => new CkksContext(CkksParameters.Create(Degree, [60, 60])));
    private readonly Ciphertext[] _parts;

    private EncryptedVector(Ciphertext[] parts, int count)
    {
        _parts = parts;
        Count = count;
    }

    /// <summary>Ring and modulus.</summary>
    public static CkksContext Context => SharedContext.Value;

    /// <summary>Values.</summary>
    public int Count { get; }

    /// <returns>The values times a factor.</returns>
    public static EncryptedVector Encrypt(PublicKey key, ReadOnlySpan<float> values, double factor)
    {
        using var encryptor = new PublicKeyEncryptor(key);
        var encoder = new CkksEncoder(Context);
        var parts = new Ciphertext[PartsOf(values.Length)];
        double[] chunk = new double[Degree];
        for (int part = 0; part < parts.Length; part++)
        {
            ReadOnlySpan<float> source = values[(part * Degree)..Math.Min(values.Length, (part + 1) * Degree)];
            Array.Clear(chunk);
            for (int i = 0; i < source.Length; i++)
            {
                chunk[i] = factor * source[i];
            }

            parts[part] = encryptor.Encrypt(encoder.EncodeCoefficients(chunk, Scale));
        }

        return new EncryptedVector(parts, values.Length);
    }

    /// <returns>This plus the other; nobody needs a key for it.</returns>
    public EncryptedVector Plus(EncryptedVector other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return other.Count == Count
            ? new EncryptedVector([.. _parts.Zip(other._parts, CkksEvaluator.Add)], Count)
            : throw new ArgumentException($"Expected {Count} values but got {other.Count}.", nameof(other));
    }

    /// <returns>This plus values in the clear.</returns>
    public EncryptedVector Plus(ReadOnlySpan<double> values)
    {
        if (values.Length != Count)
        {
            throw new ArgumentException($"Expected {Count} values but got {values.Length}.", nameof(values));
        }

        var encoder = new CkksEncoder(Context);
        var parts = new Ciphertext[_parts.Length];
        double[] chunk = new double[Degree];
        for (int part = 0; part < parts.Length; part++)
        {
            ReadOnlySpan<double> source = values[(part * Degree)..Math.Min(values.Length, (part + 1) * Degree)];
            Array.Clear(chunk);
            source.CopyTo(chunk);
            parts[part] = CkksEvaluator.AddPlain(_parts[part], encoder.EncodeCoefficients(chunk, Scale));
        }

        return new EncryptedVector(parts, Count);
    }

    public float[] Decrypt(SecretKey key)
    {
        var encoder = new CkksEncoder(Context);
        double[] chunk = new double[Degree];
        float[] values = new float[Count];
        for (int part = 0; part < _parts.Length; part++)
        {
            encoder.DecodeCoefficients(CkksDecryptor.Decrypt(key, _parts[part]), chunk);
            int length = Math.Min(Degree, Count - (part * Degree));
            for (int i = 0; i < length; i++)
            {
                values[(part * Degree) + i] = (float)chunk[i];
            }
        }

        return values;
    }

    public void Write(string path)
    {
        using FileStream file = File.Create(path);
        foreach (Ciphertext part in _parts)
        {
            file.Write(SealCiphertextFile.Write(part));
        }
    }

    /// <exception cref="InvalidDataException">The file does not hold so many values.</exception>
    /// <exception cref="SealFormatException">A ciphertext is damaged.</exception>
    public static EncryptedVector Read(string path, int count)
    {
        using FileStream file = File.OpenRead(path);
        int parts = PartsOf(count);
        if (file.Length == 0 || file.Length % parts != 0)
        {
            throw new InvalidDataException($"Expected {parts} ciphertexts of one length but the file has {file.Length} bytes.");
        }

        byte[] buffer = new byte[file.Length / parts];
        var read = new Ciphertext[parts];
        for (int part = 0; part < parts; part++)
        {
            file.ReadExactly(buffer);
            read[part] = SealCiphertextFile.Read(buffer, Context);
        }

        return new EncryptedVector(read, count);
    }

    private static int PartsOf(int count) => (count + Degree - 1) / Degree;
}
