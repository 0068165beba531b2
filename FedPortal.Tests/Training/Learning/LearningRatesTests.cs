using FedPortal.Training.Learning;
using Xunit;

namespace FedPortal.Tests.Training.Learning;

public class LearningRatesTests
{
    [Fact]
    public void Constant_StaysOne() =>
        Assert.All(Enumerable.Range(0, 7), step => Assert.Equal(1, LearningRates.Factor(LearningRateSchedule.Constant, step, 7)));

    [Fact]
    public void Step_DropsTenfoldAtOneHalfAndAtThreeQuarters() =>
        Assert.Equal([1, 1, 1, 1, 0.1, 0.1, 0.01, 0.01], Curve(LearningRateSchedule.Step, 8));

    [Fact]
    public void Cosine_BeginsAtOneAndPassesOneHalfInTheMiddle()
    {
        double[] curve = Curve(LearningRateSchedule.Cosine, 4);

        Assert.Equal([1, 0.8535533905932737, 0.5, 0.14644660940672627], curve, (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Fact]
    public void WarmUp_RisesEvenlyOverTheFirstTenth()
    {
        double[] curve = Curve(LearningRateSchedule.WarmUp, 40);

        Assert.Equal([0.2, 0.4, 0.6, 0.8, 1, 1], curve[..6], (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.All(curve[5..], factor => Assert.Equal(1, factor));
    }

    [Theory]
    [InlineData(LearningRateSchedule.Constant)]
    [InlineData(LearningRateSchedule.Step)]
    [InlineData(LearningRateSchedule.Cosine)]
    [InlineData(LearningRateSchedule.WarmUp)]
    public void EveryFactor_IsAboveZeroAndAtMostOne(LearningRateSchedule schedule)
    {
        for (int count = 1; count < 25; count++)
        {
            Assert.All(Curve(schedule, count), factor => Assert.InRange(factor, 1e-9, 1));
        }
    }

    [Fact]
    public void StepOutsideTheSequence_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => LearningRates.Factor(LearningRateSchedule.Cosine, 4, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => LearningRates.Factor(LearningRateSchedule.Cosine, -1, 4));
    }

    private static double[] Curve(LearningRateSchedule schedule, int count) =>
        [.. Enumerable.Range(0, count).Select(step => LearningRates.Factor(schedule, step, count))];
}
