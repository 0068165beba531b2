namespace FedPortal.Training.Learning;

/// <summary>One finished local training.</summary>
/// <param name="Update">Trained minus global model. It must not leave the institution unprotected, except under a strategy named plain.</param>
/// <param name="EpochLosses">Mean training loss of each epoch, as the loss function counts it (weights and shifts included).</param>
/// <param name="EpochAccuracies">Share of training images that were right before their step, by epoch; augmented, with shifted logits.</param>
/// <param name="Duration">Of training, with model set-up.</param>
/// <param name="ImagesPerSecond">Trained images, epochs counted, by <paramref name="Duration"/>.</param>
/// <param name="Device">What computed, in words.</param>
public sealed record LocalTrainingResult(
    ModelUpdate Update,
    IReadOnlyList<double> EpochLosses,
    IReadOnlyList<double> EpochAccuracies,
    TimeSpan Duration,
    double ImagesPerSecond,
    string Device);
