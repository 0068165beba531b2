using FedPortal.Encryption.Ckks;
using FedPortal.Encryption.Seal;
using Xunit;

namespace FedPortal.Tests.Encryption.Seal;

public class SealVectorTests
{
    // What SEAL itself has on these files, see their README.
    private const double SealsOwnError = 1e-7;

    public static TheoryData<string> Sets => ["c", "d", "rej"];

    public static TheoryData<string, string> Ciphertexts
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (string set in new[] { "c", "d", "rej" })
            {
                foreach (string suffix in new[] { "ct_pk", "ct_sym", "ct_seeded" })
                {
                    data.Add(set, suffix);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void EveryFileIsSavedAgainByteForByte(string set)
    {
        var files = new SealVectors(set);
        CkksContext context = files.Context;
        SealWriteOptions asWritten = SealVectors.AsWritten;
        using SecretKey key = SealSecretKeyFile.Read(files.Bytes("sk"), context);

        Assert.Equal(files.Bytes("parms"), SealParametersFile.Write(files.Parameters, asWritten));
        Assert.Equal(files.Bytes("sk"), SealSecretKeyFile.Write(key, asWritten));
        Assert.Equal(files.Bytes("pk"), SealPublicKeyFile.Write(SealPublicKeyFile.Read(files.Bytes("pk"), context), asWritten));
        Assert.Equal(files.Bytes("pks"), SealPublicKeyFile.Write(SealPublicKeyFile.ReadSeeded(files.Bytes("pks"), context)!, asWritten));
        Assert.Equal(files.Bytes("pt"), SealPlaintextFile.Write(SealPlaintextFile.Read(files.Bytes("pt"), context), asWritten));
        Assert.Equal(files.Bytes("ct_pk"), SealCiphertextFile.Write(SealCiphertextFile.Read(files.Bytes("ct_pk"), context), asWritten));
        Assert.Equal(files.Bytes("ct_sym"), SealCiphertextFile.Write(SealCiphertextFile.Read(files.Bytes("ct_sym"), context), asWritten));
        Assert.Equal(files.Bytes("ct_seeded"), SealCiphertextFile.Write(SealCiphertextFile.ReadSeeded(files.Bytes("ct_seeded"), context)!, asWritten));
        Assert.Null(SealCiphertextFile.ReadSeeded(files.Bytes("ct_sym"), context));
        Assert.Null(SealPublicKeyFile.ReadSeeded(files.Bytes("pk"), context));
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void TheValuesEncodeToTheVeryCoefficientsOfSeal(string set)
    {
        var files = new SealVectors(set);

        Plaintext actual = new CkksEncoder(files.Context).EncodeSlots(files.Values, Math.ScaleB(1, 40));

        Assert.Equal(files.Bytes("pt"), SealPlaintextFile.Write(actual, SealVectors.AsWritten));
    }

    [Theory]
    [MemberData(nameof(Ciphertexts))]
    public void EveryCiphertextDecryptsToTheValues(string set, string suffix)
    {
        var files = new SealVectors(set);
        using SecretKey key = SealSecretKeyFile.Read(files.Bytes("sk"), files.Context);
        Ciphertext ciphertext = SealCiphertextFile.Read(files.Bytes(suffix), files.Context);
        double[] decoded = new double[files.Values.Length];

        new CkksEncoder(files.Context).DecodeSlots(CkksDecryptor.Decrypt(key, ciphertext), decoded);

        Assert.InRange(files.Values.Zip(decoded, (a, b) => Math.Abs(a - b)).Max(), 0, SealsOwnError);
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void TheSeededPublicKeyExpandsToAKeyOfTheSecretKey(string set)
    {
        var files = new SealVectors(set);
        using SecretKey key = SealSecretKeyFile.Read(files.Bytes("sk"), files.Context);
        PublicKey publicKey = SealPublicKeyFile.Read(files.Bytes("pks"), files.Context);

        // p0 + p1·s = −e: a wrong word of the expansion would make it as large as the primes.
        ulong[] error = ErrorOf(publicKey, key);
        for (int prime = 0; prime < publicKey.Level.PrimeCount; prime++)
        {
            ulong q = files.Parameters.CoeffModulus[prime];
            Assert.All(publicKey.Level.View(error, prime).ToArray(), e => Assert.True(e < 42 || e > q - 42, $"{e} is not small modulo {q}."));
        }
    }

    [Fact]
    public void OurOwnFilesDecryptUnderSealsKeys_WhateverTheCompressionAndTheMinorVersion()
    {
        var files = new SealVectors("d");
        CkksContext context = files.Context;
        using SecretKey key = SealSecretKeyFile.Read(files.Bytes("sk"), context);
        var encoder = new CkksEncoder(context);
        using var encryptor = new PublicKeyEncryptor(SealPublicKeyFile.Read(files.Bytes("pk"), context));
        Ciphertext ciphertext = encryptor.Encrypt(encoder.EncodeSlots(files.Values, Math.ScaleB(1, 40)));
        foreach (SealCompression compression in Enum.GetValues<SealCompression>())
        {
            foreach (int minor in new[] { 0, 1, 4 })
            {
                byte[] file = SealCiphertextFile.Write(ciphertext, new SealWriteOptions(compression, minor));
                double[] decoded = new double[files.Values.Length];

                encoder.DecodeSlots(CkksDecryptor.Decrypt(key, SealCiphertextFile.Read(file, context)), decoded);

                Assert.Equal((minor, compression, file.Length), (SealHeader.Read(file).MinorVersion, SealHeader.Read(file).Compression, (int)SealHeader.Read(file).Size));
                Assert.InRange(files.Values.Zip(decoded, (a, b) => Math.Abs(a - b)).Max(), 0, SealsOwnError);
            }
        }
    }

    [Fact]
    public void TheParametersIdIsThePublishedOne()
    {
        var context = new CkksContext(CkksParameters.Create(8192, [60, 40, 40, 60]));

        Assert.Equal("cfda86153fdda8e2 bab3261f59a402ac ae8fe2601f0b6e53 ddc508ab0e037ff5", context.KeyLevel.Id.ToString());
        Assert.Equal(153, SealParametersFile.Write(context.Parameters).Length);
    }

    private static ulong[] ErrorOf(PublicKey publicKey, SecretKey key)
    {
        CkksLevel level = publicKey.Level;
        var asCiphertext = new Ciphertext(level, 2, publicKey.Words.ToArray(), 1);
        Plaintext noise = CkksDecryptor.Decrypt(key, asCiphertext);
        ulong[] error = noise.Words.ToArray();
        for (int prime = 0; prime < level.PrimeCount; prime++)
        {
            level.Context.Transform(prime).Inverse(level.Part(error, prime));
        }

        return error;
    }
}
