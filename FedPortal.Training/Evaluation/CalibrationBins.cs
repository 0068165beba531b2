namespace FedPortal.Training.Evaluation;

/// <summary>
/// Expected calibration error (Guo et al. 2017) over ten bins of equal width, (k/10, (k+1)/10]: Σ over bins of share of images ×
/// |share that was right − mean confidence|.
/// </summary>
internal sealed class CalibrationBins
{
    public const int BinCount = 10;
    private readonly double[] _confidence;
    private readonly bool[] _right;
    private readonly int[] _bin;

    private CalibrationBins(double[] confidence, bool[] right)
    {
        _confidence = confidence;
        _right = right;
        _bin = Array.ConvertAll(confidence, BinOf);
    }

    public static int BinOf(double confidence) => Math.Clamp((int)Math.Ceiling(confidence * BinCount) - 1, 0, BinCount - 1);

    /// <summary>Confidence is the probability of the predicted class.</summary>
    public static CalibrationBins OfTopClass(Predictions predictions, int[] predicted) => new(
        [.. predicted.Select((c, image) => (double)predictions.Of(image)[c])],
        [.. predicted.Select((c, image) => predictions.Labels[image] == c)]);

    /// <summary>Confidence is the probability of one class (class-wise error, Kull et al. 2019).</summary>
    public static CalibrationBins OfClass(Predictions predictions, int ofClass) => new(
        [.. Enumerable.Range(0, predictions.Count).Select(image => (double)predictions.Of(image)[ofClass])],
        [.. predictions.Labels.Select(label => label == ofClass)]);

    /// <param name="weights">How often each image counts.</param>
    /// <returns>In [0, 1]; NaN without images.</returns>
    public double Error(ReadOnlySpan<int> weights)
    {
        Span<double> gaps = stackalloc double[BinCount];
        gaps.Clear();
        double total = 0;
        for (int i = 0; i < _bin.Length; i++)
        {
            gaps[_bin[i]] += weights[i] * ((_right[i] ? 1 : 0) - _confidence[i]);
            total += weights[i];
        }

        double sum = 0;
        foreach (double gap in gaps)
        {
            sum += Math.Abs(gap);
        }

        return sum / total;
    }
}
