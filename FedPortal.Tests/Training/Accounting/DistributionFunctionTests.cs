using FedPortal.Training.Accounting;
using FedPortal.Training.Accounting.Distributions;
using Xunit;

namespace FedPortal.Tests.Training.Accounting;

/// <summary>Against published values and identities that the code does not use.</summary>
public class DistributionFunctionTests
{
    /// <summary>Tables of the normal distribution to 15 digits.</summary>
    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(-1, 0.158655253931457)]
    [InlineData(-3, 0.00134989803163009)]
    [InlineData(-3.6, 0.000159108590157534)]
    [InlineData(-6, 9.86587645037698e-10)]
    [InlineData(-10, 7.61985302416053e-24)]
    [InlineData(2, 0.977249868051821)]
    public void TheNormalDistributionHasItsTableValues(double x, double expected)
    {
        Assert.Equal(expected, NormalDistribution.Lower(x), expected * 1e-13);
        Assert.Equal(Math.Log(expected), NormalDistribution.LogLower(x), 1e-12);
    }

    [Fact]
    public void FactorialsAreExactToTheLastDigits()
    {
        double factorial = 0;
        for (int n = 1; n <= 300; n++)
        {
            factorial += Math.Log(n);
            Assert.Equal(factorial, LogSpace.LogFactorial(n), Math.Max(1, factorial) * 1e-13);
        }
    }

    [Fact]
    public void PoissonProbabilitiesOfSmallRatesAreTheTextbookOnes()
    {
        double factorial = 1;
        for (int k = 0; k <= 20; k++)
        {
            factorial *= Math.Max(1, k);
            double textbook = Math.Exp(-3.7) * Math.Pow(3.7, k) / factorial;
            Assert.Equal(textbook, Math.Exp(PoissonDistribution.LogProbability(k, 3.7)), textbook * 1e-13);
        }
    }

    /// <summary>p(k+1)/p(k) = λ/(k+1) must hold where ln k! is 10¹² and its last digit already 10⁻⁴.</summary>
    [Fact]
    public void PoissonProbabilitiesOfLargeRatesKeepTheirRatios()
    {
        const double rate = 4e10;
        foreach (double k in new[] { rate - 1e6, rate - 1, rate, rate + 1e6 })
        {
            double step = PoissonDistribution.LogProbability(k + 1, rate) - PoissonDistribution.LogProbability(k, rate);
            Assert.Equal(Math.Log(rate / (k + 1)), step, 1e-12);
        }

        // At the mode: 1/√(2πλ) up to a relative 1/(12λ).
        Assert.Equal(-0.5 * Math.Log(2 * Math.PI * rate), PoissonDistribution.LogProbability(rate, rate), 1e-11);
    }

    /// <summary>I₀(1)/e, I₁(1)/e and I₂(10)/e¹⁰ from their power series in forty digits.</summary>
    [Theory]
    [InlineData(1, 0, 0.465759607593640)]
    [InlineData(1, 1, 0.207910415349708)]
    [InlineData(10, 2, 0.103580800886538)]
    public void SkellamProbabilitiesAreScaledBesselFunctions(double variance, int x, double expected)
    {
        Assert.Equal(expected, Math.Exp(SkellamDistribution.LogProbability(x, variance)), 1e-14);
        Assert.Equal(expected, Math.Exp(SkellamDistribution.LogProbability(-x, variance)), 1e-14);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(30)]
    [InlineData(999)]
    [InlineData(1001)]
    [InlineData(1e6)]
    public void TheThreeWaysToASkellamProbabilityAgree(double variance)
    {
        int last = 20 + (int)(9 * Math.Sqrt(variance));
        double[] recurrence = SkellamDistribution.LogProbabilities(variance, last);

        double total = Math.Exp(recurrence[0]) + (2 * recurrence.Skip(1).Sum(Math.Exp));

        Assert.Equal(1, total, 1e-12);
        for (int x = 0; x <= last; x += 1 + (last / 50))
        {
            Assert.Equal(recurrence[x], SkellamDistribution.LogProbability(x, variance), 1e-11);
        }
    }

    [Fact]
    public void SubsamplingByQuadratureAgreesWithTheBinomialSum()
    {
        foreach (int order in new[] { 2, 3, 8, 32 })
        {
            double sum = GaussianPrivacy.SubsampledRenyi(order, 1.3, 0.07);
            double quadrature = GaussianPrivacy.SubsampledRenyi(order + 1e-9, 1.3, 0.07);
            Assert.Equal(sum, quadrature, (sum * 1e-7) + 1e-12);
        }
    }

    [Fact]
    public void ANumericalLossDistributionOfPlainGaussianNoiseGivesTheExactEpsilon()
    {
        double exact = GaussianPrivacy.ExactEpsilon(1e-5, 1, 5, 10);

        double numerical = PrivacyLoss.SubsampledGaussianEpsilon(5, 1 - 1e-12, 10, 1e-5, step: 1e-3);

        Assert.InRange(numerical, exact - 1e-6, exact + 1e-3);
    }
}
