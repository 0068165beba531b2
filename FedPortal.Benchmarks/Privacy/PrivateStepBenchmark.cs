using System.Diagnostics;
using FedPortal.Training.Imaging;
using FedPortal.Training.Models;
using FedPortal.Training.Native;

namespace FedPortal.Benchmarks.Privacy;

/// <summary>The gradients of DP-SGD, clipped patient by patient (B), against a plain gradient of the same batch (A), in turns, in float32 on one thread.</summary>
internal static class PrivateStepBenchmark
{
    private const int Turns = 5;
    private const int Size = 64;
    private const int Patients = 16;

    public static void Run(FigureTable table)
    {
        table.Note($"DP-SGD: gradient of {Patients} patients of one image, {Size} x {Size}, float32, one thread, medians of {Turns} turns: plain, clipped in one pass, and one pass a patient.");
        Compare(ClassifierArchitecture.ResNet50Slim, table);
        Compare(ClassifierArchitecture.ResNet50GroupNorm, table);
    }

    private static void Compare(ClassifierArchitecture architecture, FigureTable table)
    {
        using var model = ClassifierModel.Create(new ModelDescription(architecture, 3), new ComputeOptions(Precision: ComputePrecision.Full, Threads: 1), seed: 1);
        ImageBatch batch = Batch();
        ImageBatch[] single = [.. Enumerable.Range(0, Patients).Select(image => new ImageBatch(Size, batch.Pixels[(image * Size * Size)..((image + 1) * Size * Size)], [batch.Labels[image]]))];
        int[] patients = [.. Enumerable.Range(0, Patients)];
        var options = new TrainingStepOptions { LearningRate = 0 };
        float[] gradient = new float[model.Layout.ParameterCount];
        double[] norms = new double[Patients];
        Action[] ways =
        [
            () => model.CopyGradientTo(batch, options, gradient),
            () => model.CopyPrivateGradientTo(batch, patients, 1, options, gradient, norms),
            () => Array.ForEach(single, image => model.CopyGradientTo(image, options, gradient)),
        ];
        double[][] seconds = [.. ways.Select(_ => new double[Turns])];
        Array.ForEach(ways, way => way());
        for (int turn = 0; turn < Turns; turn++)
        {
            for (int way = 0; way < ways.Length; way++)
            {
                long started = Stopwatch.GetTimestamp();
                ways[way]();
                seconds[way][turn] = Stopwatch.GetElapsedTime(started).TotalSeconds;
            }
        }

        double[] medians = [.. seconds.Select(FigureTable.Median)];
        table.Row(
            "privateStep", $"{architecture}", ("plainMs", medians[0] * 1e3), ("clippedMs", medians[1] * 1e3), ("onePassAPatientMs", medians[2] * 1e3), ("ratio", medians[1] / medians[0]));
    }

    private static ImageBatch Batch()
    {
        var random = new Random(1);
        float[] pixels = new float[Patients * Size * Size];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (float)((4 * random.NextDouble()) - 2);
        }

        return new ImageBatch(Size, pixels, [.. Enumerable.Range(0, Patients).Select(image => image % 3)]);
    }
}
