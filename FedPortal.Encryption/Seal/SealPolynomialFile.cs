using System.Security.Cryptography;
using FedPortal.Encryption.Ckks;

namespace FedPortal.Encryption.Seal;

/// <summary>What a plaintext and a secret key share: header, parms_id, the number of coefficients N·k, the scale, and an array of as many words.</summary>
internal static class SealPolynomialFile
{
    private const int FixedBytes = SealHeader.Bytes + ParametersId.Bytes + sizeof(ulong) + sizeof(double);

    public static (CkksLevel Level, double Scale, ulong[] Words) Read(ReadOnlySpan<byte> file, CkksContext context, bool pinned)
    {
        var reader = new SealReader(SealEnvelope.Open(file, FixedBytes + SealWriter.ArraySize(context.KeyLevel.WordCount)));
        CkksLevel level = SealLevels.Find(context, reader.Id());
        reader.Expect((ulong)level.WordCount, "the number of coefficients");
        double scale = reader.Real();
        reader.NestedHeader("the array of words", SealWriter.ArraySize(level.WordCount));
        reader.Expect((ulong)level.WordCount, "the number of words");
        ulong[] words = GC.AllocateArray<ulong>(level.WordCount, pinned);
        reader.Residues(level, words);
        reader.End();
        return (level, scale, words);
    }

    public static byte[] Write(CkksLevel level, double scale, ReadOnlySpan<ulong> words, SealWriteOptions options)
    {
        byte[] plain = new byte[FixedBytes + SealWriter.ArraySize(words.Length)];
        var writer = new SealWriter(plain, options.MinorVersion);
        writer.Header(plain.Length);
        writer.Id(level.Id);
        writer.Word((ulong)words.Length);
        writer.Real(scale);
        writer.Array(words);
        byte[] file = SealEnvelope.Close(plain, options);
        if (!ReferenceEquals(file, plain))
        {
            // It may have been a secret key.
            CryptographicOperations.ZeroMemory(plain);
        }

        return file;
    }
}
