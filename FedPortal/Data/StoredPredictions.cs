using FedPortal.Training.Evaluation;
using FedPortal.Training.Protocol;

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
}
