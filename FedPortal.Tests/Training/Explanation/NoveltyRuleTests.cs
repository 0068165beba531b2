using FedPortal.Training.Explanation;
using FedPortal.Training.Imaging;
using Xunit;

namespace FedPortal.Tests.Training.Explanation;

/// <summary>Without a network: every picture gets the same answer, so only the picture itself counts.</summary>
public class NoveltyRuleTests
{
    private const int Size = 64;
    private static readonly PreprocessingPipeline Pipeline = PreprocessingPipeline.Default(Size);
    private static readonly Lazy<InputStatistics[]> Reference = new(() => [.. Enumerable.Range(0, 120).AsParallel().AsOrdered().Select(i => Of(OtherPictures.Phantom(i)))]);
    private static readonly Lazy<NoveltyRule> Rule = new(() => NoveltyRule.From(InputReference.Of(Pipeline.Hash, Reference.Value))!);

    [Fact]
    public void AtLeast99PercentOfTheReference_IsCalledLikeIt()
    {
        Assert.InRange(Reference.Value.Count(picture => Rule.Value.Judge(picture).IsUnlike), 0, 1);
        Assert.Equal(120, Rule.Value.Count);
    }

    [Theory]
    [InlineData(nameof(OtherPictures.Noise), 0.99)]
    [InlineData(nameof(OtherPictures.Inverted), 0.95)]
    [InlineData(nameof(OtherPictures.UpsideDown), 0.95)]
    [InlineData(nameof(OtherPictures.OnItsSide), 0.95)]
    [InlineData(nameof(OtherPictures.Slice), 0.95)]
    [InlineData(nameof(OtherPictures.Letter), 0.99)]
    public void OtherPictures_ScoreAboveFreshPhantoms(string kind, double leastArea)
    {
        var make = typeof(OtherPictures).GetMethod(kind)!.CreateDelegate<Func<int, XrayImage>>();
        double[] fresh = [.. Enumerable.Range(200, 60).AsParallel().Select(i => Rule.Value.Judge(Of(OtherPictures.Phantom(i))).Score)];
        double[] other = [.. Enumerable.Range(0, 40).AsParallel().Select(i => Rule.Value.Judge(Of(make(i + 500))).Score)];

        double area = other.Average(score => fresh.Average(inside => score > inside ? 1 : score < inside ? 0 : 0.5));

        Assert.True(area >= leastArea, $"{kind}: AUROC {area:0.000}, warned {other.Count(score => score > Rule.Value.Threshold)} of {other.Length}, fresh {fresh.Count(score => score > Rule.Value.Threshold)} of {fresh.Length}");
    }

    [Fact]
    public void AWarning_NamesTheStatisticsThatAreFarAway()
    {
        Novelty novelty = Rule.Value.Judge(Of(OtherPictures.Noise(1)));

        Assert.True(novelty.IsUnlike);
        Assert.Contains(novelty.Beyond, distance => distance is { Statistic: InputStatistic.Sharpness, IsHigh: true });
        Assert.Contains(novelty.Beyond, distance => distance is { Statistic: InputStatistic.CoarseStructure, IsHigh: false });
        Assert.Equal(novelty.Score, novelty.Beyond[0].Distance);
    }

    [Fact]
    public void WithFewReferencePictures_NothingIsJudged() =>
        Assert.Null(NoveltyRule.From(InputReference.Of(Pipeline.Hash, Reference.Value[..(NoveltyRule.LeastPictures - 1)])));

    [Fact]
    public void ReferencesOfSeveralInstitutions_AddUpToThatOfAllTheirPictures()
    {
        var whole = InputReference.Of(Pipeline.Hash, Reference.Value);
        var sum = InputReference.Sum([InputReference.Of(Pipeline.Hash, Reference.Value[..30]), InputReference.Of(Pipeline.Hash, Reference.Value[30..])]);

        Assert.Equal(whole.Count, sum.Count);
        Assert.All(InputStatistics.All, statistic => Assert.Equal(whole.Counts[statistic], sum.Counts[statistic]));
        Assert.Throws<ArgumentException>(() => InputReference.Sum([whole, whole with { PipelineHash = "another" }]));
    }

    [Fact]
    public void CountsThatCannotBe_AreRefusedWithBothSides()
    {
        var good = InputReference.Of(Pipeline.Hash, Reference.Value[..60]);
        good.Check(60);

        Assert.Contains("61 pictures but got 60", Assert.Throws<InvalidDataException>(() => good.Check(61)).Message, StringComparison.Ordinal);
        InputReference With(IReadOnlyList<int> counts) => good with { Counts = good.Counts.ToDictionary(pair => pair.Key, pair => pair.Key == InputStatistic.Energy ? counts : pair.Value) };
        Assert.Contains("100 counts of Energy but got 2", Assert.Throws<InvalidDataException>(() => With([30, 30]).Check(60)).Message, StringComparison.Ordinal);
        Assert.Contains("sum 60 but got 59", Assert.Throws<InvalidDataException>(() => With([59, .. new int[99]]).Check(60)).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => With([61, -1, .. new int[98]]).Check(60));
    }

    private static InputStatistics Of(XrayImage image) => InputStatistics.Of(Pipeline.Prepare(image), Size, [0, 0, 0]);
}
