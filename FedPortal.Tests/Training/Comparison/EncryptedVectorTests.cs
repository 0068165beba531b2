using FedPortal.Encryption.Ckks;
using FedPortal.Tests.Support;
using FedPortal.Training.Comparison;
using Xunit;

namespace FedPortal.Tests.Training.Comparison;

/// <summary>The ring's arithmetic: sums of masked, encrypted vectors against sums in the clear.</summary>
public sealed class EncryptedVectorTests
{
    private const int Count = 20_000;

    [Fact]
    public void ASumThatWentRoundTheRingUnderAMask_EqualsThePlainSumWithinTheStatedPrecision()
    {
        using var folder = new TemporaryFolder();
        using var key = SecretKey.Generate(EncryptedVector.Context);
        PublicKey open = PublicKey.Generate(key);
        float[][] updates = [.. Enumerable.Range(1, 4).Select(Update)];
        double[] weights = [0.4, 0.3, 0.2, 0.1];
        double[] mask = CyclicMask.Draw(Count);
        string path = Path.Combine(folder.Path, "ring");

        EncryptedVector.Encrypt(open, updates[0], weights[0]).Plus(mask).Write(path);
        for (int site = 1; site < updates.Length; site++)
        {
            EncryptedVector.Read(path, Count).Plus(EncryptedVector.Encrypt(open, updates[site], weights[site])).Write(path);
        }

        float[] mean = EncryptedVector.Read(path, Count).Plus(CyclicMask.Negated(mask)).Decrypt(key);

        // Six deviations of the summed errors, and the rounding of the answer to float32.
        double allowed = (6 * EncryptedVector.FreshError * Math.Sqrt(updates.Length)) + 1e-7;
        double worst = Enumerable.Range(0, Count).Max(i => Math.Abs(mean[i] - updates.Select((update, site) => weights[site] * update[i]).Sum()));
        Assert.InRange(worst, 0, allowed);
        Assert.True(worst > EncryptedVector.FreshError, "An exact sum would mean that nothing was encrypted.");
    }

    [Fact]
    public void WhatTheNextInstitutionCanDecrypt_IsTheMask()
    {
        using var key = SecretKey.Generate(EncryptedVector.Context);
        float[] update = Update(1);
        double[] mask = CyclicMask.Draw(Count);

        float[] seen = EncryptedVector.Encrypt(PublicKey.Generate(key), update, factor: 1).Plus(mask).Decrypt(key);

        double mean = seen.Average(value => Math.Abs((double)value));
        Assert.InRange(mean / CyclicMask.Bound, 0.48, 0.52);
        Assert.InRange(mask.Max(), 0.99 * CyclicMask.Bound, CyclicMask.Bound);
        Assert.InRange(mask.Min(), -CyclicMask.Bound, -0.99 * CyclicMask.Bound);
    }

    [Fact]
    public void TheRing_Has8192CoefficientsAndTheSecurityOf128Bits()
    {
        Assert.Equal(8192, EncryptedVector.Context.Degree);
        Assert.Equal(SecurityLevel.Classical128, EncryptedVector.Context.Parameters.Security);
        Assert.InRange(EncryptedVector.Context.Parameters.TotalBits, 1, 218);
    }

    [Fact]
    public void AFileOfAnotherLength_IsRefused()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "short");
        File.WriteAllBytes(path, new byte[1001]);

        Assert.Throws<InvalidDataException>(() => EncryptedVector.Read(path, Count));
    }

    private static float[] Update(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, Count).Select(_ => (float)((2 * random.NextDouble()) - 1))];
    }
}
