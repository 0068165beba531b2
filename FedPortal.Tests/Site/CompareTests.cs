using System.Diagnostics;
using System.Text.Json;
using FedPortal.Tests.Support;
using FedPortal.Training.Comparison;
using FedPortal.Training.Protocol;
using Xunit;

namespace FedPortal.Tests.Site;

/// <summary>The comparison through the program itself.</summary>
[Collection("Heavy")]
public sealed class CompareTests
{
    private static readonly string[] Tiny = ["--phantoms", "45", "--institutions", "3", "--rounds", "1", "--epochs", "1", "--size", "32", "--transfer", "12"];

    [Theory]
    [InlineData("--methods=fedavg,gossip", "--methods: expected some of")]
    [InlineData("--rounds=0", "--rounds: expected a whole number")]
    [InlineData("--institutions=2", "--institutions: expected a whole number from 3")]
    public async Task ArgumentsThatMakeNoSense_EndWithCode2AndOneLine(string argument, string expected)
    {
        (int code, string output, string error) = await SiteProgram.RunAsync("compare", argument);

        Assert.Equal(2, code);
        Assert.Equal("", output);
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task MethodsAreMeasuredOnOneHoldout_AndAKilledRunGoesOnWithTheMissingOnes()
    {
        using var folder = new TemporaryFolder();
        string work = Path.Combine(folder.Path, "work");
        string[] methods = [ComparedMethods.Conventional, ComparedMethods.Distilled, ComparedMethods.Personalised, ComparedMethods.AsPublished, ComparedMethods.Protected];
        string[] command = ["compare", .. Tiny, "--methods", string.Join(',', methods), "--work", work, "--json"];
        using (Process first = SiteProgram.Start(command))
        {
            await UntilAsync(() => File.Exists(Path.Combine(work, "fedavg.1.json")), first);
            int[] children = SiteProgram.DescendantsOf(first.Id);
            first.Kill();
            Assert.True(await SiteProgram.AllEndAsync(children), "Engines of a killed comparison run on.");
        }

        MethodResult kept = JsonSerializer.Deserialize<MethodResult>(await File.ReadAllBytesAsync(Path.Combine(work, "fedavg.1.json"), TestContext.Current.CancellationToken), ProtocolJson.Options)!;
        (int code, string output, string errors) = await SiteProgram.RunAsync(command);

        Assert.True(code == 0, errors);
        Assert.DoesNotContain("fedavg: round", errors, StringComparison.Ordinal);
        ComparisonReport report = JsonSerializer.Deserialize<ComparisonReport>(output, ProtocolJson.Options)!;
        MethodResult again = report.Results.Single(result => result.Method == ComparedMethods.Conventional);
        Assert.Equal((kept.Seconds, kept.CpuSeconds), (again.Seconds, again.CpuSeconds));
        Assert.Equal(methods.Order(StringComparer.Ordinal), report.Results.Select(result => result.Method).Order(StringComparer.Ordinal));
        Assert.Single(report.Results.Select(result => result.HoldoutHash).Distinct());
        Assert.All(report.Results, result => Assert.True(result is { IsSynthetic: true, Accuracy.Images: > 0, Seconds: > 0, CpuSeconds: > 0 }));
        CheckBytes(report);
    }

    /// <summary>What must travel, worked out by hand from the number of values.</summary>
    private static void CheckBytes(ComparisonReport report)
    {
        MethodResult Of(string method) => report.Results.Single(result => result.Method == method);
        long vector = 4L * Of(ComparedMethods.Conventional).Values;
        Assert.Equal(new MethodTraffic(vector, vector, 6 * vector), Of(ComparedMethods.Conventional).Traffic);
        Assert.Equal(new MethodTraffic(12 * 3 * 4, vector, 3 * ((12 * 3 * 4) + vector)), Of(ComparedMethods.Distilled).Traffic);

        // Two polynomials of 8192 words for 8192 values, and small headers.
        long ciphertext = (Of(ComparedMethods.Personalised).Values + 8191) / 8192 * (2 * 8192 * 8);
        Assert.InRange(Of(ComparedMethods.AsPublished).Traffic.UpPerSite, ciphertext, 1.05 * ciphertext);
        Assert.InRange(Of(ComparedMethods.Personalised).Traffic.Total, (3 * ciphertext) + (5 * vector), 1.05 * ((3 * ciphertext) + (5 * vector)));
        Assert.True(Of(ComparedMethods.Protected).Traffic.UpPerSite < Of(ComparedMethods.AsPublished).Traffic.UpPerSite);
    }

    private static async Task UntilAsync(Func<bool> holds, Process process)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(8));
        while (!holds())
        {
            Assert.False(process.HasExited, "The comparison ended too soon.");
            await Task.Delay(20, limit.Token);
        }
    }
}
