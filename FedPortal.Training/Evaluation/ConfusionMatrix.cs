namespace FedPortal.Training.Evaluation;

/// <summary>Counts of images by true and predicted class.</summary>
public sealed class ConfusionMatrix
{
    private readonly int[,] _counts;

    private ConfusionMatrix(int classCount) => _counts = new int[classCount, classCount];

    public int ClassCount => _counts.GetLength(0);

    public int Total { get; private set; }

    public int Correct => Enumerable.Range(0, ClassCount).Sum(c => _counts[c, c]);

    public int this[int trueClass, int predictedClass] => _counts[trueClass, predictedClass];

    /// <summary>The class of each image with the largest probability; the first of equals.</summary>
    public static int[] PredictedClasses(Predictions predictions)
    {
        int[] predicted = new int[predictions.Count];
        for (int image = 0; image < predicted.Length; image++)
        {
            predicted[image] = PredictedClass(predictions.Of(image));
        }

        return predicted;
    }

    /// <summary>The same for one image.</summary>
    internal static int PredictedClass(ReadOnlySpan<float> probabilities)
    {
        int predicted = 0;
        for (int c = 1; c < probabilities.Length; c++)
        {
            predicted = probabilities[c] > probabilities[predicted] ? c : predicted;
        }

        return predicted;
    }

    public static ConfusionMatrix From(Predictions predictions)
    {
        int[] once = new int[predictions.Count];
        once.AsSpan().Fill(1);
        return From(predictions.Labels, PredictedClasses(predictions), once, predictions.Classes.Count);
    }

    internal static ConfusionMatrix From(IReadOnlyList<int> labels, int[] predicted, ReadOnlySpan<int> weights, int classCount)
    {
        var matrix = new ConfusionMatrix(classCount);
        for (int i = 0; i < predicted.Length; i++)
        {
            matrix._counts[labels[i], predicted[i]] += weights[i];
            matrix.Total += weights[i];
        }

        return matrix;
    }

    /// <summary>Images of a class.</summary>
    public int Actual(int ofClass) => Enumerable.Range(0, ClassCount).Sum(c => _counts[ofClass, c]);

    /// <summary>Images that were taken for a class.</summary>
    public int Predicted(int ofClass) => Enumerable.Range(0, ClassCount).Sum(c => _counts[c, ofClass]);

    /// <summary>2·TP / (2·TP + FP + FN), or NaN for a class without images.</summary>
    public double F1(int ofClass) => Actual(ofClass) == 0 ? double.NaN : 2.0 * _counts[ofClass, ofClass] / (Actual(ofClass) + Predicted(ofClass));

    /// <summary>TP / (TP + FP), or NaN for a class without images or that was never predicted.</summary>
    public double Precision(int ofClass) => Actual(ofClass) == 0 ? double.NaN : (double)_counts[ofClass, ofClass] / Predicted(ofClass);

    /// <summary>TP / (TP + FN), or NaN for a class without images.</summary>
    public double Recall(int ofClass) => (double)_counts[ofClass, ofClass] / Actual(ofClass);

    public IReadOnlyList<IReadOnlyList<int>> ToRows() =>
        [.. Enumerable.Range(0, ClassCount).Select(t => (IReadOnlyList<int>)[.. Enumerable.Range(0, ClassCount).Select(p => _counts[t, p])])];
}
