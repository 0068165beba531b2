namespace FedPortal.Training.Comparison;

/// <summary>A figure that somebody published. It was measured on other data, by others: it stands beside ours, it is not comparable with it.</summary>
/// <param name="Metric">What was measured: accuracy, Dice, seconds a round.</param>
/// <param name="Value">As printed; null where no figure was found in a source that was read.</param>
/// <param name="DataSet">What it was measured on.</param>
/// <param name="Images">n as stated, or "not stated".</param>
/// <param name="Citation">Where it is printed.</param>
public sealed record PublishedFigure(string Metric, string? Value, string DataSet, string Images, string Citation)
{
    /// <summary>What stands in the place of a figure that was not found.</summary>
    public const string NotFound = "not found";

    /// <summary>"99.6 % accuracy", or "accuracy: not found".</summary>
    public string InWords => Value is null ? $"{Metric}: {NotFound}" : $"{Value} {Metric}";
}
