using System.Buffers.Binary;
using System.Text;
using FedPortal.Encryption.Ckks;
using FedPortal.Encryption.Seal;
using Xunit;

namespace FedPortal.Tests.Encryption.Seal;

public class SealRefusalTests
{
    private static readonly CkksContext Context = new(CkksParameters.Create(1024, [27]));
    private static readonly CkksContext Chain = new(CkksParameters.Create(4096, [36, 36, 37]));
    private static readonly byte[] Ciphertext = SealCiphertextFile.Write(new Ciphertext(Context.KeyLevel));
    private static readonly byte[] Parameters = SealParametersFile.Write(Context.Parameters);

    [Theory]
    [InlineData(0, 0x5F, "no SEAL file")]
    [InlineData(2, 0x11, "header of 16 bytes")]
    [InlineData(3, 5, "version 4.0 to 4.4 but got 5.1")]
    [InlineData(4, 5, "version 4.0 to 4.4 but got 4.5")]
    [InlineData(5, 3, "compression 0, 1 or 2 but got 3")]
    [InlineData(6, 1, "reserved")]
    [InlineData(8, 1, "as the header says")]
    [InlineData(15, 0xFF, "size")]
    [InlineData(16, 0xAA, "parms_id")]
    [InlineData(48, 0, "transform order")]
    [InlineData(49, 3, "words")]
    [InlineData(50, 1, "2 to 16 polynomials but got 258")]
    [InlineData(58, 8, "degree to be 1024 but it is 2048")]
    [InlineData(65, 2, "number of primes to be 1 but it is 2")]
    [InlineData(80, 0x7F, "scale")]
    [InlineData(80, 0xBF, "scale")]
    [InlineData(81, 0, "correction factor to be 1 but it is 0")]
    [InlineData(81, 2, "correction factor to be 1 but it is 2")]
    [InlineData(93, 9, "version")]
    [InlineData(94, 1, "uncompressed")]
    [InlineData(97, 1, "header says")]
    [InlineData(105, 1, "words")]
    [InlineData(112, 0x80, "words")]
    [InlineData(117, 1, "below its prime")]
    public void ACiphertextWithOneWrongByteIsRefusedWithAReason(int at, byte value, string reason)
    {
        byte[] file = [.. Ciphertext];
        file[at] = value;

        var error = Assert.Throws<SealFormatException>(() => SealCiphertextFile.Read(file, Context));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ParametersThatAreNotCkksOrNotSecureAreRefused()
    {
        Assert.Contains("CKKS", Refusal(16, 1).Message, StringComparison.Ordinal);
        Assert.Contains("insecure", Assert.Throws<SealFormatException>(() => SealParametersFile.Read(Parameters, SecurityLevel.Classical192)).Message, StringComparison.Ordinal);
        Assert.Contains("at most", Refusal(25, 0xFF).Message, StringComparison.Ordinal);
        Assert.Contains("plain modulus", Refusal(Parameters.Length - 8, 1).Message, StringComparison.Ordinal);
        Assert.Contains("prime", Refusal(49, 0).Message, StringComparison.Ordinal);

        static SealFormatException Refusal(int at, byte value)
        {
            byte[] file = [.. Parameters];
            file[at] = value;
            return Assert.Throws<SealFormatException>(() => SealParametersFile.Read(file));
        }
    }

    [Fact]
    public void EveryTruncationAndEveryExtensionIsRefused()
    {
        for (int length = 0; length < Ciphertext.Length; length += length < 200 ? 1 : 997)
        {
            byte[] cut = Ciphertext[..length];
            Assert.Throws<SealFormatException>(() => SealCiphertextFile.Read(cut, Context));
            if (length >= 16)
            {
                // Also when the header agrees with the shorter length.
                BinaryPrimitives.WriteInt64LittleEndian(cut.AsSpan(8), length);
                Assert.Throws<SealFormatException>(() => SealCiphertextFile.Read(cut, Context));
            }
        }

        byte[] longer = [.. Ciphertext, 0];
        Assert.Throws<SealFormatException>(() => SealCiphertextFile.Read(longer, Context));
        BinaryPrimitives.WriteInt64LittleEndian(longer.AsSpan(8), longer.Length);
        Assert.Throws<SealFormatException>(() => SealCiphertextFile.Read(longer, Context));
    }

    [Fact]
    public void KeysAndDataDoNotStandInForEachOther()
    {
        using SecretKey key = SecretKey.Generate(Chain);
        byte[] secret = SealSecretKeyFile.Write(key), publicKey = SealPublicKeyFile.Write(PublicKey.Generate(key));
        byte[] data = SealCiphertextFile.Write(new Ciphertext(Chain.FirstDataLevel)), plain = SealPlaintextFile.Write(new Plaintext(Chain.FirstDataLevel));

        Assert.Contains("may be a key", Assert.Throws<SealFormatException>(() => SealPlaintextFile.Read(secret, Chain)).Message, StringComparison.Ordinal);
        Assert.Throws<SealFormatException>(() => SealCiphertextFile.Read(publicKey, Chain));
        Assert.Throws<SealFormatException>(() => SealPublicKeyFile.Read(data, Chain));
        Assert.Throws<SealFormatException>(() => SealSecretKeyFile.Read(plain, Chain));
        Assert.Throws<SealFormatException>(() => SealSecretKeyFile.Read(secret, Context));
        Assert.Throws<SealFormatException>(() => SealSecretKeyFile.Read(publicKey, Chain));
    }

    [Fact]
    public void AZlibStreamThatAsksForADictionaryIsRefused()
    {
        byte[] file = SealEnvelope.Close([.. Parameters], new SealWriteOptions(SealCompression.Zlib));

        // The second byte of RFC 1950's header: a valid check, with the bit for a preset dictionary.
        file[17] = 0x20;

        Assert.Contains("zlib", Assert.Throws<SealFormatException>(() => SealParametersFile.Read(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ABombOfZerosStopsAtTheLargestObject()
    {
        foreach (SealCompression compression in new[] { SealCompression.Zlib, SealCompression.Zstandard })
        {
            byte[] zeros = new byte[64 << 20];
            byte[] bomb = SealEnvelope.Close(zeros, new SealWriteOptions(compression));
            long before = GC.GetAllocatedBytesForCurrentThread();

            var error = Assert.Throws<SealFormatException>(() => SealParametersFile.Read(bomb));

            Assert.Contains("after decompression", error.Message, StringComparison.Ordinal);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2 << 20);
        }
    }

    [Fact]
    public void MutatedFilesAreReadOrRefused_NothingElse()
    {
        using SecretKey key = SecretKey.Generate(Context);
        var encoder = new CkksEncoder(Context);
        using var encryptor = new SymmetricEncryptor(key);
        Plaintext plaintext = encoder.EncodeSlots([1.0, -2.5], Math.ScaleB(1, 20));
        (string Kind, byte[] File, Action<byte[]> Read)[] kinds =
        [
            ("parms", Parameters, file => SealParametersFile.Read(file)),
            ("secret key", SealSecretKeyFile.Write(key), file => SealSecretKeyFile.Read(file, Context).Dispose()),
            ("public key", SealPublicKeyFile.Write(PublicKey.Generate(key)), file => SealPublicKeyFile.Read(file, Context)),
            ("seeded key", SealPublicKeyFile.Write(SeededPublicKey.Generate(key)), file => SealPublicKeyFile.Read(file, Context)),
            ("plaintext", SealPlaintextFile.Write(plaintext), file => SealPlaintextFile.Read(file, Context)),
            ("ciphertext", SealCiphertextFile.Write(encryptor.Encrypt(plaintext)), file => SealCiphertextFile.Read(file, Context)),
            ("seeded", SealCiphertextFile.Write(encryptor.EncryptSeeded(plaintext)), file => SealCiphertextFile.Read(file, Context)),
        ];
        var random = new Random(20);
        int refused = 0, read = 0;
        foreach ((string kind, byte[] file, Action<byte[]> reader) in kinds)
        {
            foreach (SealCompression compression in Enum.GetValues<SealCompression>())
            {
                byte[] packed = SealEnvelope.Close([.. file], new SealWriteOptions(compression));
                reader(packed);
                for (int i = 0; i < 300; i++)
                {
                    byte[] mutant = Mutate(packed, random);
                    long before = GC.GetAllocatedBytesForCurrentThread();
                    Exception? error = Record.Exception(() => reader(mutant));
                    Assert.True(error is null or SealFormatException, Describe(kind, compression, packed, mutant, error));
                    Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
                    _ = error is null ? read++ : refused++;
                }
            }
        }

        // Flipping a low bit of a residue is not noticed, and should not be: SEAL has no checksum.
        Assert.True(refused > 1000 && read > 100, $"{refused} refused and {read} read.");
    }

    private static byte[] Mutate(byte[] file, Random random)
    {
        byte[] mutant = [.. file];
        for (int changes = random.Next(1, 4); changes > 0; changes--)
        {
            int at = random.Next(2) == 0 ? random.Next(Math.Min(mutant.Length, 160)) : random.Next(mutant.Length);
            switch (random.Next(6))
            {
                case 0:
                    mutant[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    mutant[at] = (byte)random.Next(256);
                    break;
                case 2 when at + 8 <= mutant.Length:
                    long[] extremes = [0, -1, long.MaxValue, long.MinValue, int.MaxValue, 1L << 32, file.Length, file.Length - 1];
                    BinaryPrimitives.WriteInt64LittleEndian(mutant.AsSpan(at), extremes[random.Next(extremes.Length)]);
                    break;
                case 3:
                    mutant = WithSize(mutant[..at]);
                    break;
                case 4:
                    mutant = WithSize([.. mutant, .. new byte[random.Next(1, 100)]]);
                    break;
                default:
                    mutant = WithSize([.. mutant[..at], .. mutant[Math.Min(mutant.Length, at + 8)..]]);
                    break;
            }

            if (mutant.Length == 0)
            {
                break;
            }
        }

        return mutant;
    }

    // Half of the damage should get past the check of the size.
    private static byte[] WithSize(byte[] file)
    {
        if (file.Length >= 16)
        {
            BinaryPrimitives.WriteInt64LittleEndian(file.AsSpan(8), file.Length);
        }

        return file;
    }

    private static string Describe(string kind, SealCompression compression, byte[] file, byte[] mutant, Exception? error)
    {
        var text = new StringBuilder($"{kind}, {compression}, {mutant.Length} of {file.Length} bytes: {error}");
        for (int i = 0; i < Math.Min(file.Length, mutant.Length); i++)
        {
            _ = file[i] == mutant[i] ? text : text.Append($" [{i}] {file[i]:x2}->{mutant[i]:x2}");
        }

        return text.ToString()[..Math.Min(text.Length, 2000)];
    }
}
