using FedPortal.Training.Robustness;

namespace FedPortal.Models;

/// <summary>What a robustness test found.</summary>
/// <param name="IsSynthetic">True when any image came from the phantom generator.</param>
/// <param name="Subject">What was asked about what, in words.</param>
public sealed record RobustnessOutcome(bool IsSynthetic, string Subject)
{
    /// <summary>Over all images; of several hold-outs those of the institutions, pooled. Null for an inversion.</summary>
    public RobustnessReport? Report { get; init; }

    /// <summary>By hold-out.</summary>
    public IReadOnlyList<InstitutionRobustness> Parts { get; init; } = [];

    /// <summary>Hold-outs without a result, with the reason.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>Of phantoms only.</summary>
    public IReadOnlyList<RobustnessPicture> Pictures { get; init; } = [];

    public IReadOnlyList<InvertedPicture> Inversion { get; init; } = [];

    /// <summary>Blobs of all pictures.</summary>
    public IEnumerable<string> PictureHashes() =>
        Pictures.SelectMany(row => new[] { row.Original, row.Difference, row.Disturbed }).Concat(Inversion.SelectMany(row => new[] { row.Picture, row.Mean }).OfType<string>());
}

/// <param name="InstitutionId">Null for the consortium's hold-out.</param>
public sealed record InstitutionRobustness(Guid? InstitutionId, RobustnessReport Report);

/// <summary>A phantom before and after.</summary>
/// <param name="Before">The class it was taken for.</param>
/// <param name="After">The class it is taken for now.</param>
/// <param name="Amplification">Of the difference, in its picture.</param>
/// <param name="GreatestChange">In grey levels.</param>
/// <param name="Original">Blob of the PNG; so <paramref name="Difference"/> and <paramref name="Disturbed"/>.</param>
public sealed record RobustnessPicture(
    Disturbance Disturbance, double Strength, string TrueClass, string Before, double BeforeProbability, string After, double AfterProbability,
    double Amplification, double GreatestChange, string Original, string Difference, string Disturbed);

/// <summary>What the network takes for the essence of a class.</summary>
/// <param name="Similarity">To the mean of each class, by class number; null where a class had no images.</param>
/// <param name="IsNearest">Whether its own class is the most similar one.</param>
/// <param name="Picture">Blob of the PNG; null where the model did not learn from phantoms only.</param>
/// <param name="Mean">Blob of the class mean's PNG.</param>
public sealed record InvertedPicture(string Class, double Probability, IReadOnlyList<double?> Similarity, bool IsNearest, string? Picture, string? Mean);
