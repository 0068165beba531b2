namespace FedPortal.Training.Attacks;

/// <summary>
/// The score of the loss-threshold attack (Yeom and others 2018), in the form of Carlini and others 2022: ln p/(1 − p) for the probability p that the
/// model gives to the true class. It rises as the loss falls, and is near normal.
/// </summary>
public static class LossScores
{
    /// <summary>Scores are cut to ±this; a float32 probability cannot say more.</summary>
    public const double Limit = 20;

    /// <param name="probability">Of the true class, in [0, 1].</param>
    public static double Of(double probability) =>
        Math.Clamp(Math.Log(probability) - Math.Log(1 - probability), -Limit, Limit);

    /// <summary>One score for each patient: the mean over the patient's images. An image without a patient key stands for itself.</summary>
    /// <param name="scores">Of the images.</param>
    /// <param name="patients">Patient keys, or null.</param>
    public static double[] ByPatient(IReadOnlyList<double> scores, IReadOnlyList<string?> patients)
    {
        if (scores.Count != patients.Count)
        {
            throw new ArgumentException($"Expected {scores.Count} patient keys but got {patients.Count}.", nameof(patients));
        }

        return [.. scores.Select((score, image) => (Score: score, Patient: patients[image] ?? $"image {image}"))
            .GroupBy(pair => pair.Patient, StringComparer.Ordinal).Select(group => group.Average(pair => pair.Score))];
    }
}
