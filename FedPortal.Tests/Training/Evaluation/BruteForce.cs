namespace FedPortal.Tests.Training.Evaluation;

/// <summary>Metrics straight from their definitions, pair by pair and threshold by threshold.</summary>
internal static class BruteForce
{
    public static double Auroc(double[] positive, double[] negative) =>
        positive.SelectMany(p => negative.Select(n => Kernel(p, n))).Average();

    public static double AveragePrecision(double[] positive, double[] negative)
    {
        double sum = 0;
        double lastRecall = 0;
        foreach (double threshold in positive.Concat(negative).Distinct().OrderDescending())
        {
            double truePositives = positive.Count(p => p >= threshold);
            double recall = truePositives / positive.Length;
            double precision = truePositives / (truePositives + negative.Count(n => n >= threshold));
            sum += (recall - lastRecall) * precision;
            lastRecall = recall;
        }

        return sum;
    }

    public static double DeLongVariance(double[] positive, double[] negative)
    {
        double[] ofPositives = [.. positive.Select(p => negative.Average(n => Kernel(p, n)))];
        double[] ofNegatives = [.. negative.Select(n => positive.Average(p => Kernel(p, n)))];
        return (Variance(ofPositives) / positive.Length) + (Variance(ofNegatives) / negative.Length);
    }

    private static double Kernel(double positive, double negative) => positive > negative ? 1 : positive == negative ? 0.5 : 0;

    private static double Variance(double[] values) =>
        values.Sum(value => (value - values.Average()) * (value - values.Average())) / (values.Length - 1);
}
