using FedPortal.Training.Datasets;
using FedPortal.Training.Evaluation;

namespace FedPortal.Training.Robustness;

/// <summary>One finished point of a curve, as it is kept for a test that is killed.</summary>
/// <param name="Probabilities">Image by class.</param>
/// <param name="Pictures">Of its examples.</param>
public sealed record KeptPoint(float[] Probabilities, IReadOnlyList<ExamplePixels> Pictures)
{
    /// <param name="data">The images that were asked about, disturbed or not.</param>
    public Predictions PredictionsOn(PreparedDataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return new Predictions(data.Classes, [.. Enumerable.Range(0, data.Count).Select(data.Label)], Probabilities, data.IsSynthetic);
    }
}
