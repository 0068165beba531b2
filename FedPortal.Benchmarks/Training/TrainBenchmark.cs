using System.Globalization;
using System.Text.Json;

namespace FedPortal.Benchmarks.Training;

/// <summary>
/// Times our training step against PyTorch's eager one (Debian's python3-torch): two processes with the same threads take steps in turns,
/// A B A B, so that whatever else the machine does meets both. Each runs as it is deployed: ours with tcmalloc, PyTorch as it is installed,
/// or, with <c>--same-allocator</c>, both with tcmalloc. Prints medians, their ratio, and every number.
/// </summary>
internal static class TrainBenchmark
{
    private const int WarmUpSteps = 2;
    private static readonly JsonSerializerOptions Format = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true };

    /// <param name="options"><c>--short</c> takes 5 steps instead of 15; <c>--threads N</c>, 1 by default; <c>--same-allocator</c>; <c>--json</c>.</param>
    /// <param name="output">Where the report goes.</param>
    public static async Task<int> RunAsync(BenchOptions options, TextWriter output)
    {
        int threads = options.Number("--threads", 1);
        int steps = options.Has("--short") ? 5 : 15;
        bool sameAllocator = options.Has("--same-allocator");
        var results = new List<TrainResult>();
        TrainCase[] cases =
        [
            new(224, 8, Brain: true, threads, Target: 1.4),
            new(64, 16, Brain: true, threads, Target: 1.9),
            new(224, 8, Brain: false, threads, Target: 0.95),
            new(64, 16, Brain: false, threads, Target: 0.95),
        ];
        foreach (TrainCase subject in cases)
        {
            results.Add(await MeasureAsync(subject, steps, sameAllocator));
            if (!options.IsJson)
            {
                Print(results[^1], output);
            }
        }

        if (options.IsJson)
        {
            await output.WriteLineAsync(JsonSerializer.Serialize(results, Format));
        }

        return 0;
    }

    private static async Task<TrainResult> MeasureAsync(TrainCase subject, int steps, bool sameAllocator)
    {
        string script = Path.Combine(AppContext.BaseDirectory, "Training", "torch_worker.py");
        using StepProcess ours = await StepProcess.StartAsync(Path.Combine(AppContext.BaseDirectory, "FedPortal.Benchmarks"), [TrainWorker.Verb, .. subject.Arguments], preloadAllocator: true);
        using StepProcess theirs = await StepProcess.StartAsync("/usr/bin/python3", [script, .. subject.Arguments], sameAllocator);
        var ourTimes = new List<StepTime>();
        var theirTimes = new List<StepTime>();
        for (int i = 0; i < WarmUpSteps + steps; i++)
        {
            ourTimes.Add(await ours.StepAsync());
            theirTimes.Add(await theirs.StepAsync());
        }

        return new TrainResult(subject, ours.Name, theirs.Name, [.. ourTimes.Skip(WarmUpSteps)], [.. theirTimes.Skip(WarmUpSteps)]);
    }

    private static void Print(TrainResult result, TextWriter output)
    {
        string Line(string name, double wall, double cpu, IEnumerable<StepTime> times) => string.Create(
            CultureInfo.InvariantCulture,
            $"  {name,-34} median {wall,7:F1} ms, {cpu,7:F1} ms CPU   wall: {string.Join(' ', times.Select(time => time.WallMilliseconds.ToString("F0", CultureInfo.InvariantCulture)))}");
        output.WriteLine(result.Case.Name);
        output.WriteLine(Line(result.OursName, result.OursWall, result.OursCpu, result.Ours));
        output.WriteLine(Line(result.TheirsName, result.TheirsWall, result.TheirsCpu, result.Theirs));
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  ratio {result.WallRatio:F2} by the clock, {result.CpuRatio:F2} by processor time; target {result.Case.Target:F2}"));
    }
}

/// <summary>Both sides' steps; a ratio above 1 means that ours is faster.</summary>
internal sealed record TrainResult(TrainCase Case, string OursName, string TheirsName, StepTime[] Ours, StepTime[] Theirs)
{
    public double OursWall => Median(Ours, time => time.WallMilliseconds);

    public double TheirsWall => Median(Theirs, time => time.WallMilliseconds);

    public double OursCpu => Median(Ours, time => time.CpuMilliseconds);

    public double TheirsCpu => Median(Theirs, time => time.CpuMilliseconds);

    public double WallRatio => TheirsWall / OursWall;

    public double CpuRatio => TheirsCpu / OursCpu;

    private static double Median(StepTime[] times, Func<StepTime, double> value)
    {
        double[] sorted = [.. times.Select(value).Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
