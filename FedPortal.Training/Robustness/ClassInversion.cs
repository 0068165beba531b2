using FedPortal.Training.Datasets;
using FedPortal.Training.Datasets.Phantoms;
using FedPortal.Training.Imaging;
using FedPortal.Training.Models;
using FedPortal.Training.Native;

namespace FedPortal.Training.Robustness;

/// <summary>What was found for one class.</summary>
/// <param name="Class">Its name.</param>
/// <param name="Probability">How surely the network takes the picture for it.</param>
/// <param name="Similarity">To the mean image of each class, by class number, −1 to 1; null where a class has no images.</param>
/// <param name="IsNearest">Whether its own class is the most similar one.</param>
/// <param name="Pixels">In prepared values.</param>
/// <param name="Mean">Mean image of the class, in prepared values; null without images.</param>
public sealed record InvertedClass(string Class, double Probability, IReadOnlyList<double?> Similarity, bool IsNearest, float[] Pixels, float[]? Mean);

/// <summary>
/// Model inversion after Fredrikson, Jha and Ristenpart (2015): from middle grey, gradient descent on the cross-entropy of a class plus a penalty on
/// total variation, with momentum. The gradient is smoothed before each step: a network's own gradient is noise to the eye. Images are not used; they only
/// judge the result.
/// </summary>
/// <remarks>
/// Similarity is Pearson's correlation of what sets classes apart: the picture less the mean picture over all classes, against the mean image of a class
/// less the mean over all classes. The anatomy that all classes share would make everything similar to everything.
/// </remarks>
public sealed class ClassInversion(int steps, int seed)
{
    /// <summary>Root mean square of the first step; half a cosine takes it to nothing, since a network turns around within a few grey levels.</summary>
    private const double Rate = 0.05;
    private const double Momentum = 0.9;

    /// <summary>Pixels over which the gradient is smoothed.</summary>
    private const double Smoothing = 1;

    /// <summary>Weight of total variation, a mean over neighbours, against the mean loss.</summary>
    private const double Smoothness = 1;
    private const double StartLevels = 2;

    /// <param name="model">White box.</param>
    /// <param name="judged">Labelled images whose class means the result is compared with.</param>
    /// <param name="compute">Where.</param>
    /// <param name="progress">Told ten times.</param>
    /// <param name="ct">Looked at between steps.</param>
    public IReadOnlyList<InvertedClass> Run(GlobalModel model, PreparedDataset judged, ComputeOptions compute, IProgress<RobustnessProgress>? progress, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(judged);
        int classes = model.Layout.Description.ClassCount;
        using ClassifierModel network = ClassifierModel.Create(model.Layout.Description, compute, seed: 0);
        network.SetValues(model.Values.Span);
        var loss = new TrainingStepOptions { LearningRate = 0.1f };
        float[] pixels = Climb(batch => network.InputGradient(batch, loss), classes, judged.ImageSize, progress, ct);
        float[] logits = new float[classes * classes];
        network.Predict(new ImageBatch(judged.ImageSize, pixels, [.. Enumerable.Range(0, classes)]), logits);
        return Judge(pixels, Evaluation.Predictions.SoftMax(logits, classes), judged);
    }

    /// <summary>One picture for each class, one after the other.</summary>
    internal float[] Climb(LossGradient gradient, int classes, int size, IProgress<RobustnessProgress>? progress, CancellationToken ct)
    {
        int area = size * size;
        var random = new SeededRandom((ulong)seed);
        float[] pixels = [.. Enumerable.Range(0, classes * area).Select(_ => random.Normal(0, GreyLevels.ToPrepared(StartLevels)))];
        double[] velocity = new double[pixels.Length];
        int[] labels = [.. Enumerable.Range(0, classes)];
        for (int step = 1; step <= steps; step++)
        {
            ct.ThrowIfCancellationRequested();
            float[] slope = gradient(new ImageBatch(size, pixels, labels));
            AddVariation(slope, pixels, classes, size);
            double rate = Rate * (1 + Math.Cos(Math.PI * step / (steps + 1))) / 2;
            for (int picture = 0; picture < classes; picture++)
            {
                float[] direction = Direction(slope.AsSpan(picture * area, area), size);
                for (int i = 0; i < area; i++)
                {
                    int at = (picture * area) + i;
                    velocity[at] = (Momentum * velocity[at]) + ((1 - Momentum) * direction[i]);
                    pixels[at] = Math.Clamp((float)(pixels[at] - (rate * velocity[at])), GreyLevels.Least, GreyLevels.Most);
                }
            }

            if (step % Math.Max(1, steps / 10) == 0)
            {
                progress?.Report(new RobustnessProgress("climbing", step, steps));
            }
        }

        return pixels;
    }

