namespace FedPortal.Encryption.Ckks;

/// <summary>A public key whose second polynomial is expanded from a seed: half the bytes.</summary>
public sealed class SeededPublicKey
{
    internal SeededPublicKey(SeededCiphertext zero)
    {
        Zero = zero;
    }

    /// <summary>The key level.</summary>
    public CkksLevel Level => Zero.Level;

    /// <summary>An encryption of zero at the key level, which is what a public key is.</summary>
    internal SeededCiphertext Zero { get; }

    /// <returns>A new seeded public key for the secret key.</returns>
    public static SeededPublicKey Generate(SecretKey secretKey)
    {
        ArgumentNullException.ThrowIfNull(secretKey);
        var zero = new SeededCiphertext(secretKey.Level);
        using var encryptor = new SymmetricEncryptor(secretKey);
        encryptor.EncryptZero(zero);
        return new SeededPublicKey(zero);
    }

    public PublicKey Expand() => new(Level, Zero.Expand().Residues.ToArray());
}
