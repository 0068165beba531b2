using System.Text.Json;
using FedPortal.Site.CommandLine;
using FedPortal.Training.Models;
using FedPortal.Training.Native;
using Xunit;

namespace FedPortal.Tests.Site;

/// <summary>A small private-head study through the real program: three institutions, 32 pixels, a backbone from a file.</summary>
[Collection("Heavy")]
public sealed class PrivateHeadSimulationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fedportal-test-").FullName;

    [Fact]
    public async Task TheLedger_RecomputesToTheEpsilonThatWasPlannedFor()
    {
        string ledger = Path.Combine(_folder, "study.ledger");
        string[] arguments =
        [
            "simulate", "--regime", "private-head", "--phantoms", "45", "--institutions", "3", "--size", "32", "--rounds", "3", "--head-dimensions", "8",
            "--backbone", WriteBackbone(), "--epsilon", "4", "--colluders", "1", "--ledger", ledger, "--json",
        ];

        JsonElement study = await RunAsync(arguments);
        JsonElement audit = await RunAsync("epsilon", "--ledger", ledger, "--json");

        Assert.Equal("private-head", study.GetProperty("regime").GetString());
        Assert.True(audit.GetProperty("verified").GetBoolean());
        Assert.Equal(3, audit.GetProperty("releases").GetInt32());
        Assert.Equal(study.GetProperty("ledgerHead").GetString(), audit.GetProperty("head").GetString());
        foreach ((JsonElement claimed, JsonElement recomputed) in Views(study.GetProperty("privacy")).Zip(Views(audit)))
        {
            Assert.Equal(claimed.GetProperty("view").GetString(), recomputed.GetProperty("view").GetString());
            Assert.Equal(claimed.GetProperty("epsilon").GetDouble(), recomputed.GetProperty("epsilon").GetDouble(), 1e-9);
            Assert.Equal(claimed.GetProperty("claim").GetString(), recomputed.GetProperty("claim").GetString());
        }

        // The colluders' view is what was planned for; the published sum holds one share more.
        Assert.InRange(Views(study.GetProperty("privacy"))[1].GetProperty("epsilon").GetDouble(), 3.999, 4);
        Assert.True(study.GetProperty("sum").GetProperty("encrypted").GetBoolean());
        Assert.True(study.GetProperty("sum").GetProperty("noiseCheckPassed").ValueKind is JsonValueKind.True or JsonValueKind.False);
        Assert.Equal("phantoms only", study.GetProperty("plan").GetProperty("settingsChosenOn").GetString());
        foreach (string run in (string[])["private", "nonPrivate"])
        {
            JsonElement accuracy = study.GetProperty(run).GetProperty("metrics").GetProperty("accuracy");
            Assert.Equal("Wilson", accuracy.GetProperty("interval").GetString());
            Assert.Equal(18, accuracy.GetProperty("n").GetInt32());
        }

        // Always the same class: nothing to rank.
        Assert.Equal(0.5, study.GetProperty("majority").GetProperty("evaluation").GetProperty("metrics").GetProperty("auroc").GetProperty("value").GetDouble(), 6);
    }

    [Theory]
    [InlineData("--epsilon", "--epsilon", "3")]
    [InlineData("--sampling-rate", "--regime", "private-head", "--sampling-rate", "1.5")]
    [InlineData("--dropouts", "--regime", "private-head", "--institutions", "3", "--dropouts", "2", "--colluders", "1")]
    [InlineData("--noise-intensity", "--regime", "private-head", "--noise-intensity", "1")]
    [InlineData("--strategy", "--regime", "private-head", "--strategy", "plain-fedavg")]
    [InlineData("--regime", "--regime", "none")]
    public async Task BadArguments_AreNamed(string named, params string[] arguments)
    {
        (int exitCode, string output, string errors) = await SiteProgram.RunAsync(["simulate", "--phantoms", "45", "--size", "32", .. arguments]);

        Assert.Equal(ExitCodes.BadArguments, exitCode);
        Assert.Equal("", output);
        Assert.Contains(named, errors, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static JsonElement[] Views(JsonElement of) => [.. of.GetProperty("views").EnumerateArray()];

    private static async Task<JsonElement> RunAsync(params string[] arguments)
    {
        (int exitCode, string output, string errors) = await SiteProgram.RunAsync(arguments);
        Assert.True(exitCode == ExitCodes.Done, errors);
        return JsonDocument.Parse(output).RootElement;
    }

    private string WriteBackbone()
    {
        using var model = ClassifierModel.Create(new ModelDescription(ClassifierArchitecture.ResNet50Slim, 3), new ComputeOptions(Threads: 1), seed: 1);
        float[] values = new float[model.Layout.ValueCount];
        model.CopyValuesTo(values);
        string path = Path.Combine(_folder, "weights.safetensors");
        Safetensors.Save(path, model.Layout, values, new Dictionary<string, string>());
        return path;
    }
}
