using System.Text.Json;
using Xunit;

namespace FedPortal.Tests.Site;

/// <summary>The attack verbs through the program itself.</summary>
public sealed class AttackCommandTests
{
    [Theory]
    [InlineData("lira", "--shadows", "16", "expected a whole number from 64")]
    [InlineData("canary", "--canaries", "5", "expected a whole number from 20")]
    [InlineData("inversion", "--noise", "-1", "--noise: expected numbers from 0 to 100 but got -1")]
    [InlineData("canary", "--train", "both", "both")]
    public async Task ArgumentsThatMakeNoSense_EndWithCode2AndOneLine(string verb, string option, string value, string expected)
    {
        (int code, string output, string error) = await SiteProgram.RunAsync("attack", verb, $"{option}={value}");

        Assert.Equal(2, code);
        Assert.Equal("", output);
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task NetworksTakeNoEpsilon()
    {
        (int code, _, string error) = await SiteProgram.RunAsync("attack", "lira", "--train", "network", "--epsilon", "4");

        Assert.Equal(2, code);
        Assert.Contains("--epsilon and --backbone: expected --train head", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnInversionPrintsWhatCameBackAtEachNoise()
    {
        (int code, string output, _) = await SiteProgram.RunAsync("attack", "inversion", "--noise", "0.01", "--json");

        using JsonDocument document = JsonDocument.Parse(output);
        JsonElement result = document.RootElement.GetProperty("results")[0];
        Assert.Equal(0, code);
        Assert.Equal(0.01, result.GetProperty("noiseMultiplier").GetDouble());
        Assert.InRange(result.GetProperty("psnr").GetDouble(), 0, 25);
        Assert.Contains("no evidence", document.RootElement.GetProperty("remark").GetString(), StringComparison.Ordinal);
    }
}
