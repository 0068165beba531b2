using System.Text.Json.Serialization;

namespace FedPortal.Training.Learning;

/// <summary>Where local training stands after a batch.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="EpochCount">Epochs of this round.</param>
/// <param name="Batch">From 1, within the epoch.</param>
/// <param name="BatchCount">Batches of an epoch.</param>
/// <param name="Loss">Mean over the images of this epoch so far; null where telling it would cost privacy.</param>
/// <param name="ImagesPerSecond">Since the round began.</param>
/// <param name="Remaining">Estimate from the speed so far.</param>
/// <param name="Device">What computes, in words.</param>
public sealed record TrainingProgress(
    int Epoch,
    int EpochCount,
    int Batch,
    int BatchCount,
    double? Loss,
    double ImagesPerSecond,
    TimeSpan Remaining,
    string Device)
{
    /// <summary>How much of the round is done, from 0 to 1.</summary>
    [JsonIgnore]
    public double Share => (Epoch - 1 + ((double)Batch / BatchCount)) / EpochCount;
}
