namespace FedPortal.Training.Comparison;

/// <summary>What all methods of a comparison share: the fairness of it.</summary>
/// <param name="Data">What was trained on, in words.</param>
/// <param name="IsSynthetic">Any image is a phantom.</param>
/// <param name="Institutions">How many.</param>
/// <param name="TrainImages">Of all institutions.</param>
/// <param name="HoldoutImages">Of all institutions.</param>
/// <param name="Sites">Institutions with their images, as far as the reader may see them.</param>
/// <param name="Classes">In the order of their numbers.</param>
/// <param name="ImageSize">Width and height that networks see.</param>
/// <param name="Network">Of all methods that do not bring their own.</param>
/// <param name="Rounds">Rounds of each method.</param>
/// <param name="Epochs">Local epochs of a round.</param>
/// <param name="Repeats">Whole trainings of each method, with seeds that follow one another.</param>
/// <param name="Seed">Of the first.</param>
/// <param name="Command">The command line that gives it again, or in words what does.</param>
public sealed record ComparisonSettings(
    string Data,
    bool IsSynthetic,
    int Institutions,
    int TrainImages,
    int HoldoutImages,
    IReadOnlyList<ComparedSite> Sites,
    IReadOnlyList<string> Classes,
    int ImageSize,
    string Network,
    int Rounds,
    int Epochs,
    int Repeats,
    int Seed,
    string Command)
{
    /// <summary>Words on the fairness of the comparison.</summary>
    public string Fairness => FormattableString.Invariant(
        $"Every method got the same {TrainImages} training images in the same {Institutions} institutions, was measured on the same {HoldoutImages} held-out images, and had {Counted(Rounds, "round")} of {Counted(Epochs, "epoch")}, the same optimiser and the same seeds. ")
        + "Published figures were measured by others on other data; they stand beside ours and cannot be compared with them.";

    private static string Counted(int count, string what) => FormattableString.Invariant($"{count} {what}{(count == 1 ? "" : "s")}");
}

/// <param name="Name">As shown.</param>
/// <param name="TrainImages">To train on.</param>
/// <param name="HoldoutImages">Held out.</param>
public sealed record ComparedSite(string Name, int TrainImages, int HoldoutImages);

/// <summary>A comparison, finished or as far as it is.</summary>
/// <param name="Settings">What all methods share.</param>
/// <param name="Results">Every run of every method that is finished.</param>
public sealed record ComparisonReport(ComparisonSettings Settings, IReadOnlyList<MethodResult> Results)
{
    /// <summary>One row for each method that has a result, in the order of the table.</summary>
    public IReadOnlyList<ComparisonRow> Rows() =>
    [
        .. ComparedMethods.All
            .Select(method => (Method: method, Runs: Results.Where(result => result.Method == method.Name).OrderBy(result => result.Seed).ToArray()))
            .Where(pair => pair.Runs.Length > 0)
            .Select(pair => new ComparisonRow(pair.Method, pair.Runs[0], Spread.Of([.. pair.Runs.Select(run => run.Accuracy.Value).OfType<double>()]))),
    ];
}

/// <param name="Method">What it is.</param>
/// <param name="Result">Of the first seed; intervals come from its hold-out.</param>
/// <param name="Accuracies">Over seeds; null with one.</param>
public sealed record ComparisonRow(MethodDescription Method, MethodResult Result, Spread? Accuracies);

/// <summary>How a number moves from seed to seed.</summary>
/// <param name="Count">Seeds, at least 2.</param>
/// <param name="Mean">Over seeds.</param>
/// <param name="Deviation">Standard deviation, with n − 1.</param>
/// <param name="Least">Smallest.</param>
/// <param name="Most">Largest.</param>
public sealed record Spread(int Count, double Mean, double Deviation, double Least, double Most)
{
    /// <summary>Null with fewer than two numbers.</summary>
    public static Spread? Of(IReadOnlyList<double> values)
    {
        if (values.Count < 2)
        {
            return null;
        }

        double mean = values.Average();
        return new Spread(values.Count, mean, Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1)), values.Min(), values.Max());
    }
}
