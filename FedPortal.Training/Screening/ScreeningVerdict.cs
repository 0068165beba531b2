namespace FedPortal.Training.Screening;

/// <summary>What screening found about one institution's update in one round.</summary>
/// <param name="Name">The institution.</param>
/// <param name="Norm">Estimated norm of its update in clipping norms, noise taken off; 0 where the noise is larger than the update.</param>
/// <param name="RobustDeviations">How many robust deviations the norm lies from the round's median; null where there are too few to compare.</param>
/// <param name="Cosine">Between it and the sum of the others; null where there are too few to compare.</param>
/// <param name="Reasons">One sentence for every rule that is broken; empty when the update is accepted.</param>
public sealed record ScreeningVerdict(string Name, double Norm, double? RobustDeviations, double? Cosine, IReadOnlyList<string> Reasons)
{
    public bool Accepted => Reasons.Count == 0;

    /// <summary>All reasons in one text; empty when the update is accepted.</summary>
    public string Reason => string.Join(" ", Reasons);
}

/// <summary>What is remembered of one institution's screening in one round.</summary>
/// <param name="Round">From 1.</param>
/// <param name="Verdict">As given then.</param>
public sealed record ScreeningRecord(int Round, ScreeningVerdict Verdict);
