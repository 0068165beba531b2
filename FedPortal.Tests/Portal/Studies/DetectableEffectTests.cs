using FedPortal.Studies;
using Xunit;

namespace FedPortal.Tests.Portal.Studies;

public class DetectableEffectTests
{
    // McNemar's test on simulated pairs must find the stated difference in about 80 of 100 hold-outs.
    [Theory]
    [InlineData(400)]
    [InlineData(2000)]
    public void TheStatedDifferenceInAccuracy_IsFoundInFourOfFiveSimulatedHoldouts(int images)
    {
        double difference = DetectableEffect.AccuracyDifference(images)!.Value;
        var random = new Random(5);
        const int Trials = 4000;
        int found = 0;
        for (int trial = 0; trial < Trials; trial++)
        {
            (int better, int worse) = (0, 0);
            for (int i = 0; i < images; i++)
            {
                double draw = random.NextDouble();
                better += draw < (DetectableEffect.Disagreement + difference) / 2 ? 1 : 0;
                worse += draw >= (DetectableEffect.Disagreement + difference) / 2 && draw < DetectableEffect.Disagreement ? 1 : 0;
            }

            found += Math.Abs(better - worse) > 1.959964 * Math.Sqrt(better + worse) ? 1 : 0;
        }

        Assert.InRange((double)found / Trials, 0.77, 0.83);
    }

    [Fact]
    public void FewImages_ShowNothing_AndTheAnswerIsNotZero()
    {
        Assert.Null(DetectableEffect.AccuracyDifference(20));
        Assert.Null(DetectableEffect.AccuracyDifference(0));
        Assert.Null(DetectableEffect.AurocAboveChance(0, 50));
        Assert.Null(DetectableEffect.AurocAboveChance(1, 1));
    }

    [Fact]
    public void MoreImages_ShowSmallerEffects()
    {
        double?[] differences = [.. new[] { 100, 400, 1600 }.Select(DetectableEffect.AccuracyDifference)];

        Assert.True(differences[0] > differences[1] && differences[1] > differences[2]);
        Assert.True(DetectableEffect.AurocAboveChance(10, 90) > DetectableEffect.AurocAboveChance(40, 360));
    }

    // 30 positives among 120: 0.5 + 2.8016·√(121/(12·30·90)) by hand.
    [Fact]
    public void TheSmallestAuroc_IsTheOneByHand() => Assert.Equal(0.6712, DetectableEffect.AurocAboveChance(30, 90)!.Value, 4);
}
