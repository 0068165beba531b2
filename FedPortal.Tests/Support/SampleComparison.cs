using FedPortal.Training.Comparison;
using FedPortal.Training.Evaluation;

namespace FedPortal.Tests.Support;

/// <summary>A small finished comparison, made of seeded numbers.</summary>
internal static class SampleComparison
{
    public const int HoldoutImages = 12;

    private static readonly string[] Classes = ["no", "yes"];

    public static ComparisonSettings Settings { get; } = new(
        "240 synthetic images", IsSynthetic: true, Institutions: 2, TrainImages: 240, 2 * HoldoutImages, [new ComparedSite("hospital-a", 140, HoldoutImages), new ComparedSite("hospital-b", 100, HoldoutImages)], Classes, 64, "resnet50-slim", 5, 2, 2, 1,
        "./fedportal compare --phantoms 240");

    public static MethodMeter Meter()
    {
        var meter = new MethodMeter(sites: 2, () => 0);
        meter.Sends(0, 1_500_000);
        meter.Fetches(1, 2_500_000);
        return meter;
    }

    public static MethodOutcome Outcome(int members, int others) => new()
    {
        Network = "resnet50-slim",
        Values = 1000,
        Attacked = "the shared model",
        Sites =
        [
            new SiteOutcome("hospital-a", 140, Ids(0), Holdout(0), Scores(members, 2), Scores(others, 3)),
            new SiteOutcome("hospital-b", 100, Ids(1), Holdout(1), [], []),
        ],
    };

    /// <summary>Every method of the table, the better the later.</summary>
    public static ComparisonReport Report() => new(
        Settings, [.. ComparedMethods.Names.Select((name, place) => Outcome(members: 40, others: 30).ToResult(name, seed: 1, Meter()) with
        {
            Accuracy = new ComparedFigure(0.5 + (0.05 * place), 0.4 + (0.05 * place), Math.Min(1, 0.6 + (0.05 * place)), 2 * HoldoutImages, EvaluationReports.Wilson),
            Seconds = 10 + place,
            CpuSeconds = 20 + place,
        })]);

    public static Predictions Holdout(int site)
    {
        var random = new Random(10 + site);
        int[] labels = [.. Enumerable.Range(0, HoldoutImages).Select(image => image % 2)];
        float[] probabilities = [.. labels.SelectMany(label =>
        {
            float right = (float)(0.35 + (0.6 * random.NextDouble()));
            return label == 0 ? new[] { right, 1 - right } : [1 - right, right];
        })];
        return new Predictions(Classes, labels, probabilities, isSynthetic: true);
    }

    public static double[] Scores(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextDouble())];
    }

    private static string[] Ids(int site) => [.. Enumerable.Range(0, HoldoutImages).Select(image => $"{site}-{image}")];
}
