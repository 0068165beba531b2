using System.Text.Json;
using FedPortal.Tests.Support;
using FedPortal.Training.Datasets.Phantoms;
using FedPortal.Training.Imaging;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;
using FedPortal.Training.Native;
using Xunit;

namespace FedPortal.Tests.Site;

/// <summary>The robustness verbs through the program itself, on a network of fresh weights.</summary>
[Collection("Heavy")]
public sealed class RobustnessCommandTests
{
    [Theory]
    [InlineData("fgsm", "--epsilon", "300", "at most 255 but got 300")]
    [InlineData("pgd", "--steps", "0", "expected a whole number from 1 to 200")]
    [InlineData("noise", "--strengths", "3", "--strengths: expected --kind as well")]
    [InlineData("noise", "--kind", "salt", "expected one of gaussian, photon, blur, contrast but got salt")]
    [InlineData("inversion", "--phantoms", "3", "expected a whole number from 10")]
    public async Task ArgumentsThatMakeNoSense_EndWithCode2AndOneLine(string verb, string option, string value, string expected)
    {
        (int code, string output, string error) = await SiteProgram.RunAsync("robustness", verb, "--model", "nothing.safetensors", $"{option}={value}");

        Assert.Equal(2, code);
        Assert.Equal("", output);
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task FgsmPrintsItsCurveAndWritesItsPictures()
    {
        using var folder = new TemporaryFolder();
        Save(folder.At("model.safetensors"), PhantomConsortium.Classes);

        (int code, string output, string error) = await SiteProgram.RunAsync(
            "robustness", "fgsm", "--model", folder.At("model.safetensors"), "--phantoms", "12", "--epsilon", "4", "8", "--pictures", folder.At("pictures"), "--json");

        Assert.True(code == 0, error);
        using JsonDocument document = JsonDocument.Parse(output);
        JsonElement[] points = [.. document.RootElement.GetProperty("report").GetProperty("curves")[0].GetProperty("points").EnumerateArray()];
        Assert.Equal([0, 4, 8], points.Select(point => point.GetProperty("strength").GetDouble()));
        Assert.All(points, point => Assert.Equal(12, point.GetProperty("images").GetInt32()));
        Assert.Equal(3, document.RootElement.GetProperty("pictures").GetArrayLength());
        Assert.Equal(9, Directory.GetFiles(folder.At("pictures"), "*.png").Length);
        Assert.Contains("progress 3 3", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AModelThatKnowsOtherClassesIsNotMeasuredOnPhantoms()
    {
        using var folder = new TemporaryFolder();
        Save(folder.At("model.safetensors"), ["cat", "dog", "horse"]);

        (int code, _, string error) = await SiteProgram.RunAsync("robustness", "inversion", "--model", folder.At("model.safetensors"));

        Assert.NotEqual(0, code);
        Assert.Contains("but the model knows cat, dog, horse", error, StringComparison.Ordinal);
    }

    private static void Save(string path, IReadOnlyList<string> classes) => GlobalModelFile.Save(
        path, ClassifierModel.FirstModel(new ModelDescription(ClassifierArchitecture.ResNet50Slim, 3), new ComputeOptions(Threads: 1), seed: 2),
        new ModelCard(classes, PreprocessingPipeline.Default(32), IsSynthetic: true, FederatedStrategy.PlainFedAvg));
}
