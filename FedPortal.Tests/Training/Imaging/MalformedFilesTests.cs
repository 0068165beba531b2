using FedPortal.Tests.Support;
using FedPortal.Training.Datasets;
using FedPortal.Training.Imaging;
using Xunit;

namespace FedPortal.Tests.Training.Imaging;

/// <summary>The reference set of damaged and hostile files: each must end as its manifest says.</summary>
public sealed class MalformedFilesTests
{
    [Fact]
    public async Task EveryImageOfTheMalformedSet_EndsAsItsManifestSays()
    {
        string folder = SharedData.Require("data/malformed");
        await using var decoder = new XrayDecoder(processCount: 1);
        var breaches = new List<string>();
        int count = 0;

        foreach ((string file, string expect) in Manifest(folder).Where(row => !IsContainer(row.File)))
        {
            DecodeOutcome outcome = await decoder.DecodeAsync(Path.Combine(folder, file), TestContext.Current.CancellationToken);
            string? breach = expect == "warn" ? await BreachOfWarningAsync(folder, file, decoder) : BreachOf(expect, outcome);
            if (breach is not null)
            {
                breaches.Add($"{file}: expected {expect}, {breach}");
            }

            count++;
        }

        Assert.True(breaches.Count == 0, string.Join(Environment.NewLine, breaches));
        Assert.Equal(58, count);
    }

    [Fact]
    public async Task EveryArchiveOfTheMalformedSet_EndsAsItsManifestSays()
    {
        string folder = SharedData.Require("data/malformed");
        using var target = new TemporaryFolder();
        await using var decoder = new XrayDecoder(processCount: 1);
        var import = new DatasetImport(new ImageStore(target.Path), decoder);
        var breaches = new List<string>();
        int count = 0;

        foreach ((string file, string expect) in Manifest(folder).Where(row => row.File.EndsWith(".zip", StringComparison.Ordinal)))
        {
            string ending;
            try
            {
                ImportedDataset dataset = await import.RunAsync(Path.Combine(folder, file), null, null, TestContext.Current.CancellationToken);
                ending = dataset.Items.Count > 0 ? "accept" : "nothing";
            }
            catch (DatasetRefusedException refusal)
            {
                Assert.NotEmpty(refusal.Message);
                ending = "reject";
            }

            if (expect != "either" && ending != expect)
            {
                breaches.Add($"{file}: expected {expect} but got {ending}");
            }

            count++;
        }

        Assert.True(breaches.Count == 0, string.Join(Environment.NewLine, breaches));
        Assert.Equal(9, count);
        Assert.All(Directory.EnumerateFiles(target.Path, "*", SearchOption.AllDirectories), file => Assert.EndsWith(".png", file, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("labels_formula.csv", "formula")]
    [InlineData("labels_bad.csv", "both")]
    public async Task BadLabelFiles_AreReadWithWarnings_AndNothingWrongGetsALabel(string labels, string word)
    {
        string folder = SharedData.Require("data/malformed");
        using var dataset = new TemporaryFolder();
        Directory.CreateDirectory(dataset.At("no_finding"));
        File.Copy(Path.Combine(folder, "png_16bit.png"), dataset.At("no_finding", "a.png"));
        File.Copy(Path.Combine(folder, labels), dataset.At("manifest.csv"));
        await using var decoder = new XrayDecoder(processCount: 1);

        QualityReport report = await DatasetCheck.RunAsync(dataset.Path, null, decoder, null, TestContext.Current.CancellationToken);

        Assert.Equal(0, report.Images);
        string[] said = [.. report.Warnings, .. report.Unreadable.Select(file => file.Reason)];
        Assert.Contains(said, text => text.Contains(word, StringComparison.Ordinal));
        Assert.DoesNotContain(report.Unreadable, file => file.Name.StartsWith('='));
    }

    private static string? BreachOf(string expect, DecodeOutcome outcome) => (expect, outcome.Refusal) switch
    {
        ("accept", { } refusal) => $"but refused: {refusal.Reason}",
        ("reject" or "limit", null) => "but it was decoded",
        ("limit", { Kind: not RefusalKind.OverLimit } refusal) => $"but got {refusal.Kind}",
        (_, { Reason.Length: 0 }) => "but no reason was given",
        (_, { Kind: RefusalKind.Crashed or RefusalKind.TimedOut } refusal) => $"but got {refusal.Kind}",
        _ => null,
    };

    private static async Task<string?> BreachOfWarningAsync(string folder, string file, XrayDecoder decoder)
    {
        using var dataset = new TemporaryFolder();
        Directory.CreateDirectory(dataset.At("class"));
        File.Copy(Path.Combine(folder, file), dataset.At("class", file));
        QualityReport report = await DatasetCheck.RunAsync(dataset.Path, null, decoder, null, TestContext.Current.CancellationToken);
        return report.ImageWarnings.Count > 0 || report.Unreadable.Count > 0 ? null : "but there was no warning";
    }

    private static bool IsContainer(string file) => Path.GetExtension(file) is ".zip" or ".csv";

    private static IEnumerable<(string File, string Expect)> Manifest(string folder) =>
        from line in File.ReadLines(Path.Combine(folder, "manifest.csv")).Skip(1)
        let fields = line.Split(',')
        select (fields[0], fields[2]);
}
