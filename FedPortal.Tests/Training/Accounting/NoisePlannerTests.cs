using FedPortal.Training.Accounting;
using Xunit;

namespace FedPortal.Tests.Training.Accounting;

public class NoisePlannerTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 30)]
    [InlineData(0.1, 100)]
    public void ThePlannedNoiseKeepsThePromiseAndALittleLessDoesNot(double epsilon, int rounds)
    {
        PrivacyCost Total(double z) => new LatticeNoise(64, 1, 65536, z, new NoiseShares(5)).Release().Cost(5, RenyiOrders.Standard).Repeat(rounds);

        double noise = NoisePlanner.SmallestNoise(epsilon, 1e-5, Total);

        Assert.True(Epsilon(Total(noise)) <= epsilon);
        Assert.True(Epsilon(Total(noise * (1 - (2 * NoisePlanner.Tolerance)))) > epsilon);
    }

    [Fact]
    public void APromiseThatNoNoiseKeepsIsInfinite()
    {
        double noise = NoisePlanner.SmallestNoise(1, 1e-5, _ => new ClearRelease().Cost(RenyiOrders.Standard));

        Assert.Equal(double.PositiveInfinity, noise);
    }

    [Fact]
    public void AScheduleIsFittedToItsTotalAndKeepsItsShape()
    {
        static PrivacyCost Round(double z, double clip) => new GaussianMechanism(clip, z * clip).Cost(RenyiOrders.Standard);
        var shape = NoiseSchedule.Geometric(40, clippingNorm: 1, noiseFactor: 0.97, clippingFactor: 0.99);

        NoiseSchedule fitted = shape.FitTo(6.406244872545564, 1e-5, Round);

        // Row V018 of the reference numbers: the schedule that starts at 10 costs this ε.
        Assert.Equal(10, fitted.NoiseMultipliers[0], 1e-4);
        Assert.Equal(0.97, fitted.NoiseMultipliers[20] / fitted.NoiseMultipliers[19], 1e-12);
        Assert.Equal(shape.ClippingNorms, fitted.ClippingNorms);
    }

    [Fact]
    public void PhasesFollowEachOther()
    {
        var schedule = NoiseSchedule.Phases(2, (3, 8), (1, 4));

        Assert.Equal([8, 8, 8, 4], schedule.NoiseMultipliers);
        Assert.Equal([2, 2, 2, 2], schedule.ClippingNorms);
        Assert.Equal(NoiseSchedule.Constant(2, 1, 5).NoiseMultipliers, [5, 5]);
    }

    private static double Epsilon(PrivacyCost cost) => Assert.IsType<EpsilonStatement>(PrivacyStatement.For(cost, 1e-5)).Epsilon;
}
