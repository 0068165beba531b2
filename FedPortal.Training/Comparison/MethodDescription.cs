namespace FedPortal.Training.Comparison;

/// <summary>What a method is in a comparison.</summary>
public enum MethodKind
{
    /// <summary>Nobody proposes it; it says what the others are worth.</summary>
    Anchor,

    /// <summary>Of the literature.</summary>
    Published,

    /// <summary>What studies of this portal run.</summary>
    Ours,
}

/// <param name="Name">On the command line and in files.</param>
/// <param name="Title">On pages.</param>
/// <param name="Kind">What it is here.</param>
/// <param name="HowItWorks">In words, with the sources that are followed.</param>
/// <param name="ServerSees">What whoever runs the server can read, in words.</param>
/// <param name="Weakness">What a reader must know before choosing it.</param>
/// <param name="Published">Figures that others printed; empty for anchors.</param>
public sealed record MethodDescription(
    string Name, string Title, MethodKind Kind, string HowItWorks, string ServerSees, string Weakness, IReadOnlyList<PublishedFigure> Published);
