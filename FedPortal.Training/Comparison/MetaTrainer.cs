using System.Diagnostics;
using FedPortal.Training.Datasets;
using FedPortal.Training.Imaging;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;
using FedPortal.Training.Native;

namespace FedPortal.Training.Comparison;

/// <param name="InnerRate">α: length of the inner step, plain gradient descent.</param>
/// <param name="IsHessianFree">Keeps the product with the Hessian (HF, in float32); else the first-order form (FO).</param>
public sealed record MetaPlan(double InnerRate = 0.01, bool IsHessianFree = false);

/// <summary>
/// One institution's round of Per-FedAvg: w ← w − β·∇F(w) with the optimiser and rate of the plan. In an epoch every batch is the outer one once, so there are as many steps as in
/// the other methods; the batch before it is the inner one (and the one before that gives the curvature), so a step computes two (HF: four) gradients.
/// </summary>
public sealed class MetaTrainer(ComputeOptions compute)
{
    /// <exception cref="ArgumentException">The network keeps running statistics, or plan, data and model do not fit together.</exception>
    public LocalTrainingResult Train(
        GlobalModel global, PreparedDataset data, TrainingPlan plan, MetaPlan meta, int round, int institutionSeed, IProgress<TrainingProgress>? progress, CancellationToken ct)
    {
        TrainingPlanChecks.ThrowIfInvalid(plan);
        TrainingPlanChecks.ThrowIfUnfit(global.Layout, data);
        if (global.Layout.ParameterCount != global.Layout.ValueCount)
        {
            throw new ArgumentException("Expected a network without running statistics (resnet50-slim or resnet50-gn): a step that is taken back would leave its traces in them.");
        }

        var clock = Stopwatch.StartNew();
        int seed = Seeds.Mix(plan.Seed, round, institutionSeed);
        var batches = new TrainingBatches(data, plan, seed);
        using var model = ClassifierModel.Create(global.Layout.Description, meta.IsHessianFree ? compute with { Precision = ComputePrecision.Full } : compute, (ulong)seed);
        model.SetValues(global.Values.Span);
        model.ResetOptimizer();
        var run = new Run(model, meta, LocalTrainer.StepOptions(plan, batches.Labels, data.Classes.Count), global.Values.ToArray());
        var losses = new List<double>();
        int imagesDone = 0;
        for (int epoch = 0; epoch < plan.Epochs; epoch++)
        {
            double sum = 0;
            ImageBatch[] order = [.. batches.NextEpoch()];
            for (int step = 0; step < order.Length; step++)
            {
                ct.ThrowIfCancellationRequested();
                sum += run.Step(order[step], inner: Before(order, step, 1), curvature: Before(order, step, 2));
                imagesDone += order[step].Count;
                double seconds = clock.Elapsed.TotalSeconds;
                double share = (epoch + ((step + 1.0) / order.Length)) / plan.Epochs;
                progress?.Report(new TrainingProgress(
                    epoch + 1, plan.Epochs, step + 1, order.Length, sum / (step + 1), imagesDone / seconds, TimeSpan.FromSeconds(seconds * (1 - share) / share), model.DeviceName));
            }

            losses.Add(sum / order.Length);
        }

        var update = new ModelUpdate(global.Layout, LocalTrainer.Difference(model, global), data.Count);
        return new LocalTrainingResult(update, losses, [], clock.Elapsed, imagesDone / clock.Elapsed.TotalSeconds, model.DeviceName);
    }

    /// <summary>Round the epoch, so that the first batch has one before it too.</summary>
    private static ImageBatch Before(ImageBatch[] order, int step, int back) => order[(step + (back * (order.Length - 1))) % order.Length];

    private sealed class Run(ClassifierModel model, MetaPlan meta, TrainingStepOptions options, float[] weights)
    {
        /// <returns>The loss after the inner step, on the batch of the outer one.</returns>
        public double Step(ImageBatch outer, ImageBatch inner, ImageBatch curvature)
        {
            double loss = 0;
            float[] gradient = MetaGradient.At(
                weights, meta.InnerRate, (at, g) => GradientOf(inner, at, g), (at, g) => loss = GradientOf(outer, at, g), meta.IsHessianFree, (at, g) => GradientOf(curvature, at, g));
            if (!double.IsFinite(loss))
            {
                throw new InvalidOperationException($"Training diverged: the loss became {loss}. Lower the learning rate.");
            }

            model.SetValues(weights);
            model.ApplyGradient(gradient, options);
            model.CopyValuesTo(weights);
            return loss;
        }

        private double GradientOf(ImageBatch batch, ReadOnlySpan<float> at, float[] gradient)
        {
            model.SetValues(at);
            return model.CopyGradientTo(batch, options, gradient).Loss;
        }
    }
}
