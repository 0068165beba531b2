namespace FedPortal.Rounds;

/// <summary>Where an institution's site program stands right now.</summary>
/// <param name="Stage">Words for a person: "loading images", "training", "evaluating", "submitting".</param>
/// <param name="Epoch">From 1; 0 before training.</param>
/// <param name="RemainingSeconds">Estimate, or null.</param>
/// <param name="Device">Where it computes, or empty.</param>
public sealed record TrainingSnapshot(
    string Stage, int Epoch, int EpochCount, int Batch, int BatchCount, double? Loss, double? ImagesPerSecond, double? RemainingSeconds, string Device);
