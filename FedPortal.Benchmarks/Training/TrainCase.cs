using System.Globalization;

namespace FedPortal.Benchmarks.Training;

/// <summary>One thing to time: ResNet-50 with BatchNorm and three classes, SGD with momentum, on random images.</summary>
/// <param name="Size">Width and height of the images.</param>
/// <param name="Batch">Images a step.</param>
/// <param name="Brain">bfloat16 (ours: fused path; PyTorch: autocast in channels-last order), else float32.</param>
/// <param name="Threads">Processor threads of either side.</param>
/// <param name="Target">The ratio that the product promises.</param>
internal sealed record TrainCase(int Size, int Batch, bool Brain, int Threads, double Target)
{
    public string Name => $"{Size}x{Size}, batch {Batch}, {(Brain ? "bfloat16" : "float32")}, {Threads} thread{(Threads == 1 ? "" : "s")}";

    public string[] Arguments =>
        [.. new[] { Size, Batch, Brain ? 1 : 0, Threads }.Select(number => number.ToString(CultureInfo.InvariantCulture))];

    public static TrainCase Parse(string[] arguments)
    {
        int[] numbers = [.. arguments.Select(text => int.Parse(text, CultureInfo.InvariantCulture))];
        return new TrainCase(numbers[0], numbers[1], numbers[2] != 0, numbers[3], Target: 0);
    }
}

/// <summary>How long one step took.</summary>
/// <param name="WallMilliseconds">By the clock; on a busy machine it includes waiting for others.</param>
/// <param name="CpuMilliseconds">Processor time of the process; all its threads together.</param>
internal readonly record struct StepTime(double WallMilliseconds, double CpuMilliseconds);