    /// <summary>The gradient, smoothed, with a root mean square of 1; nothing where there is none.</summary>
    private static float[] Direction(ReadOnlySpan<float> slope, int size)
    {
        float greatest = 0;
        foreach (float value in slope)
        {
            greatest = Math.Max(greatest, Math.Abs(value));
        }

        float[] direction = new float[slope.Length];
        for (int i = 0; greatest > 0 && i < direction.Length; i++)
        {
            direction[i] = slope[i] / greatest;
        }

        direction = PixelDisturbances.Blur(direction, size, Smoothing);
        double length = Math.Sqrt(direction.Average(value => (double)value * value));
        return length > 0 ? [.. direction.Select(value => (float)(value / length))] : direction;
    }

    /// <summary>Adds the gradient of the mean squared difference of neighbours, once for every picture.</summary>
    private static void AddVariation(float[] slope, float[] pixels, int classes, int size)
    {
        double weight = 2 * Smoothness / (size * size);
        for (int picture = 0; picture < classes; picture++)
        {
            int from = picture * size * size;
            for (int y = 0; y < size; y++)
            {
                for (int x = 0; x < size; x++)
                {
                    int at = from + (y * size) + x;
                    double sum = 0;
                    sum += x > 0 ? pixels[at] - pixels[at - 1] : 0;
                    sum += x < size - 1 ? pixels[at] - pixels[at + 1] : 0;
                    sum += y > 0 ? pixels[at] - pixels[at - size] : 0;
                    sum += y < size - 1 ? pixels[at] - pixels[at + size] : 0;
                    slope[at] += (float)(weight * sum);
                }
            }
        }
    }

    private static InvertedClass[] Judge(float[] pixels, float[] probabilities, PreparedDataset judged)
    {
        int classes = judged.Classes.Count;
        int area = judged.ImageSize * judged.ImageSize;
        float[][] found = [.. Enumerable.Range(0, classes).Select(c => pixels[(c * area)..((c + 1) * area)])];
        float[]?[] means = [.. Enumerable.Range(0, classes).Select(c => MeanOf(judged, c))];
        double[][] own = Centred(found!);
        double[]?[] theirs = means.All(mean => mean is not null) ? Centred(means!) : new double[]?[classes];
        return [.. Enumerable.Range(0, classes).Select(c =>
        {
            double?[] similarity = [.. theirs.Select(mean => mean is null ? (double?)null : Correlation(own[c], mean))];
            return new InvertedClass(judged.Classes[c], probabilities[(c * classes) + c], similarity, similarity[c] is { } self && similarity.Max() == self, found[c], means[c]);
        })];
    }

    private static float[]? MeanOf(PreparedDataset data, int ofClass)
    {
        int[] images = [.. Enumerable.Range(0, data.Count).Where(image => data.Label(image) == ofClass)];
        double[] sum = new double[data.ImageSize * data.ImageSize];
        foreach (int image in images)
        {
            ReadOnlySpan<float> pixels = data.Pixels(image);
            for (int i = 0; i < sum.Length; i++)
            {
                sum[i] += pixels[i];
            }
        }

        return images.Length == 0 ? null : [.. sum.Select(value => (float)(value / images.Length))];
    }

    /// <summary>Each picture less the mean of all.</summary>
    private static double[][] Centred(float[][] pictures)
    {
        double[] mean = [.. Enumerable.Range(0, pictures[0].Length).Select(i => pictures.Average(picture => (double)picture[i]))];
        return [.. pictures.Select(picture => picture.Select((value, i) => value - mean[i]).ToArray())];
    }

    /// <summary>Pearson's; 0 where one of them is constant.</summary>
    internal static double Correlation(double[] a, double[] b)
    {
        double meanA = a.Average();
        double meanB = b.Average();
        double product = 0;
        double squaresA = 0;
        double squaresB = 0;
        for (int i = 0; i < a.Length; i++)
        {
            product += (a[i] - meanA) * (b[i] - meanB);
            squaresA += (a[i] - meanA) * (a[i] - meanA);
            squaresB += (b[i] - meanB) * (b[i] - meanB);
        }

        return squaresA > 0 && squaresB > 0 ? product / Math.Sqrt(squaresA * squaresB) : 0;
    }
}
