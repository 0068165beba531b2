using System.Text.Json;
using FedPortal.Site.CommandLine;
using Xunit;

namespace FedPortal.Tests.Site;

/// <summary>A small federation through the real program: two institutions, 32 pixels, the slim network.</summary>
[Collection("Heavy")]
public sealed class SimulateTests : IDisposable
{
    private static readonly string[] Small = ["--phantoms", "48", "--institutions", "2", "--size", "32", "--epochs", "1", "--rounds", "1"];
    private readonly string _folder = Directory.CreateTempSubdirectory("fedportal-test-").FullName;

    [Fact]
    public async Task SavedModel_EvaluatedAndAskedAgain_SaysWhatTheSimulationSaid()
    {
        string model = Path.Combine(_folder, "model.safetensors");
        string phantoms = Path.Combine(_folder, "phantoms");
        Assert.Equal(ExitCodes.Done, (await SiteProgram.RunAsync("data", "phantoms", phantoms, "--count", "24", "--institutions", "2", "--size", "64")).ExitCode);

        JsonElement simulated = await RunAsync("simulate", "--data", phantoms, "--size", "32", "--epochs", "1", "--rounds", "1", "--model", "resnet50-slim", "--strategy", "plain-fedavg", "--save", model, "--json");
        JsonElement evaluated = await RunAsync("evaluate", "--model", model, "--data", phantoms, "--json");
        JsonElement last = simulated.GetProperty("rounds")[1];

        Assert.Equal("holdout", evaluated.GetProperty("split").GetString());
        Assert.Equal(15, evaluated.GetProperty("evaluation").GetProperty("images").GetInt32());
        Assert.Equal(Numbers(last.GetProperty("consortiumHoldout")), Numbers(evaluated.GetProperty("evaluation")), (a, b) => Math.Abs(a - b) < 0.02);
        Assert.True(evaluated.GetProperty("modelSynthetic").GetBoolean());

        string image = Directory.EnumerateFiles(Path.Combine(phantoms, "holdout"), "*.png", SearchOption.AllDirectories).First();
        JsonElement predicted = await RunAsync("predict", "--model", model, image, "--json");
        JsonElement probabilities = predicted.GetProperty("images")[0].GetProperty("probabilities");
        Assert.Equal(1, probabilities.EnumerateObject().Sum(p => p.Value.GetDouble()), 5);
        Assert.Equal(["covid19", "no_finding", "pneumonia"], probabilities.EnumerateObject().Select(p => p.Name));

        string reference = Path.Combine(_folder, "reference.json");
        await RunAsync("evaluate", "--model", model, "--data", phantoms, "--split", "all", "--reference", reference, "--json");
        JsonElement explained = await RunAsync("predict", "--model", model, image, "--explain", "--reference", reference, "--overlays", _folder, "--json");
        JsonElement opinion = explained.GetProperty("images")[0].GetProperty("opinion");
        Assert.Equal(["prediction", "probabilities", "calibrated", "calibrationBin", "novelty", "notes"], opinion.EnumerateObject().Select(p => p.Name));
        Assert.Equal(predicted.GetProperty("images")[0].GetProperty("prediction").GetString(), opinion.GetProperty("prediction").GetString());
        Assert.Equal(39, explained.GetProperty("referenceCount").GetInt32());
        Assert.Equal(2, opinion.GetProperty("notes").GetArrayLength());
        Assert.True(File.Exists(explained.GetProperty("images")[0].GetProperty("overlay").GetString()));
    }

    [Fact]
    public async Task Json_HasItsFields_AndEqualSeedsGiveEqualNumbers()
    {
        JsonElement first = await RunAsync(["simulate", .. Small, "--strategy", "plain-fedadam", "--seed", "3", "--json"]);
        JsonElement second = await RunAsync(["simulate", .. Small, "--strategy", "plain-fedadam", "--seed", "3", "--json"]);

        string[] fields =
        [
            "command", "synthetic", "device", "model", "parameters", "layoutHash", "imageSize", "pipelineHash", "classes", "strategy", "updatesAddedInTheClear", "protection", "attack", "photonsPerWhitePixel", "patientNoise", "seed",
            "epochs", "learningRate", "concurrentInstitutions", "threadsEach", "institutions", "rejectedFiles", "rounds", "seconds", "savedModel",
        ];
        Assert.Equal(fields, first.EnumerateObject().Select(field => field.Name));
        Assert.True(first.GetProperty("synthetic").GetBoolean());
        Assert.True(first.GetProperty("updatesAddedInTheClear").GetBoolean());
        Assert.Equal("plain-fedadam", first.GetProperty("strategy").GetString());
        Assert.Equal([0, 1], first.GetProperty("rounds").EnumerateArray().Select(round => round.GetProperty("round").GetInt32()));
        JsonElement pooled = first.GetProperty("rounds")[1].GetProperty("pooled");
        Assert.Equal(["accuracy", "precision", "recall", "f1", "auroc", "auprc", "ece"], pooled.GetProperty("metrics").EnumerateObject().Select(metric => metric.Name));
        Assert.Equal("Wilson", pooled.GetProperty("metrics").GetProperty("accuracy").GetProperty("interval").GetString());
        Assert.Equal(2, first.GetProperty("rounds")[1].GetProperty("institutions").GetArrayLength());
        Assert.True(first.GetProperty("seconds").GetProperty("train").GetDouble() > 0);
        Assert.Equal(pooled.GetRawText(), second.GetProperty("rounds")[1].GetProperty("pooled").GetRawText());
    }

    [Fact]
    public async Task ForPeople_SaysSyntheticDeviceAndInTheClear()
    {
        (int exitCode, string output, string errors) = await SiteProgram.RunAsync(["simulate", .. Small, "--strategy", "plain-fedavg"]);

        Assert.Equal(ExitCodes.Done, exitCode);
        Assert.Equal("", errors);
        Assert.Contains("All images are synthetic", output, StringComparison.Ordinal);
        Assert.Contains("Device: C", output, StringComparison.Ordinal);
        Assert.Contains("updates are added in the clear", output, StringComparison.Ordinal);
        Assert.Contains("Round 1 of 1", output, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task<JsonElement> RunAsync(params string[] arguments)
    {
        (int exitCode, string output, string errors) = await SiteProgram.RunAsync(arguments);
        Assert.True(exitCode == ExitCodes.Done, $"Exit code {exitCode}: {errors}");
        return JsonDocument.Parse(output).RootElement;
    }

    private static double[] Numbers(JsonElement evaluation) =>
        [evaluation.GetProperty("loss").GetDouble(), evaluation.GetProperty("metrics").GetProperty("auroc").GetProperty("value").GetDouble()];
}
