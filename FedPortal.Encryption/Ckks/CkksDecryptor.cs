using FedPortal.Encryption.Arithmetic;

namespace FedPortal.Encryption.Ckks;

/// <summary>Decrypts with the secret key: m = c_0 + c_1·s + c_2·s² + …</summary>
public static class CkksDecryptor
{
    public static Plaintext Decrypt(SecretKey key, Ciphertext ciphertext)
    {
        ArgumentNullException.ThrowIfNull(ciphertext);
        var plaintext = new Plaintext(ciphertext.Level);
        Decrypt(key, ciphertext, plaintext);
        return plaintext;
    }

    /// <summary>Overwrites a plaintext at the ciphertext's level.</summary>
    public static void Decrypt(SecretKey key, Ciphertext ciphertext, Plaintext destination)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(ciphertext);
        ArgumentNullException.ThrowIfNull(destination);
        CkksLevel level = ciphertext.Level;
        key.Level.RequireSame(level.Context.KeyLevel, nameof(ciphertext));
        destination.Level.RequireSame(level, nameof(destination));
        for (int prime = 0; prime < level.PrimeCount; prime++)
        {
            // Horner: ((c_last·s + …)·s + c_1)·s + c_0.
            Modulus modulus = level.Context.Modulus(prime);
            Span<ulong> message = level.Part(destination.Residues, prime);
            key.Multiply(level.Part(ciphertext.Polynomial(ciphertext.Size - 1), prime), prime, message);
            for (int polynomial = ciphertext.Size - 2; polynomial > 0; polynomial--)
            {
                ModularVector.Add(message, level.Part(ciphertext.Polynomial(polynomial), prime), modulus, message);
                key.Multiply(message, prime, message);
            }

            ModularVector.Add(message, level.Part(ciphertext.Polynomial(0), prime), modulus, message);
        }

        destination.Scale = ciphertext.Scale;
    }
}
