using System.Numerics;
using FedPortal.Encryption.SecureAggregation.Parameters;
using Xunit;

namespace FedPortal.Tests.Encryption.SecureAggregation;

public class ParameterTests
{
    public static TheoryData<string> Sets => [.. ParameterSets.All.Select(set => set.Name)];

    [Theory]
    [InlineData("compact", 1.8333, 148)]
    [InlineData("precise", 2.9375, 138)]
    [InlineData("wide", 2.75, 151)]
    [InlineData("wide-precise", 3.5833, 160)]
    public void Sets_HaveTheBytesAndTheSecurityOfTheDesignTable(string name, double bytes, double security)
    {
        ParameterSet set = ParameterSets.Get(name);

        Assert.Equal(bytes, set.BytesPerValue, 0.0001);
        Assert.Equal(security, LatticeSecurity.EstimateBits(set), 0.5);
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void Sets_CarryTheCaseTheyWereMadeFor_AndObeyTheStandard(string name)
    {
        ParameterSet set = ParameterSets.Get(name);

        SetFit fit = SetFit.Evaluate(set, SumDemand.Equal(set.Institutions, set.ValueBits), set.SecurityLevel);

        Assert.Empty(fit.Refusals);
        Assert.True(fit.MarginBits > 0);
        Assert.All(set.Primes, prime => Assert.Equal(1UL, prime % (2 * (ulong)set.Degree)));
        Assert.All(set.Primes, prime => Assert.True(IsPrime(prime)));
        Assert.True(set.LargestCoefficient < BigInteger.One << (set.Limbs * set.WordBits));
    }

    [Fact]
    public void Client33OnCompact_IsRefused_WithBothSides()
    {
        SetFit fit = SetFit.Evaluate(ParameterSets.Compact, SumDemand.Equal(33, 8));

        Assert.False(fit.Fits);
        Assert.Contains(fit.Refusals, refusal => refusal.Contains("needs 14 bits", StringComparison.Ordinal) && refusal.Contains("has 13", StringComparison.Ordinal));
        Assert.Throws<ArgumentException>(fit.Required);
    }

    [Fact]
    public void ErrorsBeyondTheMargin_AreRefused_EvenWhereTheLanesFit()
    {
        SetFit fit = SetFit.Evaluate(ParameterSets.Compact, SumDemand.Equal(40, 4));

        string refusal = Assert.Single(fit.Refusals);
        Assert.Contains("Δ = 2047", refusal);
        Assert.True(fit.MarginBits < 0);
    }

    [Theory]
    [InlineData(5, 8, 0, 128, "compact")]
    [InlineData(32, 8, 0, 128, "compact")]
    [InlineData(33, 8, 0, 128, "wide")]
    [InlineData(5, 16, 0, 128, "precise")]
    [InlineData(1000, 16, 0, 128, "wide-precise")]
    [InlineData(5, 8, 0, 192, "compact-256")]
    [InlineData(5, 8, 150, 128, "compact")]
    [InlineData(5, 8, 200, 128, "wide")]
    [InlineData(5, 8, 2000, 128, "wide")]
    public void Choose_TakesTheSmallestSetThatFits(int institutions, int bits, double noise, int level, string expected)
    {
        Assert.Equal(expected, SetFit.Choose(SumDemand.Equal(institutions, bits, noise), level).Set.Name);
    }

    [Fact]
    public void Choose_SaysWhyNothingFits()
    {
        var exception = Assert.Throws<ArgumentException>(() => SetFit.Choose(SumDemand.Equal(2000, 16)));

        Assert.Contains("wide-precise has 26", exception.Message);
    }

    [Fact]
    public void UnequalWeights_WidenTheLane()
    {
        Assert.Equal(11, new SumDemand(4, 4, 8).NeededLaneBits + 1);
        Assert.Equal(12, new SumDemand(4, 13, 8).NeededLaneBits);
    }

    [Theory]
    [InlineData(0, 8, 0)]
    [InlineData(5, 0, 0)]
    [InlineData(5, 8, -1)]
    [InlineData(5, 8, double.NaN)]
    public void SenselessDemands_AreRefused(int institutions, int bits, double noise)
    {
        Assert.Throws<ArgumentException>(() => SetFit.Choose(SumDemand.Equal(institutions, bits, noise)));
    }

    private static bool IsPrime(ulong candidate)
    {
        BigInteger n = candidate;
        BigInteger odd = (n - 1) / (1UL << BitOperations.TrailingZeroCount(candidate - 1));
        return new[] { 2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37 }.All(witness =>
        {
            BigInteger x = BigInteger.ModPow(witness, odd, n);
            BigInteger exponent = odd;
            while (x != 1 && x != n - 1 && exponent != n - 1)
            {
                x = x * x % n;
                exponent *= 2;
            }

            return x == n - 1 || (x == 1 && exponent == odd);
        });
    }
}
