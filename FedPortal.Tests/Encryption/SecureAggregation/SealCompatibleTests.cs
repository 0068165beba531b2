using System.Security.Cryptography;
using FedPortal.Encryption.Ckks;
using FedPortal.Encryption.Seal;
using FedPortal.Encryption.SecureAggregation.SealCompatible;
using FedPortal.Encryption.SecureAggregation.Sharing;
using FedPortal.Encryption.SecureAggregation.Unlocking;
using Xunit;

namespace FedPortal.Tests.Encryption.SecureAggregation;

public class SealCompatibleTests
{
    private const double Scale = 1L << 40;

    private static readonly CkksContext Context = new(CkksParameters.Create(4096, [60, 49]));

    /// <remarks>
    /// Coefficient packing: the error is Σe of five institutions over the scale. Each e has σ = 6.4, so Σe stays below 6.4·√5·9.1 = 131 for all
    /// coefficients but for 2^−50 of all runs; rounding when encoding adds at most 5/2: 134 / 2^40 = 1.2e−10.
    /// </remarks>
    [Fact]
    public void SumOfFive_IsAnOrdinarySeededFile_ThatTheSumKeyOpens()
    {
        byte[] seed = RandomNumberGenerator.GetBytes(32);
        var encoder = new CkksEncoder(Context);
        double[] expected = new double[Context.Degree];
        SeededCiphertext? sum = null;
        ulong[][] held = [.. Enumerable.Range(0, 5).Select(_ => new ulong[Context.Degree])];
        for (int institution = 0; institution < 5; institution++)
        {
            var random = new Random(institution);
            double[] values = [.. Enumerable.Range(0, Context.Degree).Select(_ => (2 * random.NextDouble()) - 1)];
            expected = [.. expected.Zip(values, (x, y) => x + y)];
            using var contribution = new SealContribution(Context, seed);
            Collect(contribution.Deal(threshold: 4, helpers: 5), held);

            // Over the wire in SEAL's form, compressed.
            byte[] file = SealCiphertextFile.Write(contribution.EncryptNext(encoder.EncodeCoefficients(values, Scale)));
            SeededCiphertext update = SealCiphertextFile.ReadSeeded(file, Context)!;
            if (sum is null)
            {
                sum = update;
            }
            else
            {
                SealSum.Add(sum, update);
            }
        }

        SummedShare[] answers = [.. held.Take(4).Select((share, i) => new SummedShare(i + 1, [.. share.Select(element => (int)(element % 65537))]))];
        using var key = SumKey.Reconstruct(answers, 4, Context.Degree, addends: 5, out _);
        using SecretKey secretKey = SealSum.ToSecretKey(key, Context);

        Ciphertext loaded = SealCiphertextFile.Read(SealCiphertextFile.Write(sum!), Context);
        double[] decoded = new double[Context.Degree];
        encoder.DecodeCoefficients(CkksDecryptor.Decrypt(secretKey, loaded), decoded);

        Assert.All(decoded.Zip(expected), pair => Assert.InRange(pair.First - pair.Second, -1.3e-10, 1.3e-10));
    }

    [Fact]
    public void BlocksWithDifferentSeeds_DoNotAdd()
    {
        byte[] seed = RandomNumberGenerator.GetBytes(32);
        Plaintext plaintext = new CkksEncoder(Context).EncodeSlots([1.5, -2], Scale);
        using var first = new SealContribution(Context, seed);
        using var second = new SealContribution(Context, seed);
        SeededCiphertext sum = first.EncryptNext(plaintext);
        second.EncryptNext(plaintext);

        Assert.Throws<ArgumentException>(() => SealSum.Add(sum, second.EncryptNext(plaintext)));
    }

    private static void Collect(IReadOnlyList<SecretShare> shares, ulong[][] held)
    {
        foreach ((int helper, SecretShare share) in shares.Index())
        {
            held[helper] = [.. held[helper].Zip(share.Elements.ToArray(), (x, y) => x + y)];
            share.Dispose();
        }
    }
}
