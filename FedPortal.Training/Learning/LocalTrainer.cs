using System.Diagnostics;
using FedPortal.Training.Datasets;
using FedPortal.Training.Imaging;
using FedPortal.Training.Models;
using FedPortal.Training.Native;
using FedPortal.Training.Perturbation;

namespace FedPortal.Training.Learning;

/// <summary>One institution's training in one round: global model and own images in, model update out.</summary>
/// <remarks>Equal arguments on the same kind of device give the same update: order, augmentation and dropout are seeded by plan, institution and
/// round, and nothing is kept between rounds. With noise by patient, drawing and noise come from the operating system and differ each time.</remarks>
public sealed class LocalTrainer(ComputeOptions compute)
{
    /// <param name="global">Where training starts.</param>
    /// <param name="data">The institution's training images; not its hold-out.</param>
    /// <param name="plan">Part of the signed study.</param>
    /// <param name="round">From 1.</param>
    /// <param name="totalRounds">Rounds of the study; the round schedule runs over them.</param>
    /// <param name="institutionSeed">Different at each institution of a study, so that they do not draw the same order.</param>
    /// <param name="progress">Told after every batch, on the calling thread.</param>
    /// <param name="ct">Looked at between batches.</param>
    /// <exception cref="ArgumentException">Plan, data and model do not fit together.</exception>
    /// <exception cref="InvalidOperationException">Training diverged, or the native side failed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; nothing is left behind.</exception>
    public LocalTrainingResult Train(
        GlobalModel global,
        PreparedDataset data,
        TrainingPlan plan,
        int round,
        int totalRounds,
        int institutionSeed,
        IProgress<TrainingProgress>? progress,
        CancellationToken ct)
    {
        TrainingPlanChecks.ThrowIfInvalid(plan);
        TrainingPlanChecks.ThrowIfUnfit(global.Layout, data);
        ArgumentOutOfRangeException.ThrowIfLessThan(round, 1);
        ct.ThrowIfCancellationRequested();
        var clock = Stopwatch.StartNew();
        int seed = Seeds.Mix(plan.Seed, round, institutionSeed);
        double roundRate = plan.LearningRate * LearningRates.Factor(plan.RoundSchedule, round - 1, totalRounds);
        ThrowIfLayoutDiffers(global.Layout, ClassifierModel.LayoutOf(global.Layout.Description));
        if (plan.PatientNoise is not null)
        {
            using RandomWords words = RandomWords.FromOperatingSystem();
            return PatientNoiseTrainer.Train(compute, global, data, plan, seed, roundRate, progress, words, ct);
        }

        var batches = new TrainingBatches(data, plan, seed);
        using var model = ClassifierModel.Create(global.Layout.Description, compute, (ulong)seed);
        model.SetValues(global.Values.Span);
        model.ResetOptimizer();

        var run = new Run(model, plan, batches, StepOptions(plan, batches.Labels, data.Classes.Count), roundRate, progress, clock);
        for (int epoch = 0; epoch < plan.Epochs; epoch++)
        {
            run.Epoch(epoch, ct);
        }

        var update = new ModelUpdate(global.Layout, Difference(model, global), data.Count);
        return new LocalTrainingResult(
            update, run.Losses, run.Accuracies, clock.Elapsed, (double)plan.Epochs * data.Count / clock.Elapsed.TotalSeconds, model.DeviceName);
    }

    /// <summary>The step options of a plan at an institution with these labels; only the learning rate changes from step to step.</summary>
    internal static TrainingStepOptions StepOptions(TrainingPlan plan, int[] labels, int classCount)
    {
        int[] counts = ClassBalancing.Count(labels, classCount);
        return new TrainingStepOptions
        {
            Optimizer = plan.Optimizer,
            LearningRate = (float)plan.LearningRate,
            Momentum = (float)plan.Momentum,
            WeightDecay = (float)plan.WeightDecay,
            LabelSmoothing = (float)plan.LabelSmoothing,
            GradientClip = (float)plan.GradientClip,
            ProximalTerm = (float)plan.ProximalTerm,
            FocalGamma = plan.Balance == ClassBalance.FocalLoss ? ClassBalancing.FocalGamma : 0,
            ClassWeights = plan.Balance == ClassBalance.WeightedLoss ? ClassBalancing.InverseFrequencyWeights(counts) : null,
            LogitAdjustment = plan.Balance == ClassBalance.LogitAdjustment ? ClassBalancing.LogPriors(counts) : null,
        };
    }

    private static void ThrowIfLayoutDiffers(ModelLayout expected, ModelLayout actual)
    {
        if (expected.Hash != actual.Hash)
        {
            throw new ArgumentException($"The global model has layout {expected.Hash} but this program builds {actual.Hash}.", nameof(expected));
        }
    }

    internal static float[] Difference(ClassifierModel model, GlobalModel global)
    {
        float[] difference = new float[global.Layout.ValueCount];
        model.CopyValuesTo(difference);
        ReadOnlySpan<float> start = global.Values.Span;
        for (int i = 0; i < difference.Length; i++)
        {
            difference[i] -= start[i];
            if (!float.IsFinite(difference[i]))
            {
                throw new InvalidOperationException($"Training diverged: value {i} became {difference[i]}. Lower the learning rate.");
            }
        }

        return difference;
    }

    private sealed class Run(
        ClassifierModel model,
        TrainingPlan plan,
        TrainingBatches batches,
        TrainingStepOptions options,
        double roundRate,
        IProgress<TrainingProgress>? progress,
        Stopwatch clock)
    {
        private int _imagesDone;
        private int _batchesDone;

        public List<double> Losses { get; } = [];

        public List<double> Accuracies { get; } = [];

        public void Epoch(int epoch, CancellationToken ct)
        {
            int steps = plan.Epochs * batches.CountPerEpoch;
            double lossSum = 0;
            int correct = 0;
            int seen = 0;
            int batchNumber = 0;
            foreach (ImageBatch batch in batches.NextEpoch())
            {
                ct.ThrowIfCancellationRequested();
                double rate = roundRate * LearningRates.Factor(plan.LocalSchedule, _batchesDone, steps);
                TrainingStepResult step = model.TrainStep(batch, options with { LearningRate = (float)rate });
                batchNumber++;
                if (!float.IsFinite(step.Loss))
                {
                    throw new InvalidOperationException($"Training diverged: the loss became {step.Loss} in epoch {epoch + 1}, batch {batchNumber}. Lower the learning rate.");
                }

                lossSum += (double)step.Loss * batch.Count;
                correct += step.CorrectCount;
                seen += batch.Count;
                _imagesDone += batch.Count;
                _batchesDone++;
                Report(epoch, batchNumber, lossSum / seen, steps);
            }

            Losses.Add(lossSum / seen);
            Accuracies.Add((double)correct / seen);
        }

        private void Report(int epoch, int batchNumber, double loss, int steps)
        {
            double seconds = clock.Elapsed.TotalSeconds;
            progress?.Report(new TrainingProgress(
                epoch + 1,
                plan.Epochs,
                batchNumber,
                batches.CountPerEpoch,
                loss,
                _imagesDone / seconds,
                TimeSpan.FromSeconds(seconds / _batchesDone * (steps - _batchesDone)),
                model.DeviceName));
        }
    }
}
