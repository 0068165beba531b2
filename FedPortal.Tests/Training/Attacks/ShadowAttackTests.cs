using FedPortal.Tests.Support;
using FedPortal.Training.Attacks;
using Xunit;

namespace FedPortal.Tests.Training.Attacks;

/// <summary>The shadow-model attacks against models whose leak is known: a table that remembers, and a table that answers by randomised response.</summary>
public sealed class ShadowAttackTests
{
    private const int Units = 120;
    private static readonly string Fingerprint = new('a', 64);

    [Fact]
    public async Task LiRa_FindsAModelThatRemembersItsMembers()
    {
        using var folder = new TemporaryFolder();
        using var scores = new ShadowScoreFile(folder.At("scores"), Fingerprint, Units);

        LikelihoodRatioReport found = await new LikelihoodRatioAttack(Remembering(by: 0.8), Units, new LikelihoodRatioOptions()).RunAsync(scores, null, default);

        Assert.True(found.Report.Auc.Lower > 0.7, $"{found.Report.Auc}");
        Assert.InRange(found.Report.Epsilon.LowerBound, 1, found.Report.Epsilon.Ceiling);
        Assert.Empty(found.Report.Epsilon.Assumption);
    }

    [Fact]
    public async Task LiRa_FindsNothingInAModelThatIgnoresItsMembers()
    {
        using var folder = new TemporaryFolder();
        using var scores = new ShadowScoreFile(folder.At("scores"), Fingerprint, Units);

        LikelihoodRatioReport found = await new LikelihoodRatioAttack(Remembering(by: 0), Units, new LikelihoodRatioOptions()).RunAsync(scores, null, default);

        Assert.InRange(0.5, found.Report.Auc.Lower!.Value, found.Report.Auc.Upper!.Value);
        Assert.Equal(0, found.Report.Epsilon.LowerBound);
    }

    [Fact]
    public async Task AnAttackThatIsKilled_GoesOnWithTheShadowModelsThatAreDone()
    {
        using var folder = new TemporaryFolder();
        int trained = 0;
        ShadowTraining counting = (members, seed, ct) =>
            ++trained == 31 ? throw new OperationCanceledException() : Remembering(by: 2)(members, seed, ct);
        var attack = new LikelihoodRatioAttack(counting, Units, new LikelihoodRatioOptions());
        using (var scores = new ShadowScoreFile(folder.At("scores"), Fingerprint, Units))
        {
            await Assert.ThrowsAsync<OperationCanceledException>(() => attack.RunAsync(scores, null, default));
        }

        // A crash in the middle of writing leaves half a model behind.
        await File.AppendAllBytesAsync(folder.At("scores"), new byte[100]);
        LikelihoodRatioReport resumed;
        using (var scores = new ShadowScoreFile(folder.At("scores"), Fingerprint, Units))
        {
            Assert.Equal(30, scores.Count);
            resumed = await attack.RunAsync(scores, null, default);
        }

        using var fresh = new ShadowScoreFile(folder.At("fresh"), Fingerprint, Units);
        LikelihoodRatioReport whole = await new LikelihoodRatioAttack(Remembering(by: 2), Units, new LikelihoodRatioOptions()).RunAsync(fresh, null, default);
        Assert.Equal(65 + 1, trained);
        Assert.Equal(whole.Report.Auc, resumed.Report.Auc);
        Assert.Equal(whole.Report.Epsilon, resumed.Report.Epsilon);
    }

    [Fact]
    public void ScoresOfAnotherExperiment_AreNotTakenOver()
    {
        using var folder = new TemporaryFolder();
        using (var scores = new ShadowScoreFile(folder.At("scores"), Fingerprint, Units))
        {
            scores.Add(new double[Units]);
        }

        using var other = new ShadowScoreFile(folder.At("scores"), new string('b', 64), Units);
        Assert.Equal(0, other.Count);
    }

    [Fact]
    public async Task FewerThan64ShadowModels_AreRefused()
    {
        using var folder = new TemporaryFolder();
        using var scores = new ShadowScoreFile(folder.At("scores"), Fingerprint, Units);

        ArgumentException refused = await Assert.ThrowsAsync<ArgumentException>(() =>
            new LikelihoodRatioAttack(Remembering(by: 2), Units, new LikelihoodRatioOptions(ShadowModels: 16)).RunAsync(scores, null, default));

        Assert.Contains("at least 64 shadow models but got 16", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SixtyCanariesThatAreAllRemembered_CertifyEpsilonOf2_97AndNoMore()
    {
        using var folder = new TemporaryFolder();
        using var scores = new ShadowScoreFile(folder.At("scores"), Fingerprint, 160);

        CanaryReport found = await new CanaryAudit(Remembering(by: 50, units: 160), realUnits: 100, canaries: 60, seed: 3, delta: 1e-5).RunAsync(scores, null, default);

        // Half are guessed in and half out, so an uneven coin costs a few guesses.
        Assert.Equal(found.Guesses - Math.Abs(found.Inserted - 30), found.Correct);
        Assert.Equal(2.97, found.Epsilon.Ceiling, 0.01);
        Assert.InRange(found.Epsilon.LowerBound, 1, 2.98);
    }

    /// <summary>Each canary's score tells by randomised response at ε = 1 whether it was in: the bound may exceed 1 in at most one experiment of twenty.</summary>
    [Fact]
    public async Task CanariesOfAMechanismOfKnownEpsilon_CertifyNoMoreThanThat()
    {
        using var folder = new TemporaryFolder();
        int tooHigh = 0;
        for (int experiment = 0; experiment < 60; experiment++)
        {
            using var scores = new ShadowScoreFile(folder.At($"scores{experiment}"), Fingerprint, 90);
            ShadowTraining responding = (members, seed, _) =>
            {
                var random = new Random(seed + members.Count);
                var inside = members.ToHashSet();
                return Task.FromResult<double[]>([.. Enumerable.Range(0, 90).Select(unit => (random.NextDouble() < Math.E / (1 + Math.E)) == inside.Contains(unit) ? 1.0 : 0)]);
            };
            CanaryReport found = await new CanaryAudit(responding, realUnits: 30, canaries: 60, seed: experiment, delta: 0).RunAsync(scores, null, default);
            tooHigh += found.Epsilon.LowerBound > 1 ? 1 : 0;
        }

        Assert.InRange(tooHigh, 0, 6);
    }

    /// <summary>Scores are noise around a difficulty of each unit, and higher by a constant for members.</summary>
    private static ShadowTraining Remembering(double by, int units = Units) => (members, seed, _) =>
    {
        var random = new Random(seed);
        var inside = members.ToHashSet();
        return Task.FromResult<double[]>([.. Enumerable.Range(0, units).Select(unit => (unit % 7) + random.NextDouble() + random.NextDouble() + (inside.Contains(unit) ? by : 0))]);
    };
}
