namespace FedPortal.Training.Ledger;

/// <summary>What a release is.</summary>
public static class ReleaseKinds
{
    public const string Update = "update";

    public const string FailedRound = "failed-round";

    public const string Sketch = "sketch";

    public const string QuantileCount = "quantile-count";

    public const string Metric = "metric";

    public const string Export = "export";

    public static IReadOnlyList<string> All { get; } = [Update, FailedRound, Sketch, QuantileCount, Metric, Export];
}
