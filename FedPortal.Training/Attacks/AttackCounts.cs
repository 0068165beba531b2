using FedPortal.Training.Datasets;
using FedPortal.Training.Evaluation;
using FedPortal.Training.Protocol;

namespace FedPortal.Training.Attacks;

/// <summary>What one institution hands in for the loss-threshold attack: how many of its patients have which score, trained on and not.</summary>
/// <param name="Members">Patients that were trained on.</param>
/// <param name="NonMembers">Patients of the hold-out.</param>
public sealed record AttackCounts(ScoreHistogram Members, ScoreHistogram NonMembers)
{
    /// <param name="data">All images of the institution, each with its split.</param>
    /// <param name="predictions">Of a model about these images, in the same order.</param>
    public static AttackCounts Of(PreparedDataset data, Predictions predictions)
    {
        ArgumentNullException.ThrowIfNull(data);
        double[] scores = ShadowPool.ScoresOf(predictions);
        ScoreHistogram Part(DatasetSplit split)
        {
            int[] images = [.. Enumerable.Range(0, data.Count).Where(image => data.Split(image) == split)];
            return ScoreHistogram.Of(LossScores.ByPatient([.. images.Select(image => scores[image])], [.. images.Select(data.PatientKey)]));
        }

        return new AttackCounts(Part(DatasetSplit.Train), Part(DatasetSplit.Holdout));
    }

    /// <summary>As a <see cref="SubmissionFile"/>.</summary>
    public void Write(string path, AttackHeader header) =>
        SubmissionFile.Write(path, header, [.. Members.Counts.Concat(NonMembers.Counts).Select(count => (float)count)]);

    /// <exception cref="InvalidDataException">It is not such a file.</exception>
    public static (AttackHeader Header, AttackCounts Counts) Read(string path)
    {
        (AttackHeader header, float[] values) = SubmissionFile.Read<AttackHeader>(path, _ => 2 * ScoreHistogram.BinCount);
        return (header, new AttackCounts(
            ScoreHistogram.FromCounts(values.AsSpan(0, ScoreHistogram.BinCount)), ScoreHistogram.FromCounts(values.AsSpan(ScoreHistogram.BinCount))));
    }
}
