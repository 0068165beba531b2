using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using FedPortal.Encryption.Ckks;
using FedPortal.Encryption.SecureAggregation.Unlocking;

namespace FedPortal.Encryption.SecureAggregation.SealCompatible;

/// <summary>Common seeds, the sum of c0, and the sum's key as an ordinary CKKS key.</summary>
public static class SealSum
{
    /// <returns>64 bytes: HKDF-SHA-512 of the round's seed with info "FedPortal SEAL block" ‖ u32 block.</returns>
    public static byte[] BlockSeed(ReadOnlySpan<byte> roundSeed, int block)
    {
        byte[] number = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(number, block);
        byte[] seed = new byte[SeedExpander.SeedBytes];
        ReadOnlySpan<byte> info = [.. Encoding.ASCII.GetBytes("FedPortal SEAL block"), .. number];
        HKDF.DeriveKey(HashAlgorithmName.SHA512, roundSeed, seed, [], info);
        return seed;
    }

    /// <summary>Adds one institution's block: c0 only.</summary>
    /// <exception cref="ArgumentException">Level, scale or seed differ.</exception>
    public static void Add(SeededCiphertext sum, SeededCiphertext update) => CkksEvaluator.AddTo(sum, update);

    /// <returns>Σs as a CKKS secret key, which can be written as a SEAL file. The caller disposes it.</returns>
    public static SecretKey ToSecretKey(SumKey key, CkksContext context)
    {
        short[] coefficients = GC.AllocateArray<short>(context.Degree, pinned: true);
        for (int i = 0; i < coefficients.Length; i++)
        {
            coefficients[i] = checked((short)key.Coefficients[i]);
        }

        var secretKey = SecretKey.FromCoefficients(context, coefficients);
        CryptographicOperations.ZeroMemory(System.Runtime.InteropServices.MemoryMarshal.AsBytes(coefficients.AsSpan()));
        return secretKey;
    }
}
