namespace FedPortal.Training.PrivateHead;

/// <summary>Mean and spread of each pooled feature over public images (phantoms). Statistics of private images would have to be paid for.</summary>
/// <param name="Mean">By feature.</param>
/// <param name="Deviation">By feature, at least 0.</param>
public sealed record FeatureStatistics(IReadOnlyList<float> Mean, IReadOnlyList<float> Deviation)
{
    /// <summary>A feature that varies less than this says nothing and is left out.</summary>
    public const float LeastDeviation = 1e-6f;

    public int Dimension => Mean.Count;

    /// <returns>The statistics of public images.</returns>
    public static FeatureStatistics Of(FeatureSet publicImages)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(publicImages.Count, 2);
        int dimension = publicImages.Dimension;
        double[] sum = new double[dimension];
        double[] squares = new double[dimension];
        for (int image = 0; image < publicImages.Count; image++)
        {
            ReadOnlySpan<float> values = publicImages.Of(image);
            for (int i = 0; i < dimension; i++)
            {
                sum[i] += values[i];
                squares[i] += (double)values[i] * values[i];
            }
        }

        double count = publicImages.Count;
        return new FeatureStatistics(
            [.. sum.Select(total => (float)(total / count))],
            [.. sum.Zip(squares, (total, square) => (float)Math.Sqrt(Math.Max(0, (square / count) - (total / count * (total / count)))))]);
    }
}
