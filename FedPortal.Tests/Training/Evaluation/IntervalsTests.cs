using FedPortal.Training.Evaluation;
using Xunit;

namespace FedPortal.Tests.Training.Evaluation;

public class IntervalsTests
{
    [Theory]
    // Newcombe 1998, Statistics in Medicine 17, table I, method 3 (score without continuity correction).
    [InlineData(81, 263, 0.2553, 0.3662)]
    [InlineData(15, 148, 0.0624, 0.1605)]
    [InlineData(0, 20, 0.0000, 0.1611)]
    [InlineData(1, 29, 0.0061, 0.1718)]
    public void Wilson_MatchesPublishedIntervals(int successes, int trials, double lower, double upper)
    {
        (double Lower, double Upper)? interval = Intervals.Wilson(successes, trials);

        Assert.Equal(lower, interval!.Value.Lower, 4);
        Assert.Equal(upper, interval.Value.Upper, 4);
    }

    [Fact]
    public void Wilson_IsSymmetricInFailures_AndEndsExactlyAtOne()
    {
        (double Lower, double Upper) all = Intervals.Wilson(20, 20)!.Value;

        Assert.Equal(1, all.Upper);
        Assert.Equal(1 - 0.1611, all.Lower, 4);
    }

    [Fact]
    public void Wilson_WithoutTrials_IsNothing() => Assert.Null(Intervals.Wilson(0, 0));

    [Fact]
    public void Normal_WithoutVariance_IsNothing()
    {
        Assert.Null(Intervals.Normal(1, 0));
        Assert.Null(Intervals.Normal(0.5, double.NaN));
    }
}
