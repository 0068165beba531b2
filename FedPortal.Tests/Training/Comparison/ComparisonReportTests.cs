using FedPortal.Tests.Support;
using FedPortal.Training.Attacks;
using FedPortal.Training.Comparison;
using FedPortal.Training.Evaluation;
using Xunit;

namespace FedPortal.Tests.Training.Comparison;

/// <summary>Figures, files and work folder of a comparison.</summary>
public sealed class ComparisonReportTests
{
    [Fact]
    public void Figures_AreThoseOfTheEvaluationAndTheAttack()
    {
        MethodResult result = SampleComparison.Outcome(members: 30, others: 25).ToResult(ComparedMethods.Conventional, seed: 1, SampleComparison.Meter());

        EvaluationReport expected = EvaluationReports.From(Predictions.Concat([SampleComparison.Holdout(0), SampleComparison.Holdout(1)]));
        MembershipReport attack = MembershipStatistics.Of(new MembershipTrials(SampleComparison.Scores(30, 2), SampleComparison.Scores(25, 3)), delta: 0, seed: 1);
        Assert.Equal(expected.Of(Metric.Accuracy)!.Value, result.Accuracy.Value);
        Assert.Equal(EvaluationReports.Wilson, result.Accuracy.IntervalMethod);
        Assert.Equal(2 * SampleComparison.HoldoutImages, result.Accuracy.Images);
        Assert.Equal(attack.Auc.Value, result.Privacy.Auc!.Value);
        Assert.Equal(attack.Advantage, result.Privacy.Advantage!.Value!.Value, 1e-12);
        Assert.Equal(2, result.Sites.Count);
        Assert.Equal("no ε", result.Privacy.EpsilonWords);
    }

    [Fact]
    public void TooFewPatients_AreNoAttack_AndNotOneThatFoundNothing()
    {
        MeasuredPrivacy privacy = SampleComparison.Outcome(members: 30, others: 5).ToResult(ComparedMethods.Conventional, 1, SampleComparison.Meter()).Privacy;

        Assert.Null(privacy.Auc);
        Assert.Null(privacy.Advantage);
        Assert.Contains("attack not measured: 30 members and 5 others are too few", ComparisonText.Of(privacy), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_AreTheFilesLengths_AndWhatPassesBetweenInstitutionsCountsOnce()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "file");
        await File.WriteAllBytesAsync(path, new byte[1200]);
        var meter = new MethodMeter(sites: 3, () => 0);

        meter.AllFetch(path);
        meter.Sends(1, path);
        meter.Passes(0, 2, path);
        await meter.RoundAsync(() => Task.FromResult(true));

        MethodTraffic traffic = meter.Traffic();
        Assert.Equal(2 * 1200 / 3, traffic.UpPerSite);
        Assert.Equal(4 * 1200 / 3, traffic.DownPerSite);
        Assert.Equal(5 * 1200, traffic.Total);
        Assert.Equal(1, meter.Rounds);
    }

    [Fact]
    public void Spread_IsTheTextbooks()
    {
        Spread spread = Spread.Of([0.7, 0.8, 0.9])!;

        Assert.Equal((3, 0.8, 0.1), (spread.Count, Math.Round(spread.Mean, 12), Math.Round(spread.Deviation, 12)));
        Assert.Null(Spread.Of([0.7]));
    }

    [Fact]
    public void EveryPublishedFigureHasACitation_AndTheMissingOnesSayNotFound()
    {
        PublishedFigure[] figures = [.. ComparedMethods.All.SelectMany(method => method.Published)];

        Assert.All(figures, figure => Assert.True(figure.Citation.Length > 10 && figure.DataSet.Length > 0 && figure.Images.Length > 0));
        Assert.All(figures.Where(figure => figure.Value is null), figure => Assert.EndsWith("not found", figure.InWords, StringComparison.Ordinal));
        Assert.All(ComparedMethods.All.Where(method => method.Kind == MethodKind.Published), method => Assert.NotEmpty(method.Published));
    }

    [Fact]
    public void AWorkFolder_GivesBackWhatIsFinished_AndRefusesAnotherComparison()
    {
        using var folder = new TemporaryFolder();
        MethodResult result = SampleComparison.Outcome(members: 30, others: 25).ToResult(ComparedMethods.Protected, 1, SampleComparison.Meter());

        var work = new ComparisonWork(folder.Path, SampleComparison.Settings, new string('a', 64));
        Assert.Null(work.Finished(ComparedMethods.Protected, 1));
        work.Keep(result);

        MethodResult again = new ComparisonWork(folder.Path, SampleComparison.Settings, new string('a', 64)).Finished(ComparedMethods.Protected, 1)!;
        Assert.Equal(result.Accuracy, again.Accuracy);
        Assert.Equal(ComparisonExport.Json(work.Report()), ComparisonExport.Json(ComparisonWork.TryRead(folder.Path)!));
        InvalidDataException refused = Assert.Throws<InvalidDataException>(() => new ComparisonWork(folder.Path, SampleComparison.Settings, new string('b', 64)));
        Assert.Contains("other data or settings", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Exports_HoldEveryRow()
    {
        MethodResult result = SampleComparison.Outcome(members: 30, others: 25).ToResult(ComparedMethods.AsPublished, 1, SampleComparison.Meter());
        var report = new ComparisonReport(SampleComparison.Settings, [result, result with { Seed = 2 }]);

        string markdown = ComparisonExport.Markdown(report);
        string[] csv = ComparisonExport.Csv(report).TrimEnd().Split('\n');

        Assert.Contains("| Ours as published | ", markdown, StringComparison.Ordinal);
        Assert.Contains("over 2 seeds", markdown, StringComparison.Ordinal);
        Assert.Contains("doi:10.1038/s41598-026-41469-4", markdown, StringComparison.Ordinal);
        Assert.Equal(3, csv.Length);
        Assert.All(csv, line => Assert.Equal(csv[0].Count(c => c == ','), Unquoted(line).Count(c => c == ',')));
    }

    private static string Unquoted(string line) => string.Concat(line.Split('"').Where((_, part) => part % 2 == 0));
}
