using FedPortal.Training.Evaluation;

namespace FedPortal.Training.Explanation;

/// <summary>
/// One number that makes probabilities fit how often they are right (Guo et al. 2017): logits are divided by the temperature that gives the smallest mean
/// cross-entropy on labelled pictures. The order of the classes never changes.
/// </summary>
/// <param name="Temperature">Above 1 makes the model less sure of itself.</param>
/// <param name="Count">Pictures it was fitted on.</param>
/// <param name="LossBefore">Mean cross-entropy without it.</param>
/// <param name="LossAfter">Mean cross-entropy with it, on the same pictures.</param>
public sealed record TemperatureScaling(double Temperature, int Count, double LossBefore, double LossAfter)
{
    /// <summary>Fewest labelled pictures to fit on.</summary>
    public const int LeastPictures = 50;

    private const double Lowest = 0.05;
    private const double Highest = 20;
    private const double SmallestProbability = 1e-7;
    private const int Steps = 60;

    /// <returns>Null when there are fewer than <see cref="LeastPictures"/> pictures.</returns>
    public static TemperatureScaling? Fit(Predictions predictions)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        if (predictions.Count < LeastPictures)
        {
            return null;
        }

        // The loss is convex in the inverse temperature, so it has one minimum: golden section finds it.
        double ratio = (Math.Sqrt(5) - 1) / 2;
        double low = Math.Log(Lowest);
        double high = Math.Log(Highest);
        for (int step = 0; step < Steps; step++)
        {
            double left = high - (ratio * (high - low));
            double right = low + (ratio * (high - low));
            (low, high) = Loss(predictions, Math.Exp(left)) < Loss(predictions, Math.Exp(right)) ? (low, right) : (left, high);
        }

        double temperature = Math.Exp((low + high) / 2);
        return new TemperatureScaling(temperature, predictions.Count, Loss(predictions, 1), Loss(predictions, temperature));
    }

    /// <summary>Calibrated probabilities, from probabilities as the model gives them.</summary>
    public double[] Apply(ReadOnlySpan<float> probabilities)
    {
        double[] row = LogitsOf(probabilities);
        Scale(row, Temperature);
        return row;
    }

    /// <summary>All predictions, calibrated.</summary>
    public Predictions Apply(Predictions predictions)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        float[] calibrated = [.. Enumerable.Range(0, predictions.Count).SelectMany(image => Apply(predictions.Of(image))).Select(value => (float)value)];
        return new Predictions(predictions.Classes, [.. predictions.Labels], calibrated, predictions.IsSynthetic);
    }

    private static double Loss(Predictions predictions, double temperature)
    {
        double sum = 0;
        for (int image = 0; image < predictions.Count; image++)
        {
            double[] row = LogitsOf(predictions.Of(image));
            Scale(row, temperature);
            sum -= Math.Log(Math.Max(row[predictions.Labels[image]], double.Epsilon));
        }

        return sum / predictions.Count;
    }

    // Logits are known up to a constant, which makes no difference here.
    private static double[] LogitsOf(ReadOnlySpan<float> probabilities)
    {
        double[] logits = new double[probabilities.Length];
        for (int c = 0; c < logits.Length; c++)
        {
            logits[c] = Math.Log(Math.Max(probabilities[c], SmallestProbability));
        }

        return logits;
    }

    private static void Scale(double[] row, double temperature)
    {
        for (int c = 0; c < row.Length; c++)
        {
            row[c] /= temperature;
        }

        Predictions.SoftMax(row);
    }
}
