using FedPortal.Training.Learning;
using Xunit;

namespace FedPortal.Tests.Training.Learning;

public class ClassBalancingTests
{
    [Fact]
    public void InverseFrequencyWeights_HaveMeanOneOverTheImages_AndLeaveMissingClassesAtOne()
    {
        float[] weights = ClassBalancing.InverseFrequencyWeights([30, 10, 0]);

        Assert.Equal([40f / 60, 2f, 1f], weights);
        Assert.Equal(1, ((30 * weights[0]) + (10 * weights[1])) / 40, 6);
    }

    [Fact]
    public void LogPriors_AreTheLogarithmsOfSmoothedShares()
    {
        float[] priors = ClassBalancing.LogPriors([8, 0, 0]);

        Assert.Equal([(float)Math.Log(9.0 / 11), (float)Math.Log(1.0 / 11), (float)Math.Log(1.0 / 11)], priors);
    }

    [Fact]
    public void Count_CountsEveryClass() => Assert.Equal([1, 0, 3], ClassBalancing.Count([2, 0, 2, 2], 3));

    [Fact]
    public void Mix_NeighbouringParts_GiveDifferentSeedsThatNeverChange()
    {
        int[] seeds = [.. from round in Enumerable.Range(0, 30) from institution in Enumerable.Range(0, 30) select Seeds.Mix(1, round, institution)];

        Assert.Equal(seeds.Length, seeds.Distinct().Count());
        Assert.All(seeds, seed => Assert.InRange(seed, 0, int.MaxValue));
        Assert.NotEqual(Seeds.Mix(1, 2), Seeds.Mix(2, 1));
    }
}
