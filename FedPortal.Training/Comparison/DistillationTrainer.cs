using System.Diagnostics;
using FedPortal.Training.Datasets;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;
using FedPortal.Training.Native;

namespace FedPortal.Training.Comparison;

/// <summary>Distils soft labels of public images into a student. It never sees an image of an institution, nor a label.</summary>
/// <remarks>
/// ∂L/∂z = T·(softmax(z/T) − p). The network's own loss gives softmax(z + a) − p for a batch that holds an image once under each class c with class weight p_c, and a logit
/// adjustment a; with a = z/T − z that is the gradient above up to the factor T. So distillation needs no loss of its own in the native library.
/// </remarks>
public sealed class DistillationTrainer(ComputeOptions compute)
{
    /// <param name="student">Where training starts.</param>
    /// <param name="transfer">Public images; their labels are not used.</param>
    /// <param name="soft">Image by class.</param>
    /// <param name="temperature">T.</param>
    /// <param name="plan">Optimiser, rate, batch size, epochs and seed count.</param>
    /// <param name="progress">Told after every batch.</param>
    /// <param name="ct">Looked at between batches.</param>
    public GlobalModel Train(
        GlobalModel student, PreparedDataset transfer, float[] soft, double temperature, TrainingPlan plan, IProgress<TrainingProgress>? progress, CancellationToken ct)
    {
        TrainingPlanChecks.ThrowIfInvalid(plan);
        int classes = student.Layout.Description.ClassCount;
        if (soft.Length != transfer.Count * classes)
        {
            throw new ArgumentException($"Expected {transfer.Count} × {classes} soft labels but got {soft.Length}.", nameof(soft));
        }

        using var model = ClassifierModel.Create(student.Layout.Description, compute, (ulong)plan.Seed);
        model.SetValues(student.Values.Span);
        model.ResetOptimizer();
        var step = new DistillationStep(model, transfer, soft, temperature);
        var sampler = new BatchSampler(new int[transfer.Count], plan.BatchSize, balanced: false, Seeds.Mix(plan.Seed, 4));
        var options = new TrainingStepOptions
        {
            Optimizer = plan.Optimizer,
            LearningRate = (float)plan.LearningRate,
            Momentum = (float)plan.Momentum,
            WeightDecay = (float)plan.WeightDecay,
            GradientClip = (float)plan.GradientClip,
        };
        var clock = Stopwatch.StartNew();
        int done = 0;
        for (int epoch = 0; epoch < plan.Epochs; epoch++)
        {
            double sum = 0;
            foreach ((int number, int[] images) in sampler.NextEpoch().Index())
            {
                ct.ThrowIfCancellationRequested();
                (float[] gradient, double loss) = step.GradientOf(images);
                model.ApplyGradient(gradient, options);
                sum += loss;
                done += images.Length;
                double seconds = clock.Elapsed.TotalSeconds;
                double left = (plan.Epochs * (double)transfer.Count) - done;
                progress?.Report(new TrainingProgress(
                    epoch + 1, plan.Epochs, number + 1, sampler.BatchCount, sum / (number + 1), done / seconds, TimeSpan.FromSeconds(seconds * left / done), model.DeviceName));
            }
        }

        float[] values = new float[student.Layout.ValueCount];
        model.CopyValuesTo(values);
        return new GlobalModel(student.Layout, student.Version + 1, values);
    }
}
