using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using FedPortal.Tests.Support;
using FedPortal.Training.Evaluation;
using FedPortal.Training.Imaging;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;
using FedPortal.Training.Models.Onnx;
using FedPortal.Training.Native;
using Xunit;

namespace FedPortal.Tests.Training.Models;

/// <summary>An exported model gives the same logits in onnxruntime-web as in libtorch. Skipped, with the reason, where that runtime is not installed.</summary>
[Collection("Heavy")]
public sealed class OnnxParityTests
{
    private const int Images = 3;
    private const int Size = 64;
    private const double Tolerance = 1e-3;
    private static readonly string Modules = Path.Combine(SharedData.Root, "build", "onnx", "node_modules");

    [Theory]
    [InlineData(ClassifierArchitecture.ResNet50Slim)]
    [InlineData(ClassifierArchitecture.ResNet50)]
    [InlineData(ClassifierArchitecture.EfficientNetB0)]
    public async Task TheLogitsAreTheSame(ClassifierArchitecture architecture)
    {
        Assert.SkipUnless(Directory.Exists(Path.Combine(Modules, "onnxruntime-web")), "onnxruntime-web is not installed: ./fedportal test installs it from eng/onnx/package-lock.json; build/onnx.log says why it could not.");
        using var folder = new TemporaryFolder();
        using var network = ClassifierModel.Create(new ModelDescription(architecture, 3), new ComputeOptions(Precision: ComputePrecision.Full, Threads: 1), seed: 5);
        float[] values = Disturbed(network);
        network.SetValues(values);
        var random = new Random(1);
        float[] pixels = [.. Enumerable.Range(0, Images * Size * Size).Select(_ => (float)random.NextDouble())];
        float[] expected = new float[Images * 3];
        network.Predict(new ImageBatch(Size, pixels, new int[Images]), expected);

        OnnxModelFile.Save(
            folder.At("model.onnx"), new GlobalModel(network.Layout, 4, values), new ModelCard(["a", "b", "c"], PreprocessingPipeline.Plain(Size), IsSynthetic: true, FederatedStrategy.PlainFedAvg));
        await File.WriteAllBytesAsync(folder.At("pixels"), MemoryMarshal.AsBytes(pixels.AsSpan()).ToArray());
        (float[] logits, float[] probabilities) = await RunAsync(folder.At("model.onnx"), folder.At("pixels"));

        double largest = expected.Zip(logits, (ours, theirs) => Math.Abs((double)ours - theirs)).Max();
        TestContext.Current.TestOutputHelper?.WriteLine($"{architecture}: max |Δlogit| = {largest.ToString("g3", CultureInfo.InvariantCulture)}");
        Assert.True(expected.Max() - expected.Min() > 1e-2, "The logits must differ for the comparison to say anything.");
        Assert.InRange(largest, 0, Tolerance);
        Assert.All(probabilities.Zip(Predictions.SoftMax(expected, 3)), pair => Assert.Equal(pair.Second, pair.First, Tolerance));
    }

    /// <summary>Fresh weights leave running statistics at 0 and 1 and biases at 0: moved, so that each of them counts.</summary>
    private static float[] Disturbed(ClassifierModel network)
    {
        float[] values = new float[network.Layout.ValueCount];
        network.CopyValuesTo(values);
        var random = new Random(2);
        foreach (TensorEntry tensor in network.Layout.Tensors.Where(tensor => tensor.Shape.Count == 1))
        {
            bool isPositive = tensor.Name.EndsWith("running_var", StringComparison.Ordinal);
            foreach (ref float value in values.AsSpan(tensor.Offset, tensor.Count))
            {
                value += (float)(isPositive ? random.NextDouble() * 0.5 : (random.NextDouble() - 0.5) * 0.2);
            }
        }

        return values;
    }

    private static async Task<(float[] Logits, float[] Probabilities)> RunAsync(string model, string pixels)
    {
        using Process node = Process.Start(new ProcessStartInfo("node", [Path.Combine(SharedData.Root, "eng", "onnx", "parity.mjs"), Modules, model, pixels, $"{Images}", $"{Size}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> errors = node.StandardError.ReadToEndAsync();
        string output = await node.StandardOutput.ReadToEndAsync();
        await node.WaitForExitAsync();
        Assert.True(node.ExitCode == 0, await errors);
        using JsonDocument document = JsonDocument.Parse(output);
        float[] Values(string name) => [.. document.RootElement.GetProperty(name).EnumerateArray().Select(value => value.GetSingle())];
        return (Values("logits"), Values("probabilities"));
    }
}
