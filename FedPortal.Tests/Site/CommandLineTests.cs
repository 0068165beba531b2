using System.Text.Json;
using FedPortal.Site.CommandLine;
using Xunit;

namespace FedPortal.Tests.Site;

/// <summary>What scripts rely on: exit codes, one line on standard error, nothing else on standard output.</summary>
[Collection("Heavy")]
public sealed class CommandLineTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fedportal-test-").FullName;

    [Theory]
    [InlineData("--rounds: expected a whole number from 1 to 10000 but got 0", "simulate", "--rounds", "0")]
    [InlineData("--size: expected a whole number from 32 to 1024 but got 16", "simulate", "--size", "16")]
    [InlineData("resnet50-slim, efficientnet-b0 but got resnet18", "simulate", "--model", "resnet18")]
    [InlineData("plain-fedadam, fedavg, fedprox, fedadam but got median", "simulate", "--strategy", "median")]
    [InlineData("--protected: the strategy plain-fedavg adds updates in the clear", "simulate", "--strategy", "plain-fedavg", "--protected", "--phantoms", "30")]
    [InlineData("--clip: the strategy plain-fedavg", "simulate", "--strategy", "plain-fedavg", "--clip", "3", "--phantoms", "30")]
    [InlineData("at most the 2 of the roster", "simulate", "--phantoms", "30", "--institutions", "2")]
    [InlineData("The threshold must be above half of the 5", "simulate", "--phantoms", "30", "--threshold", "2")]
    [InlineData("a multiple of 64", "simulate", "--phantoms", "30", "--sketch", "100")]
    [InlineData("fewer than the 5 institutions but got 5", "simulate", "--phantoms", "30", "--attack", "sign-flip", "--attackers", "5")]
    [InlineData("expected --attack as well", "simulate", "--phantoms", "30", "--attackers", "1")]
    [InlineData("to 10000 but got many", "simulate", "--rounds", "many")]
    [InlineData("--learning-rate: expected a number above 0 and at most 10 but got -1", "simulate", "--learning-rate", "-1")]
    [InlineData("--colour", "simulate", "--colour", "red")]
    [InlineData("at most one of them", "simulate", "--data", ".", "--phantoms", "50")]
    [InlineData("there is no file or folder", "simulate", "--data", "/nowhere/at-all")]
    [InlineData("there is no folder", "simulate", "--save", "/nowhere/at-all/model")]
    [InlineData("three images for each of 10 institutions", "simulate", "--phantoms", "20", "--institutions", "10")]
    [InlineData("--model", "evaluate", "--data", ".")]
    [InlineData("there is no file or folder", "evaluate", "--model", "/nowhere/model", "--data", ".")]
    [InlineData("there is no file or folder", "predict", "--model", "/nowhere/model", "image.png")]
    [InlineData("--reference: it needs --explain", "predict", "--model", ".", ".", "--reference", ".")]
    [InlineData("multiple of 4", "data", "phantoms", "/nowhere/at-all", "--size", "33")]
    [InlineData("paint", "paint")]
    public async Task BadArguments_EndWith2_AndOneLineThatNamesThem(string expected, params string[] arguments)
    {
        (int exitCode, string output, string errors) = await SiteProgram.RunAsync(arguments);

        Assert.Contains(expected, errors, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.BadArguments, exitCode);
        Assert.Equal("", output);
        Assert.StartsWith("fedportal: ", errors, StringComparison.Ordinal);
        Assert.Single(errors.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public async Task Help_NamesEveryVerb_ButNotTheHiddenOne()
    {
        (int exitCode, string output, _) = await SiteProgram.RunAsync("--help");

        Assert.Equal(ExitCodes.Done, exitCode);
        Assert.All(new[] { "simulate", "evaluate", "predict", "data", "bench" }, verb => Assert.Contains($"  {verb}", output, StringComparison.Ordinal));
        Assert.DoesNotContain("  engine", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FileThatIsNoModel_EndsWith1AndSaysSo()
    {
        string path = Path.Combine(_folder, "model.safetensors");
        await File.WriteAllTextAsync(path, "no");

        (int exitCode, string output, string errors) = await SiteProgram.RunAsync("evaluate", "--model", path, "--data", _folder);

        Assert.Equal(ExitCodes.Failed, exitCode);
        Assert.Equal("", output);
        Assert.Contains("safetensors", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DataPhantoms_WritesWhatDataCheckReads()
    {
        string folder = Path.Combine(_folder, "phantoms");

        (int written, string writtenJson, _) = await SiteProgram.RunAsync("data", "phantoms", folder, "--count", "12", "--institutions", "2", "--size", "64", "--json");
        (int again, _, string refusal) = await SiteProgram.RunAsync("data", "phantoms", folder, "--count", "12", "--institutions", "2");
        (int check, string checkJson, _) = await SiteProgram.RunAsync("data", "check", folder, "--json");

        Assert.Equal([ExitCodes.Done, ExitCodes.BadArguments, ExitCodes.Done], [written, again, check]);
        Assert.Contains("new or empty folder", refusal, StringComparison.Ordinal);
        Assert.True(JsonDocument.Parse(writtenJson).RootElement.GetProperty("synthetic").GetBoolean());
        JsonElement report = JsonDocument.Parse(checkJson).RootElement.GetProperty("report");
        Assert.Equal(27, report.GetProperty("images").GetInt32());
        Assert.True(report.GetProperty("isSynthetic").GetBoolean());
        Assert.Equal(3, report.GetProperty("classes").GetArrayLength());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
