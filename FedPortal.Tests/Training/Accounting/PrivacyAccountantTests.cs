using FedPortal.Training.Accounting;
using Xunit;

namespace FedPortal.Tests.Training.Accounting;

public class PrivacyAccountantTests
{
    private static readonly LatticeNoise Noise = new(2049, 1, 65536, 10, new NoiseShares(5));

    [Fact]
    public void NoReleaseIsNothingReleasedAndNotZero()
    {
        var accountant = new PrivacyAccountant(Noise.Shares, RenyiOrders.Standard, 1e-5);

        Assert.IsType<NothingReleased>(accountant.Statement(PrivacyView.PublishedSum));
        Assert.Equal("nothing released", PrivacyWording.Of(accountant.Statement(PrivacyView.PublishedSum)));
    }

    [Fact]
    public void OneUnknownMechanismMakesTheWholeNotAccounted()
    {
        var accountant = new PrivacyAccountant(Noise.Shares, RenyiOrders.Standard, 1e-5);
        accountant.Add(Noise.Release(), 5);
        Assert.IsType<EpsilonStatement>(accountant.Statement(PrivacyView.PublishedSum));

        accountant.Add(Noise.Release("magic"), 5);

        Assert.IsType<UnaccountedStatement>(accountant.Statement(PrivacyView.PublishedSum));
        Assert.StartsWith("not accounted", PrivacyWording.Of(accountant.Statement(PrivacyView.PublishedSum)), StringComparison.Ordinal);
    }

    [Fact]
    public void AReleaseInTheClearIsInfinitelyMoreThanAnUnknownOne()
    {
        var accountant = new PrivacyAccountant(Noise.Shares, RenyiOrders.Standard, 1e-5);
        accountant.Add(Noise.Release("magic"), 5);
        accountant.Add(Noise.Release(MechanismNames.Clear), 5);

        Assert.IsType<UnboundedStatement>(accountant.Statement(PrivacyView.SingleUpdate));
    }

    /// <summary>The table of the design: z = 10, 30 rounds, δ = 10⁻⁵: 2.21, 2.50, 2.94 and 5.54 exact, so by Rényi accounting at most a tenth more.</summary>
    [Theory]
    [InlineData(5, 2.21)]
    [InlineData(4, 2.50)]
    [InlineData(3, 2.94)]
    [InlineData(1, 5.54)]
    public void FewerSharesCostMore(int shares, double exact)
    {
        PrivacyCost cost = Noise.Release().Cost(shares, RenyiOrders.Standard).Repeat(30);

        double epsilon = Assert.IsType<EpsilonStatement>(PrivacyStatement.For(cost, 1e-5)).Epsilon;

        Assert.InRange(epsilon, exact - 0.005, exact * 1.1);
    }

    [Fact]
    public void ThreeViewsSeeThreeAmountsOfNoise()
    {
        var shares = new NoiseShares(5, ToleratedDropouts: 1, AssumedColluders: 2);
        LatticeNoise noise = Noise with { Shares = shares };
        var accountant = new PrivacyAccountant(shares, RenyiOrders.Standard, 1e-5);
        accountant.Add(noise.Release(), 4);

        // Two of four arriving shares are the sized-for two: exactly the full noise.
        PrivacyCost full = (noise with { Shares = new NoiseShares(1) }).Release().Cost(1, RenyiOrders.Standard);
        Assert.Equal(PrivacyStatement.For(full, 1e-5), accountant.Statement(PrivacyView.Colluders));
        Assert.True(Epsilon(accountant, PrivacyView.PublishedSum) < Epsilon(accountant, PrivacyView.Colluders));
        Assert.True(Epsilon(accountant, PrivacyView.Colluders) < Epsilon(accountant, PrivacyView.SingleUpdate));
    }

    [Fact]
    public void WhenEverybodyColludesNothingIsPromised()
    {
        var accountant = new PrivacyAccountant(new NoiseShares(5, 0, 4), RenyiOrders.Standard, 1e-5);

        accountant.Add(Noise.Release(), 4);

        Assert.IsType<UnboundedStatement>(accountant.Statement(PrivacyView.Colluders));
    }

    [Fact]
    public void AboveTwentyTheNumberCarriesItsWarning()
    {
        Assert.Contains("no meaningful formal guarantee", PrivacyWording.Of(new EpsilonStatement(20.1, 2)), StringComparison.Ordinal);
        Assert.DoesNotContain("guarantee", PrivacyWording.Of(new EpsilonStatement(19.9, 2)), StringComparison.Ordinal);
    }

    [Fact]
    public void OtherMechanismsAreCloseToGaussianNoiseOfTheSameVariance()
    {
        double gaussian = EpsilonOf(new GaussianMechanism(Noise.L2, Math.Sqrt(Noise.TotalVariance)).Cost(RenyiOrders.Standard));

        foreach (string name in new[] { MechanismNames.Skellam, MechanismNames.DiscreteGaussian, MechanismNames.OffsetPoisson })
        {
            Assert.InRange(EpsilonOf(Noise.Release(name).Cost(5, RenyiOrders.Standard)), gaussian, gaussian * 1.001);
        }
    }

    [Fact]
    public void SamplingNeverCostsMoreThanNoSampling()
    {
        foreach (string name in new[] { MechanismNames.Skellam, MechanismNames.Gaussian, MechanismNames.DiscreteGaussian, MechanismNames.OffsetPoisson })
        {
            double[] epsilons = [.. new[] { 0, 0.01, 0.1, 0.5, 0.99, 1 }
                .Select(rate => EpsilonOf((Noise.Release(name) with { SamplingRate = rate }).Cost(5, RenyiOrders.Standard).Repeat(30)))];
            Assert.Equal(epsilons.Order(), epsilons);
        }
    }

    [Fact]
    public void ASamplingRateOutsideZeroToOneIsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new GaussianMechanism(1, 1).Cost(RenyiOrders.Standard, 1.5));

    private static double EpsilonOf(PrivacyCost cost) => Assert.IsType<EpsilonStatement>(PrivacyStatement.For(cost, 1e-5)).Epsilon;

    private static double Epsilon(PrivacyAccountant accountant, PrivacyView view) => Assert.IsType<EpsilonStatement>(accountant.Statement(view)).Epsilon;
}
