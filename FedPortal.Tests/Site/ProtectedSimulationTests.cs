using System.Text.Json;
using FedPortal.Site.CommandLine;
using Xunit;

namespace FedPortal.Tests.Site;

/// <summary>Protected rounds through the real program, every institution a process with keys of its own.</summary>
[Collection("Heavy")]
public sealed class ProtectedSimulationTests
{
    private static readonly string[] Small = ["simulate", "--phantoms", "45", "--institutions", "4", "--size", "32", "--epochs", "1", "--rounds", "1"];

    [Fact]
    public async Task WithoutNoise_TheModelIsThePlainOne_AndEveryStageIsTimed()
    {
        JsonElement protectedRun = await RunAsync([.. Small, "--value-bits", "12", "--weighting", "examples", "--json"]);
        JsonElement plain = await RunAsync([.. Small, "--strategy", "plain-fedavg", "--json"]);

        Assert.Equal("fedavg", protectedRun.GetProperty("strategy").GetString());
        Assert.False(protectedRun.GetProperty("updatesAddedInTheClear").GetBoolean());
        JsonElement round = protectedRun.GetProperty("rounds")[1];
        JsonElement protection = round.GetProperty("protection");
        foreach (string stage in new[] { "train", "perturb", "encrypt", "upload", "screen", "sum", "unlock", "decrypt", "apply", "evaluate" })
        {
            Assert.True(round.GetProperty("seconds").GetProperty(stage).GetDouble() > 0, stage);
        }

        Assert.All(protection.GetProperty("institutions").EnumerateArray(), one => Assert.True(one.GetProperty("accepted").GetBoolean(), one.GetProperty("reason").GetString()));
        Assert.Contains("no privacy from noise", protection.GetProperty("epsilon").GetProperty("publishedSum").GetProperty("words").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, protection.GetProperty("sketchDifference").GetDouble());

        // The same training, averaged with weights rounded to eighths and values to 12 bits: the loss hardly moves.
        double loss = round.GetProperty("pooled").GetProperty("loss").GetDouble();
        Assert.InRange(loss, Loss(plain) - 0.02, Loss(plain) + 0.02);
    }

    [Fact]
    public async Task BoostedAttacker_IsLeftOut_AndBothRunsAreReported()
    {
        JsonElement run = await RunAsync([.. Small, "--attack", "scaling", "--attackers", "1", "--clip", "0.5", "--coordinate-limit", "0.02", "--noise-intensity", "0.0001", "--json"]);

        JsonElement attack = run.GetProperty("attack");
        Assert.Equal("scaling", attack.GetProperty("kind").GetString());
        Assert.Equal(1, attack.GetProperty("detected").GetInt32());
        Assert.Equal(0, attack.GetProperty("falseAlarms").GetInt32());
        Assert.Equal(3, attack.GetProperty("honestUpdates").GetInt32());
        Assert.InRange(attack.GetProperty("accuracyUnscreened").GetDouble(), 0, 1);
        JsonElement[] institutions = [.. run.GetProperty("rounds")[1].GetProperty("protection").GetProperty("institutions").EnumerateArray()];
        Assert.False(institutions[0].GetProperty("accepted").GetBoolean());
        Assert.Contains("clipping norms long", institutions[0].GetProperty("reason").GetString(), StringComparison.Ordinal);
        JsonElement epsilon = run.GetProperty("rounds")[1].GetProperty("protection").GetProperty("epsilon");
        Assert.True(epsilon.GetProperty("singleUpdate").GetProperty("epsilon").GetDouble() > epsilon.GetProperty("publishedSum").GetProperty("epsilon").GetDouble());
    }

    private static double Loss(JsonElement run) => run.GetProperty("rounds")[1].GetProperty("pooled").GetProperty("loss").GetDouble();

    private static async Task<JsonElement> RunAsync(params string[] arguments)
    {
        (int exitCode, string output, string errors) = await SiteProgram.RunAsync(arguments);
        Assert.True(exitCode == ExitCodes.Done, $"Exit code {exitCode}: {errors}");
        return JsonDocument.Parse(output).RootElement;
    }
}
