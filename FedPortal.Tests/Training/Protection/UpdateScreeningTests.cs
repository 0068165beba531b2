using FedPortal.Tests.Training.Learning;
using FedPortal.Training.Accounting;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;
using FedPortal.Training.Perturbation;
using FedPortal.Training.Screening;
using Xunit;

namespace FedPortal.Tests.Training.Protection;

public class UpdateScreeningTests
{
    private const int Values = 4000;
    private const double Clip = 2;

    private static readonly ModelLayout Layout = SmallLayout.Of(Values);

    [Fact]
    public void HonestUpdates_AreNeverTooLong_AndRarelyStandOut()
    {
        using ProtectedConsortium consortium = Consortium(ScreeningProfile.AllRules);
        RoundPerturbation perturbation = consortium.Protection.Perturbation(consortium.Round, 0);
        var screening = new UpdateScreening(consortium.Protection);
        var random = new Random(1);
        var reasons = new List<string>();
        const int Rounds = 2000; // about 3.9 % stand out: of so many, 5 % are six deviations away
        for (int round = 0; round < Rounds; round++)
        {
            // A common direction and as much of everybody's own, lengths from half to one and a half clipping norms.
            float[] common = Direction(random);
            ScreenedUpdate[] updates = [.. Enumerable.Range(0, 5).Select(i =>
                new ScreenedUpdate($"{i}", 1, perturbation.Perturb(Update(common, Direction(random), (0.5 + random.NextDouble()) * Clip)).Sketch))];
            reasons.AddRange(screening.Judge(updates).SelectMany(verdict => verdict.Reasons));
        }

        Assert.DoesNotContain(reasons, reason => reason.Contains("clipping norms long", StringComparison.Ordinal));
        Assert.InRange(reasons.Count, 0, Rounds * 5 * 0.05);
    }

    [Fact]
    public void EachRule_NamesWhatItFound()
    {
        // The spread of five lengths of sketches, which is the measure of "too short", is itself by chance: long sketches keep it narrow.
        using ProtectedConsortium consortium = Consortium(ScreeningProfile.AllRules with { LeastRelativeNorm = 0.2 }, sketchDimensions: 1024);
        RoundPerturbation perturbation = consortium.Protection.Perturbation(consortium.Round, 0);
        var random = new Random(2);
        float[] common = Direction(random);
        ModelUpdate[] honest = [.. Enumerable.Range(0, 5).Select(_ => Update(common, Direction(random), 0.9 * Clip))];
        UpdateSketch[] sketches = [.. honest.Select(update => perturbation.Perturb(update).Sketch!)];

        ScreeningVerdict tooLong = Verdict(consortium, sketches, Times(sketches[4], 3));
        ScreeningVerdict tooShort = Verdict(consortium, sketches, Times(sketches[4], 0.01));
        ScreeningVerdict turned = Verdict(consortium, sketches, Times(sketches[4], -1));
        ScreeningVerdict again = new UpdateScreening(consortium.Protection).Judge(Updates(sketches, Times(sketches[4], 3)), _ => [new ScreeningRecord(1, tooLong)])[4];

        Assert.Contains("clipping norms long", tooLong.Reason, StringComparison.Ordinal);
        Assert.InRange(tooLong.Norm, 2, 4);
        Assert.Contains("deviations below the middle", tooShort.Reason, StringComparison.Ordinal);
        Assert.Contains("it hardly contributes", tooShort.Reason, StringComparison.Ordinal);
        Assert.Contains("points away from the others", turned.Reason, StringComparison.Ordinal);
        Assert.Contains("left out in 1 of the last 1 rounds", again.Reason, StringComparison.Ordinal);
        Assert.True(Verdict(consortium, sketches, sketches[4]).Accepted);
    }

    [Fact]
    public void TooFewToCompare_OnlyTheNormSpeaks()
    {
        using ProtectedConsortium consortium = Consortium(ScreeningProfile.AllRules with { LeastCompared = 6 });
        UpdateSketch sketch = consortium.Perturb(0).Sketch!;

        ScreeningVerdict verdict = Verdict(consortium, [.. Enumerable.Repeat(sketch, 5)], Times(sketch, -1));

        Assert.True(verdict.Accepted);
        Assert.Null(verdict.Cosine);
        Assert.Null(verdict.RobustDeviations);
    }

    private static ScreeningVerdict Verdict(ProtectedConsortium consortium, UpdateSketch[] honest, UpdateSketch last) =>
        new UpdateScreening(consortium.Protection).Judge(Updates(honest, last))[4];

    private static ScreenedUpdate[] Updates(UpdateSketch[] honest, UpdateSketch last) =>
        [.. honest[..4].Append(last).Select((sketch, i) => new ScreenedUpdate($"hospital {i}", 1, sketch))];

    private static UpdateSketch Times(UpdateSketch sketch, double factor) => new(sketch.Values.ToArray().Select(value => (long)(value * factor)).ToArray());

    private static ProtectedConsortium Consortium(ScreeningProfile screening, int sketchDimensions = 256)
    {
        var random = new Random(3);
        ModelUpdate[] updates = [.. Enumerable.Range(0, 5).Select(_ => Update(Direction(random), Direction(random), Clip))];
        return new ProtectedConsortium(
            new GlobalModel(Layout, 0, new float[Values]), updates, new PrivacyProfile { ClippingNorm = Clip, NoiseIntensity = 0.002 },
            screening: screening with { Sketch = new SketchProfile { Dimensions = sketchDimensions, NoiseIntensity = 0.01 } });
    }

    private static ModelUpdate Update(float[] common, float[] own, double norm)
    {
        float[] values = [.. common.Zip(own, (x, y) => x + y)];
        double factor = norm / VectorNorm.L2(values);
        return new ModelUpdate(Layout, [.. values.Select(value => (float)(value * factor))], 10);
    }

    private static float[] Direction(Random random) => [.. Enumerable.Range(0, Values).Select(_ => (float)(random.NextDouble() - 0.5))];
}
