using System.Diagnostics;
using System.Globalization;
using FedPortal.Training.Imaging;
using FedPortal.Training.Models;
using FedPortal.Training.Native;

namespace FedPortal.Benchmarks.Training;

/// <summary>
/// Our side, in a process of its own: for every line it reads it takes one training step and answers with wall and processor milliseconds.
/// torch_worker.py speaks the same protocol.
/// </summary>
internal static class TrainWorker
{
    public const string Verb = "train-worker";

    public static int Run(string[] arguments, TextReader commands, TextWriter answers)
    {
        TrainCase subject = TrainCase.Parse(arguments);
        ComputePrecision precision = subject.Brain ? ComputePrecision.Brain : ComputePrecision.Full;
        using var model = ClassifierModel.Create(new ModelDescription(ClassifierArchitecture.ResNet50, 3), new ComputeOptions(ComputeDevice.Cpu, precision, subject.Threads), seed: 1);
        var options = new TrainingStepOptions { LearningRate = 1e-3f, Momentum = 0.9f, WeightDecay = 1e-4f };
        ImageBatch batch = RandomBatch(subject);
        answers.WriteLine(model.DeviceName);
        while (commands.ReadLine() is not null)
        {
            TimeSpan cpuBefore = Environment.CpuUsage.TotalTime;
            long start = Stopwatch.GetTimestamp();
            model.TrainStep(batch, options);
            double wall = Stopwatch.GetElapsedTime(start).TotalMilliseconds, cpu = (Environment.CpuUsage.TotalTime - cpuBefore).TotalMilliseconds;
            answers.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{wall:F3} {cpu:F3}"));
        }

        return 0;
    }

    private static ImageBatch RandomBatch(TrainCase subject)
    {
        var random = new Random(1);
        float[] pixels = [.. Enumerable.Range(0, subject.Batch * subject.Size * subject.Size).Select(_ => (2 * random.NextSingle()) - 1)];
        return new ImageBatch(subject.Size, pixels, [.. Enumerable.Range(0, subject.Batch).Select(i => i % 3)]);
    }
}
