using FedPortal.Training.Evaluation;

namespace FedPortal.Tests.Training.Evaluation;

/// <summary>Predictions for tests of metrics.</summary>
internal static class MadeUpPredictions
{
    /// <summary>Two classes; the score is the probability of the second.</summary>
    public static Predictions Binary(int[] labels, float[] scores) =>
        new(["healthy", "ill"], labels, [.. scores.SelectMany(score => new[] { 1 - score, score })], isSynthetic: false);

    /// <summary>Every image is predicted with probability 0.8.</summary>
    public static Predictions Decided(int classCount, int[] labels, int[] predicted)
    {
        float rest = 0.2f / (classCount - 1);
        return new Predictions(
            [.. Enumerable.Range(0, classCount).Select(c => $"class {c}")],
            labels,
            [.. predicted.SelectMany(p => Enumerable.Range(0, classCount).Select(c => c == p ? 0.8f : rest))],
            isSynthetic: false);
    }

    /// <summary>Noisy predictions with many ties: probabilities are rounded to twentieths before they are normalised.</summary>
    public static Predictions Random(int count, int classCount, int seed)
    {
        var random = new Random(seed);
        int[] labels = [.. Enumerable.Range(0, count).Select(_ => random.Next(classCount))];
        float[] logits = new float[count * classCount];
        for (int i = 0; i < count; i++)
        {
            for (int c = 0; c < classCount; c++)
            {
                logits[(i * classCount) + c] = (float)Math.Round((random.NextDouble() * 2) + (labels[i] == c ? 0.7 : 0), 1);
            }
        }

        return Predictions.FromLogits([.. Enumerable.Range(0, classCount).Select(c => $"class {c}")], labels, logits, isSynthetic: false);
    }

    public static double? Value(this EvaluationReport report, Metric metric, string? ofClass = null) => report.Row(metric, ofClass).Value;

    public static Measurement Row(this EvaluationReport report, Metric metric, string? ofClass = null) =>
        report.Measurements.Single(m => m.Metric == metric && m.Class == ofClass);
}
