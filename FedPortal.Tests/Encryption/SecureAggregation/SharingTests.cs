using FedPortal.Encryption.Arithmetic;
using FedPortal.Encryption.SecureAggregation.Sharing;
using Xunit;

namespace FedPortal.Tests.Encryption.SecureAggregation;

public class SharingTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 5)]
    [InlineData(22, 32)]
    [InlineData(33, 48)]
    public void AnyThresholdHelpers_ReconstructEverySecret(int threshold, int helpers)
    {
        short[] secret = Secret(64, seed: 1);
        SummedShare[] shares = Deal(secret, threshold, helpers);
        var random = new Random(2);
        for (int trial = 0; trial < 5; trial++)
        {
            random.Shuffle(shares);
            int[] sum = new int[secret.Length];

            IReadOnlyList<int> liars = ShamirReconstruction.Reconstruct(shares[..threshold], threshold, sum);

            Assert.Equal(secret.Select(value => (int)value), sum);
            Assert.Empty(liars);
        }
    }

    [Fact]
    public void FewerThanThreshold_FitEverySecretEquallyWell()
    {
        // Shares of t − 1 helpers and any claimed value at 0 determine a polynomial: here, one coefficient with t = 3.
        SummedShare[] shares = Deal([42], 3, 5);
        foreach (int claimed in (int[])[0, 1, 65536])
        {
            int[] points = [0, 1, 2];
            int[] values = [claimed, shares[0].Elements[0], shares[1].Elements[0]];
            int third = ShamirField.LagrangeWeights(points, 3).Zip(values, ShamirField.Multiply).Aggregate(ShamirField.Add);
            int[] sum = new int[1];
            ShamirReconstruction.Reconstruct([shares[0], shares[1], new SummedShare(3, [third])], 3, sum);

            Assert.Equal(ShamirField.Centre(claimed), sum[0]);
        }
    }

    [Fact]
    public void Reduce_IsTheRemainder()
    {
        uint[] values = [0, 1, 65535, 65536, 65537, 65538, 131073, 131074, int.MaxValue, 1 << 30, 65537u * 32766];

        Assert.All(values, value => Assert.Equal((int)(value % 65537), ShamirField.Reduce(value)));
    }

    [Fact]
    public void SharesOfTheSameSecret_AreUniform()
    {
        // 20,000 shares of 0 in 16 bins: χ² with 15 degrees of freedom exceeds 50 with probability 1e-5; the seed of the system's generator varies.
        SummedShare share = Deal(new short[20_000], 2, 2)[0];
        double[] bins = new double[16];
        foreach (int element in share.Elements)
        {
            bins[element * 16 / ShamirField.Prime]++;
        }

        Assert.InRange(bins.Sum(bin => (bin - 1250) * (bin - 1250) / 1250), 0, 60);
    }

    [Theory]
    [InlineData(10, 4, 0)]
    [InlineData(10, 4, 1)]
    [InlineData(10, 4, 3)]
    [InlineData(32, 22, 5)]
    [InlineData(48, 33, 7)]
    [InlineData(7, 5, 1)]
    public void Liars_AreNamed_UpToHalfTheSurplus(int helpers, int threshold, int lies)
    {
        short[] secret = Secret(64, seed: 3);
        SummedShare[] shares = Deal(secret, threshold, helpers);
        var random = new Random(helpers);
        int[] points = [.. Enumerable.Range(1, helpers)];
        random.Shuffle(points);
        int[] lying = [.. points.Take(lies).Order()];
        foreach (int point in lying)
        {
            shares[point - 1] = Lie(shares[point - 1], random);
        }

        int[] sum = new int[secret.Length];
        IReadOnlyList<int> liars = ShamirReconstruction.Reconstruct(shares, threshold, sum);

        Assert.Equal(lying, liars);
        Assert.Equal(secret.Select(value => (int)value), sum);
    }

    [Theory]
    [InlineData(7, 5, 2)]
    [InlineData(6, 5, 1)]
    [InlineData(10, 4, 5)]
    public void MoreLiars_FailLoudly(int helpers, int threshold, int lies)
    {
        SummedShare[] shares = Deal(Secret(64, seed: 4), threshold, helpers);
        var random = new Random(5);
        for (int i = 0; i < lies; i++)
        {
            shares[i] = Lie(shares[i], random);
        }

        Assert.Throws<ReconstructionException>(() => ShamirReconstruction.Reconstruct(shares, threshold, new int[64]));
    }

    private static SummedShare Lie(SummedShare share, Random random)
    {
        int[] elements = [.. share.Elements];
        elements[random.Next(elements.Length)] ^= 1;
        return share with { Elements = elements };
    }

    private static SummedShare[] Deal(short[] secret, int threshold, int helpers)
    {
        using var generator = AesCtrGenerator.FromOperatingSystem();
        SecretShare[] shares = ShamirDealer.Deal(secret, threshold, helpers, generator);
        return [.. shares.Select((share, i) => new SummedShare(i + 1, [.. share.Elements.ToArray().Select(element => (int)element)]))];
    }

    private static short[] Secret(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (short)random.Next(-60, 61))];
    }
}
