using System.Diagnostics;
using FedPortal.Training.Datasets;
using FedPortal.Training.Imaging;
using FedPortal.Training.Models;
using FedPortal.Training.Native;
using FedPortal.Training.Perturbation;
using FedPortal.Training.PrivateHead;

namespace FedPortal.Training.Learning;

/// <summary>
/// One institution's round of DP-SGD: <see cref="PatientNoisePlan"/> says what is done. Losses and accuracies are not part of the result: they
/// would tell about the patients without having been paid for. How many patients the institution has counts as public.
/// </summary>
internal sealed class PatientNoiseTrainer
{
    private readonly ClassifierModel _model;
    private readonly TrainingPlan _plan;
    private readonly PatientNoisePlan _noise;
    private readonly TrainingBatches _batches;
    private readonly TrainingStepOptions _options;
    private readonly RandomWords _words;
    private readonly NoiseTable _table;
    private readonly int[][] _patients;
    private readonly float[] _sum;
    private readonly float[] _part;
    private readonly int[] _lattice;

    private PatientNoiseTrainer(ClassifierModel model, PreparedDataset data, TrainingPlan plan, int seed, RandomWords words)
    {
        _model = model;
        _plan = plan;
        _noise = plan.PatientNoise!;
        _batches = new TrainingBatches(data, plan, seed);
        _options = LocalTrainer.StepOptions(plan, _batches.Labels, data.Classes.Count) with { GradientClip = 0 };
        _words = words;
        _table = NoiseTable.Skellam(_noise.Release.LocalNoise);
        _patients = PatientsOf(data);
        _sum = new float[model.Layout.ParameterCount];
        _part = new float[_sum.Length];
        _lattice = new int[_sum.Length];
    }

    /// <summary>The arguments are those of <see cref="LocalTrainer.Train"/>.</summary>
    public static LocalTrainingResult Train(
        ComputeOptions compute, GlobalModel global, PreparedDataset data, TrainingPlan plan, int seed, double roundRate, IProgress<TrainingProgress>? progress, RandomWords words, CancellationToken ct)
    {
        var clock = Stopwatch.StartNew();
        using var model = ClassifierModel.Create(global.Layout.Description, compute with { Precision = ComputePrecision.Full }, (ulong)seed);
        if (model.Layout.ParameterCount > PatientNoisePlan.MostValues)
        {
            throw new ArgumentException($"Expected a network of at most {PatientNoisePlan.MostValues} values but it has {model.Layout.ParameterCount}.", nameof(global));
        }

        model.SetValues(global.Values.Span);
        model.ResetOptimizer();
        var trainer = new PatientNoiseTrainer(model, data, plan, seed, words);
        int steps = plan.PatientNoise!.Steps;
        int images = 0;
        for (int step = 0; step < steps; step++)
        {
            images += trainer.Step(roundRate * LearningRates.Factor(plan.LocalSchedule, step, steps), ct);
            double each = clock.Elapsed.TotalSeconds / (step + 1);
            progress?.Report(new TrainingProgress(
                1, 1, step + 1, steps, null, images / clock.Elapsed.TotalSeconds, TimeSpan.FromSeconds(each * (steps - step - 1)), model.DeviceName));
        }

        var update = new ModelUpdate(global.Layout, LocalTrainer.Difference(model, global), data.Count);
        return new LocalTrainingResult(update, [], [], clock.Elapsed, images / clock.Elapsed.TotalSeconds, model.DeviceName);
    }

    /// <returns>Images that were looked at.</returns>
    private int Step(double learningRate, CancellationToken ct)
    {
        Array.Clear(_sum);
        int images = 0;
        foreach (int[][] patients in Portions(PatientSampling.Draw(_patients.Length, _noise.SamplingRate, _words)))
        {
            ct.ThrowIfCancellationRequested();
            images += Add(patients);
        }

        AddNoise();
        _model.ApplyGradient(_sum, _options with { LearningRate = (float)learningRate });
        return images;
    }

    /// <summary>Whole patients, with about as many images at once as a batch has.</summary>
    private IEnumerable<int[][]> Portions(IReadOnlyList<int> sampled)
    {
        var portion = new List<int[]>();
        int images = 0;
        foreach (int patient in sampled)
        {
            portion.Add(_patients[patient]);
            images += _patients[patient].Length;
            if (images >= _plan.BatchSize)
            {
                yield return [.. portion];
                portion.Clear();
                images = 0;
            }
        }

        if (portion.Count > 0)
        {
            yield return [.. portion];
        }
    }

    private int Add(int[][] patients)
    {
        ImageBatch batch = _batches.Gather([.. patients.SelectMany(images => images)]);
        int[] patientOfImage = [.. patients.SelectMany((images, patient) => Enumerable.Repeat(patient, images.Length))];
        _model.CopyPrivateGradientTo(batch, patientOfImage, _noise.ClippingNorm, _options, _part, new double[patients.Length]);
        for (int i = 0; i < _sum.Length; i++)
        {
            _sum[i] += _part[i];
        }

        return batch.Count;
    }

    /// <summary>sum ← (round(s · sum) + noise) / (s · q · N): the noisy mean over the expected number of patients.</summary>
    private void AddNoise()
    {
        double scale = PatientNoisePlan.ScaledClip / _noise.ClippingNorm;
        for (int i = 0; i < _sum.Length; i++)
        {
            _lattice[i] = checked((int)Math.Round(_sum[i] * scale));
        }

        _table.AddTo(_words, _lattice);
        double factor = 1 / (scale * _noise.SamplingRate * _patients.Length);
        for (int i = 0; i < _sum.Length; i++)
        {
            _sum[i] = (float)(_lattice[i] * factor);
        }
    }

    private static int[][] PatientsOf(PreparedDataset data) =>
        [.. Enumerable.Range(0, data.Count).GroupBy(image => data.PatientKey(image) ?? data.ImageId(image)).Select(group => group.ToArray())];
}
