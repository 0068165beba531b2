using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using FedPortal.Tests.Support;
using FedPortal.Training.Imaging;
using FedPortal.Training.Models;
using FedPortal.Training.Native;
using Xunit;

namespace FedPortal.Tests.Training.Native;

/// <summary>Runs torchvision_reference.py with Debian's Python. A test that needs it is skipped, with the reason, where torchvision is not there.</summary>
internal static class TorchvisionReference
{
    private const string Python = "/usr/bin/python3";
    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter() },
    };

    private static readonly Lazy<string?> Missing = new(WhyMissing);

    /// <summary>Logits of torchvision's network with these values, in evaluation mode.</summary>
    public static float[] Logits(ModelLayout layout, float[] values, ImageBatch batch) => Run("logits", layout, values, batch, new TrainingStepOptions { LearningRate = 0 }, 0);

    /// <summary>The flat vector after some steps of torch's own optimiser.</summary>
    public static float[] Train(ModelLayout layout, float[] values, ImageBatch batch, TrainingStepOptions options, int steps) =>
        Run("train", layout, values, batch, options, steps);

    /// <summary>The gradient of the parameters, in layout order; in float32, or with torch's bfloat16 autocast.</summary>
    public static float[] Gradient(ModelLayout layout, float[] values, ImageBatch batch, TrainingStepOptions options, bool autocast = false) =>
        Run("gradient", layout, values, batch, options with { LearningRate = 0 }, 1, autocast);

    private static float[] Run(string compute, ModelLayout layout, float[] values, ImageBatch batch, TrainingStepOptions options, int steps, bool autocast = false)
    {
        Assert.SkipWhen(Missing.Value is not null, $"torchvision is not here: {Missing.Value}");
        DirectoryInfo folder = Directory.CreateTempSubdirectory("fedportal-reference-");
        try
        {
            string File(string name) => Path.Combine(folder.FullName, name);
            Safetensors.Save(File("weights"), layout, values, new Dictionary<string, string>());
            System.IO.File.WriteAllBytes(File("images"), MemoryMarshal.AsBytes(batch.Pixels.AsSpan()));
            var job = new
            {
                compute,
                steps,
                autocast,
                layout.Description.Architecture,
                Classes = layout.Description.ClassCount,
                Weights = File("weights"),
                Images = File("images"),
                Answer = File("answer"),
                batch.Size,
                batch.Labels,
                options.Optimizer,
                options.LearningRate,
                options.WeightDecay,
                options.LabelSmoothing,
                options.ClassWeights,
                options.GradientClip,
                options.ProximalTerm,
            };
            System.IO.File.WriteAllText(File("job"), JsonSerializer.Serialize(job, Format));
            (int exitCode, string error) = Start(Path.Combine(SharedData.Root, "FedPortal.Tests/Training/Native/torchvision_reference.py"), File("job"));
            Assert.True(exitCode == 0, error);
            return MemoryMarshal.Cast<byte, float>(System.IO.File.ReadAllBytes(File("answer"))).ToArray();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string? WhyMissing()
    {
        if (!File.Exists(Python))
        {
            return $"{Python} does not exist";
        }

        (int exitCode, string error) = Start("-c", "import torchvision, numpy");
        return exitCode == 0 ? null : error.Trim().Split('\n')[^1];
    }

    private static (int ExitCode, string Error) Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Python, arguments) { RedirectStandardError = true };
        NativeEnvironment.ApplyTo(start);
        using var process = Process.Start(start)!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, error);
    }
}
