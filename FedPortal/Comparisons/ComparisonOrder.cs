using FedPortal.Training.Comparison;

namespace FedPortal.Comparisons;

/// <summary>What to compare, on what, with which budget.</summary>
/// <param name="Phantoms">Synthetic images to train on; null compares on data sets.</param>
/// <param name="Sites">Hosted data sets, one for each institution; empty with phantoms.</param>
/// <param name="Methods">Some of <see cref="ComparedMethods.Names"/>, in the order of the table.</param>
/// <param name="ImageSize">Width and height that networks see.</param>
/// <param name="Rounds">Of every method.</param>
/// <param name="Epochs">Local epochs of a round.</param>
/// <param name="Repeats">Whole trainings with seeds that follow one another.</param>
public sealed record ComparisonOrder(
    int? Phantoms, IReadOnlyList<ComparisonSite> Sites, IReadOnlyList<string> Methods, int ImageSize = 64, int Rounds = 5, int Epochs = 2, int Repeats = 1)
{
    public const int LeastSites = 3;
    public const int LeastPhantoms = 60;
    public const int MostPhantoms = 2000;

    /// <summary>One click: every method on synthetic images.</summary>
    public static ComparisonOrder Usual { get; } = new(240, [], ComparedMethods.Names);

    /// <summary>The images themselves must not be put together where they are patients'.</summary>
    public static IReadOnlyList<string> MethodsForPatients { get; } = [.. ComparedMethods.Names.Where(name => name != ComparedMethods.Centralised)];

    public IReadOnlyList<Guid> InstitutionIds => [.. Sites.Select(site => site.InstitutionId)];

    /// <summary>What is compared on, for titles.</summary>
    public string Subject => Phantoms is { } count
        ? FormattableString.Invariant($"{count} synthetic images")
        : FormattableString.Invariant($"data sets of {Sites.Count} institutions");

    /// <returns>What speaks against it, in words; empty when nothing does.</returns>
    public IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        Require(Phantoms is null != (Sites.Count == 0), "Choose synthetic images or data sets, not both.");
        Require(Phantoms is null or (>= LeastPhantoms and <= MostPhantoms), $"Expected {LeastPhantoms} to {MostPhantoms} synthetic images but got {Phantoms}.");
        Require(Phantoms is not null || Sites.Count >= LeastSites, $"Protected rounds and rings need at least {LeastSites} institutions but {Sites.Count} were chosen.");
        Require(Sites.Select(site => site.InstitutionId).Distinct().Count() == Sites.Count, "Choose one data set of each institution.");
        Require(Methods.Count > 0 && Methods.All(ComparedMethods.Names.Contains), "Choose at least one method.");
        Require(Sites.All(site => site.IsSynthetic) || !Methods.Contains(ComparedMethods.Centralised), "Patients' images are not put together: leave the centralised anchor out.");
        Require(ImageSize is >= 32 and <= 224, $"Expected an image size of 32 to 224 but got {ImageSize}.");
        Require(Rounds is >= 1 and <= 50, $"Expected 1 to 50 rounds but got {Rounds}.");
        Require(Epochs is >= 1 and <= 10, $"Expected 1 to 10 epochs but got {Epochs}.");
        Require(Repeats is >= 1 and <= 10, $"Expected 1 to 10 repeats but got {Repeats}.");
        return problems;

        void Require(bool holds, string problem)
        {
            if (!holds)
            {
                problems.Add(problem);
            }
        }
    }
}

/// <param name="InstitutionId">Whose.</param>
/// <param name="InstitutionName">As shown when it was chosen.</param>
/// <param name="InstitutionCode">Of its home at this portal.</param>
/// <param name="DatasetId">Of which the institution's own split is used.</param>
/// <param name="DatasetName">As shown when it was chosen.</param>
/// <param name="IsSynthetic">Any image is a phantom.</param>
public sealed record ComparisonSite(Guid InstitutionId, string InstitutionName, string InstitutionCode, Guid DatasetId, string DatasetName, bool IsSynthetic);
