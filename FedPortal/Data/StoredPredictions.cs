using FedPortal.Training.Evaluation;
using FedPortal.Training.Protocol;
using FedPortal.Training.Robustness;

namespace FedPortal.Data;

/// <summary>Reads what institutions handed in about their hold-outs.</summary>
internal static class StoredPredictions
{
    /// <param name="classes">The study's labels.</param>
    /// <param name="submission">Hash of the blob.</param>
    public static Predictions Read(BlobStore blobs, IReadOnlyList<string> classes, string submission)
    {
        (PredictionsHeader header, float[] probabilities) = SubmissionFile.Read<PredictionsHeader>(
            blobs.PathOf(submission), h => (long)h.Labels.Count * classes.Count);
        return new Predictions(classes, [.. header.Labels], probabilities, header.IsSynthetic);
    }

    /// <summary>What was handed in for a robustness test: probabilities of undisturbed images, then point by point.</summary>
    /// <exception cref="InvalidDataException">It does not fit the plan.</exception>
    public static (PredictionsHeader Header, float[] Values) ReadPoints(BlobStore blobs, IReadOnlyList<string> classes, RobustnessPlan plan, string submission) =>
        SubmissionFile.Read<PredictionsHeader>(blobs.PathOf(submission), h => (long)h.Labels.Count * classes.Count * (plan.PixelPoints + 1));
}
