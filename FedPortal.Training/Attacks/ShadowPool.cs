using FedPortal.Training.Datasets;
using FedPortal.Training.Evaluation;

namespace FedPortal.Training.Attacks;

/// <summary>The units of an experiment: patients with all their images; an image without a patient key is a unit of its own.</summary>
public sealed class ShadowPool
{
    private readonly int[][] _images;

    public ShadowPool(PreparedDataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        Data = data;
        _images = [.. Enumerable.Range(0, data.Count).GroupBy(image => data.PatientKey(image) ?? $"image {image}", StringComparer.Ordinal).Select(group => group.ToArray())];
    }

    public PreparedDataset Data { get; }

    public int Units => _images.Length;

    /// <summary>The images of these units, in order.</summary>
    public int[] ImagesOf(IReadOnlyList<int> units) => [.. units.SelectMany(unit => _images[unit])];

    /// <summary>From one score for each image to one for each unit.</summary>
    public double[] ByUnit(IReadOnlyList<double> scores) => [.. _images.Select(images => images.Average(image => scores[image]))];

    /// <summary>Scores of all images of the pool.</summary>
    public static double[] ScoresOf(Predictions predictions)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        return [.. Enumerable.Range(0, predictions.Count).Select(image => LossScores.Of(predictions.Of(image)[predictions.Labels[image]]))];
    }
}
