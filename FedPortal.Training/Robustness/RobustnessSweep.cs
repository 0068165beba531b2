using FedPortal.Training.Datasets;
using FedPortal.Training.Datasets.Phantoms;
using FedPortal.Training.Evaluation;
using FedPortal.Training.Imaging;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;
using FedPortal.Training.Native;
using FedPortal.Training.Protocol;

namespace FedPortal.Training.Robustness;

/// <param name="Stage">Words for a person.</param>
/// <param name="Done">Points of the curves that are there.</param>
/// <param name="Count">Points in all.</param>
public sealed record RobustnessProgress(string Stage, int Done, int Count);

/// <summary>Asks a model about disturbed images, point by point.</summary>
public sealed class RobustnessSweep(ComputeOptions compute)
{
    private const int BatchSize = 32;
    private static readonly TrainingStepOptions Loss = new() { LearningRate = 0.1f };

    /// <summary>Where finished points are kept; null keeps none.</summary>
    public KeptParts? Kept { get; init; }

    /// <summary>All points of a plan that disturb pixels. Wrong labels need no network: <see cref="RobustnessReports"/> makes those points.</summary>
    /// <param name="model">Asked in evaluation mode; white box, so the attacker knows it.</param>
    /// <param name="holdout">Labelled images that it was not trained on; more than the plan's number are drawn from.</param>
    /// <param name="plan">What to do.</param>
    /// <param name="examples">How many pictures to keep at every strength, one of each class first; 0 where pictures must not leave.</param>
    /// <param name="progress">Told after every point, on the calling thread.</param>
    /// <param name="ct">Looked at between batches.</param>
    public RobustnessAnswers Run(GlobalModel model, PreparedDataset holdout, RobustnessPlan plan, int examples, IProgress<RobustnessProgress>? progress, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(plan);
        plan.Check();
        PreparedDataset data = Drawn(holdout, plan);
        int count = plan.PixelPoints + 1;
        using ClassifierModel network = ClassifierModel.Create(model.Layout.Description, compute, seed: 0);
        network.SetValues(model.Values.Span);
        Predictions clean = ModelEvaluator.PredictWith(network, data, ct);
        progress?.Report(new RobustnessProgress("undisturbed images", 1, count));
        int[] shown = Examples(data, examples);
        var points = new List<PointAnswers>();
        var pictures = new List<ExamplePixels>();
        foreach ((Disturbance disturbance, double strength) in plan.PixelPlaces())
        {
            KeptPoint Sweep()
            {
                PreparedDataset disturbed = Disturbed(data, disturbance, strength, plan, batch => network.InputGradient(batch, Loss), ct);
                float[] probabilities = ModelEvaluator.PredictWith(network, disturbed, ct).Probabilities.ToArray();
                return new KeptPoint(probabilities, [.. shown.Select(image => new ExamplePixels(
                    disturbance, strength, image, data.ImageSize, data.Pixels(image).ToArray(), disturbed.Pixels(image).ToArray()))]);
            }

            KeptPoint point = Kept is null ? Sweep() : Kept.Of(FormattableString.Invariant($"point-{points.Count}"), Sweep);
            points.Add(new PointAnswers(disturbance, strength, point.PredictionsOn(data)));
            pictures.AddRange(point.Pictures);
            progress?.Report(new RobustnessProgress(FormattableString.Invariant($"{disturbance} at {strength:g4}"), points.Count + 1, count));
        }

        return new RobustnessAnswers(clean, points) { Pictures = pictures };
    }

    /// <summary>A data set with every image disturbed; labels and order stay.</summary>
    internal static PreparedDataset Disturbed(PreparedDataset data, Disturbance disturbance, double strength, RobustnessPlan plan, LossGradient gradient, CancellationToken ct)
    {
        if (disturbance.NeedsGradient())
        {
            return Attacked(data, disturbance, strength, plan, gradient, ct);
        }

        return data.With((label, pixels, image) =>
        {
            ct.ThrowIfCancellationRequested();
            int seed = Seeds.Mix(plan.Seed, image);
            return (label, disturbance switch
            {
                Disturbance.GaussianNoise => PixelDisturbances.Gaussian(pixels, strength, (ulong)seed),
                Disturbance.PhotonNoise => PixelDisturbances.Photons(pixels, strength, seed),
                Disturbance.Blur => PixelDisturbances.Blur(pixels, data.ImageSize, strength),
                Disturbance.Contrast => PixelDisturbances.LoseContrast(pixels, strength),
                _ => throw new ArgumentOutOfRangeException(nameof(disturbance), disturbance, "This does not disturb pixels."),
            });
        });
    }

    private static PreparedDataset Attacked(PreparedDataset data, Disturbance disturbance, double strength, RobustnessPlan plan, LossGradient gradient, CancellationToken ct)
    {
        float epsilon = GreyLevels.ToPrepared(strength);
        float step = plan.StepSize is { } size ? GreyLevels.ToPrepared(size) : 2.5f * epsilon / plan.Steps;
        int area = data.ImageSize * data.ImageSize;
        float[][] attacked = new float[data.Count][];
        for (int start = 0; start < data.Count; start += BatchSize)
        {
            ct.ThrowIfCancellationRequested();
            ImageBatch batch = data.Batch([.. Enumerable.Range(start, Math.Min(BatchSize, data.Count - start))]);
            float[] pixels = disturbance == Disturbance.Fgsm
                ? GradientAttacks.Fgsm(batch, epsilon, gradient)
                : GradientAttacks.Pgd(batch, epsilon, step, plan.Steps, (ulong)Seeds.Mix(plan.Seed, start), gradient, ct);
            for (int i = 0; i < batch.Count; i++)
            {
                attacked[start + i] = pixels[(i * area)..((i + 1) * area)];
            }
        }

        return data.With((label, _, image) => (label, attacked[image]));
    }

    private static PreparedDataset Drawn(PreparedDataset holdout, RobustnessPlan plan)
    {
        if (holdout.Count <= plan.MostImages)
        {
            return holdout;
        }

        int[] order = [.. Enumerable.Range(0, holdout.Count)];
        new SeededRandom((ulong)plan.Seed).Shuffle(order.AsSpan());
        return holdout.Subset([.. order.Take(plan.MostImages).Order()]);
    }

    private static int[] Examples(PreparedDataset data, int count) =>
        [.. Enumerable.Range(0, data.Count).GroupBy(data.Label).SelectMany(group => group.Index()).OrderBy(entry => entry.Index).ThenBy(entry => data.Label(entry.Item)).Take(count).Select(entry => entry.Item)];
}
