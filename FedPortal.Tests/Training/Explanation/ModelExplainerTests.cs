using System.Diagnostics;
using FedPortal.Tests.Site;
using FedPortal.Tests.Support;
using FedPortal.Training.Evaluation;
using FedPortal.Training.Explanation;
using FedPortal.Training.Imaging;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;
using FedPortal.Training.Native;
using Xunit;

namespace FedPortal.Tests.Training.Explanation;

[Collection("Heavy")]
public sealed class ModelExplainerTests : IDisposable
{
    private static readonly ComputeOptions Compute = new(ComputeDevice.Cpu, ComputePrecision.Full, Threads: 1);
    private static readonly PreprocessingPipeline Pipeline = PreprocessingPipeline.Default(64);
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void AnAnswer_IsTheNetworksOwn_AndItsAttentionIsThatOfTheTopClass()
    {
        GlobalModel model = ClassifierModel.FirstModel(new ModelDescription(ClassifierArchitecture.ResNet50Slim, 3), Compute, seed: 3);
        float[] prepared = Pipeline.Prepare(OtherPictures.Phantom(1));
        using var network = ClassifierModel.Create(model.Layout.Description, Compute, seed: 0);
        network.SetValues(model.Values.Span);
        float[] logits = new float[3];
        network.Predict(new ImageBatch(64, prepared, [0]), logits);

        using var explainer = new ModelExplainer(model, Pipeline, Compute);
        ModelAnswer answer = explainer.Answer(OtherPictures.Phantom(1));

        Assert.Equal(logits, answer.Logits, (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.Equal(logits.Max(), answer.Logits[answer.TopClass], 5);
        Assert.Equal(prepared, answer.Prepared);
        Assert.Equal(network.GradCam(new ImageBatch(64, prepared, [answer.TopClass])), answer.Attention);
        Assert.All(answer.Attention, value => Assert.InRange(value, 0, 1));
        Assert.Equal(Math.Log(logits.Sum(logit => Math.Exp(logit))), answer.Inputs[InputStatistic.Energy], 4);
    }

    [Fact]
    public async Task TheServingProgram_AnswersPictures_RefusesOtherFiles_AndEndsWithItsInput()
    {
        string path = _folder.At("model.safetensors");
        GlobalModel model = ClassifierModel.FirstModel(new ModelDescription(ClassifierArchitecture.ResNet50Slim, 3), Compute, seed: 3);
        GlobalModelFile.Save(path, model, new ModelCard(["a", "b", "c"], Pipeline, IsSynthetic: true, FederatedStrategy.PlainFedAvg));
        CancellationToken stop = TestContext.Current.CancellationToken;
        using Process child = SiteProgram.Start("serve-model", "--model", path, "--threads", "1", "--max-bytes", "1000000");

        ModelServiceReply ready = await NextAsync(child, stop);
        await ModelService.SendAsync(child.StandardInput.BaseStream, GreyPng.Encode(OtherPictures.Phantom(1), isSynthetic: true), stop);
        ModelServiceReply answered = await NextAsync(child, stop);
        await ModelService.SendAsync(child.StandardInput.BaseStream, new byte[100], stop);
        ModelServiceReply refused = await NextAsync(child, stop);
        child.StandardInput.Close();
        await child.WaitForExitAsync(stop);

        Assert.Contains("CPU", ready.Ready, StringComparison.Ordinal);
        DrawnAnswer answer = answered.Answer!;
        Assert.Equal((3, 64), (answer.Logits.Length, answer.ImageSize));
        Assert.Equal(1, Predictions.SoftMax(answer.Logits, 3).Sum(), 4);
        Assert.All(new[] { answer.Picture, answer.Attention }, png => Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], png[..4]));
        await using var decoder = new Sizes();
        Assert.Equal((64, 64), await decoder.SizeAsync(answer.Picture, stop));
        Assert.Equal((64, 64), await decoder.SizeAsync(answer.Attention, stop));
        Assert.Equal(RefusalKind.Refused, refused.Refusal!.Kind);
        Assert.Equal(0, child.ExitCode);
    }

    [Fact]
    public async Task AModelFileThatIsNone_EndsTheProgramWithTheReason()
    {
        string path = _folder.At("none");
        await File.WriteAllTextAsync(path, "no model", TestContext.Current.CancellationToken);

        (int exitCode, string output, string errors) = await SiteProgram.RunAsync("serve-model", "--model", path);

        Assert.Equal((1, ""), (exitCode, output));
        Assert.StartsWith("fedportal: ", errors, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<ModelServiceReply> NextAsync(Process child, CancellationToken stop)
    {
        while (await child.StandardOutput.ReadLineAsync(stop) is { } line)
        {
            if (ModelService.TryRead(line) is { } reply)
            {
                return reply;
            }
        }

        throw new InvalidOperationException(await child.StandardError.ReadToEndAsync(stop));
    }

    /// <summary>The product's decoder is libpng's, so a PNG that it reads is one.</summary>
    private sealed class Sizes : IAsyncDisposable
    {
        private readonly XrayDecoder _decoder = new(processCount: 1);

        public async Task<(int Width, int Height)> SizeAsync(byte[] png, CancellationToken stop)
        {
            DecodeOutcome outcome = await _decoder.DecodeAsync(png.AsMemory(), stop);
            Assert.True(outcome.Image is not null, outcome.Refusal?.Reason);
            return (outcome.Image.Width, outcome.Image.Height);
        }

        public ValueTask DisposeAsync() => _decoder.DisposeAsync();
    }
}
