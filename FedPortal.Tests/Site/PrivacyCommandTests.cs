using System.Text.Json;
using FedPortal.Tests.Training.Ledger;
using Xunit;

namespace FedPortal.Tests.Site;

/// <summary>The privacy verbs through the program itself.</summary>
public sealed class PrivacyCommandTests
{
    [Fact]
    public async Task EpsilonPrintsTheReferenceValueWithUnitAndAdversary()
    {
        (int code, string output, _) = await SiteProgram.RunAsync("privacy", "epsilon", "--dimension", "2049", "--scale", "4096", "--noise-multiplier", "5", "--shares", "5", "--rounds", "20", "--json");

        JsonElement view = Json(output).GetProperty("views")[0];
        Assert.Equal(0, code);
        Assert.Equal("published", view.GetProperty("view").GetString());
        Assert.Equal(4.1625741007511685, view.GetProperty("epsilon").GetDouble(), 1e-6);
        Assert.Matches("^ε = 4.1626, δ = 1E-05, unit = institution, adjacency = zero-out, adversary = .*, tuning runs counted: no$", view.GetProperty("claim").GetString());
    }

    [Fact]
    public async Task TheFullNetworkWithUsefulNoiseHasNoMeaningfulGuarantee()
    {
        (_, string output, _) = await SiteProgram.RunAsync("privacy", "epsilon", "--dimension", "23508032", "--noise-multiplier", "0.001", "--shares", "5");

        Assert.Contains("no meaningful formal guarantee", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PlanFindsNoiseThatEpsilonConfirms()
    {
        string[] common = ["--dimension", "64", "--shares", "5", "--colluders", "1", "--rounds", "30", "--json"];
        (_, string planned, _) = await SiteProgram.RunAsync(["privacy", "plan", "--epsilon", "4", .. common]);
        string noise = Json(planned).GetProperty("noiseMultiplier").GetRawText();

        (_, string checkedAgain, _) = await SiteProgram.RunAsync(["privacy", "epsilon", "--noise-multiplier", noise, .. common]);

        Assert.InRange(Json(checkedAgain).GetProperty("views")[1].GetProperty("epsilon").GetDouble(), 3.999, 4);
    }

    [Fact]
    public async Task CurveRisesFromRoundToRound()
    {
        (_, string output, _) = await SiteProgram.RunAsync("privacy", "curve", "--dimension", "64", "--noise-multiplier", "5", "--rounds", "4", "--view", "single", "--json");

        double[] curve = [.. Json(output).GetProperty("curve").EnumerateArray().Select(point => point.GetProperty("single").GetDouble())];
        Assert.Equal(4, curve.Length);
        Assert.Equal(curve.Order(), curve);
    }

    [Fact]
    public async Task ThePublishedMechanismIsPrintedWithoutAGuarantee()
    {
        (_, string output, _) = await SiteProgram.RunAsync("privacy", "epsilon", "--mechanism", "centred-poisson-real", "--dimension", "10", "--noise-multiplier", "1");

        Assert.Contains("ε = ∞ (no DP guarantee", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("privacy epsilon --dimension 10 --noise-multiplier 1 --mechanism magic", "--mechanism")]
    [InlineData("privacy epsilon --dimension 0 --noise-multiplier 1", "--dimension")]
    [InlineData("privacy epsilon --dimension 10 --noise-multiplier -1", "--noise-multiplier")]
    [InlineData("privacy epsilon --dimension 10 --noise-multiplier 1 --sampling-rate 2", "--sampling-rate")]
    [InlineData("privacy epsilon --dimension 10 --noise-multiplier 1 --delta 0", "--delta")]
    [InlineData("privacy epsilon --dimension 10 --noise-multiplier 1 --shares 2 --dropouts 2", "--shares")]
    [InlineData("privacy plan --dimension 10", "--epsilon")]
    [InlineData("epsilon --ledger /no/such/file", "--ledger")]
    public async Task BadArgumentsEndWithTwoAndOneLine(string arguments, string named)
    {
        (int code, string output, string error) = await SiteProgram.RunAsync(arguments.Split(' '));

        Assert.Equal(2, code);
        Assert.Empty(output);
        Assert.Contains(named, Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ALedgerIsRecomputedFromItsCsvExportAlone()
    {
        using SampleLedger ledger = new SampleLedger().With(rounds: 3);
        string csv = ledger.Path + ".csv";
        (int first, string fromLedger, _) = await SiteProgram.RunAsync("epsilon", "--ledger", ledger.Path, "--export-csv", csv, "--site-key", ledger.SiteKey);
        File.Delete(ledger.Path);

        (int second, string fromCsv, _) = await SiteProgram.RunAsync("epsilon", "--ledger", csv, "--site-key", ledger.SiteKey);

        Assert.Equal((0, 0), (first, second));
        Assert.Equal(fromLedger, fromCsv);
        Assert.Contains("Verified", fromCsv, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ATamperedLedgerNamesItsFirstBadRow()
    {
        using SampleLedger ledger = new SampleLedger().With(rounds: 3);
        string[] lines = ledger.Lines;
        string copy = ledger.Path + ".copy";
        await File.WriteAllLinesAsync(copy, [.. lines[..2], lines[2].Replace("\"steps\":1", "\"steps\":3", StringComparison.Ordinal), lines[3]]);

        (int code, string output, _) = await SiteProgram.RunAsync("epsilon", "--ledger", copy);
        (int compared, string alarm, _) = await SiteProgram.RunAsync("epsilon", "--ledger", ledger.Path, "--compare", copy, "--json");

        Assert.Equal((1, 1), (code, compared));
        Assert.Contains("NOT VERIFIED. First bad row: row 2: hash mismatch", output, StringComparison.Ordinal);
        Assert.Equal(2, Json(alarm).GetProperty("difference").GetProperty("row").GetInt32());
        Assert.True(Json(alarm).GetProperty("verified").GetBoolean());
    }

    private static JsonElement Json(string output) => JsonDocument.Parse(output).RootElement;
}
