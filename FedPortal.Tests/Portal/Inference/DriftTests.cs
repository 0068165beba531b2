using FedPortal.Data;
using FedPortal.Inference;
using FedPortal.Jobs.Inference;
using FedPortal.Operation;
using FedPortal.Rounds;
using FedPortal.Tests.Support;
using FedPortal.Training.Evaluation;
using FedPortal.Training.Explanation;
using FedPortal.Training.Protocol;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace FedPortal.Tests.Portal.Inference;

/// <summary>Drift by day, its alerts, and re-validation with the test in the place of the site programs.</summary>
public sealed class DriftTests(PortalHost host) : IClassFixture<PortalHost>
{
    private static readonly string[] Classes = ["a", "b"];

    private RevalidationStore Checks => host.Services.GetRequiredService<RevalidationStore>();

    private RevalidationDriver Driver => host.Services.GetRequiredService<RevalidationDriver>();

    [Theory]
    [InlineData(0.0, false)]
    [InlineData(0.3, true)]
    public void PicturesThatMoved_AreDrift_AndTheSameOnesAreNot(double shift, bool isDrift)
    {
        DriftReport report = ReportOf(pictures: 300, shift);

        Assert.Equal(isDrift, report.IsInputDrift);
        Assert.Equal(isDrift, report.Findings.Single(finding => finding.Statistic == InputStatistic.Brightness).IsDrift);
        Assert.False(report.Findings.Single(finding => finding.Statistic == InputStatistic.Symmetry).IsDrift);
        Assert.False(report.IsScoreDrift);
        Assert.True(report.IsJudged);
    }

    [Fact]
    public void FewPictures_AreNoDrift_HoweverDifferent()
    {
        DriftReport report = ReportOf(pictures: DriftTest.LeastPictures - 1, shift: 0.4);

        Assert.False(report.IsInputDrift || report.IsScoreDrift || report.IsJudged);
        Assert.False(DriftReport.Of([], reference: null).IsJudged);
    }

    // 5 % points of the χ² distribution, Abramowitz and Stegun, table 26.8.
    [Theory]
    [InlineData(3.841, 1)]
    [InlineData(5.991, 2)]
    [InlineData(7.815, 3)]
    [InlineData(16.919, 9)]
    [InlineData(18.307, 10)]
    public void ChiSquare_HasItsPublishedPoints(double point, int degrees) => Assert.Equal(0.05, ChiSquare.Above(point, degrees), 4);

    [Fact]
    public void TheStabilityIndex_IsTheFormula()
    {
        HistogramDistance distance = DriftTest.Compare([500, 500], [800, 200], isOrdered: false)!;

        Assert.Equal(((0.8 - 0.5) * Math.Log(0.8 / 0.5)) + ((0.2 - 0.5) * Math.Log(0.2 / 0.5)), distance.StabilityIndex, 0.005);
        Assert.True(distance.PValue < 1e-10);
        Assert.True(DriftTest.Compare([500, 500], [510, 490], isOrdered: false)!.PValue > 0.5);
        Assert.Throws<ArgumentException>(() => DriftTest.Compare([1], [1, 2], isOrdered: true));
    }

    [Fact]
    public void TheSumsOfADay_HoldCountsOnly()
    {
        var day = new InferenceDay(Guid.NewGuid(), 1, new DateOnly(2026, 3, 2), 2);
        day.Add(ModelOpinion.Of([2f, 0f], StatisticsOf(0.5), Classes, reference: null), StatisticsOf(0.5));
        day.Add(ModelOpinion.Of([0f, 1f], StatisticsOf(0.2), Classes, reference: null), StatisticsOf(0.2));

        Assert.Equal((2, 0, 0), (day.Count, day.JudgedCount, day.UnlikeCount));
        Assert.Equal([1, 1], day.TopClasses);
        Assert.Equal(2, day.Confidences.Sum());
        Assert.Equal([20, 50], day.Inputs!.Counts[InputStatistic.Brightness].Select((count, bin) => (count, bin)).Where(pair => pair.count > 0).Select(pair => pair.bin));
    }

    [Fact]
    public async Task Drift_RaisesOneAlert_AndItEndsWhenThePicturesAreAsBefore()
    {
        FakeFederation federation = await ReleasedAsync(holdouts: 200);
        InferenceStore store = host.Services.GetRequiredService<InferenceStore>();
        ServedVersion model = (await store.FindAsync(federation.StudyId, 0, default))!;
        await AddDayAsync(model, pictures: 200, shift: 0.3);
        DriftWatch watch = host.Services.GetRequiredService<DriftWatch>();

        await watch.LookAsync(default);
        await watch.LookAsync(default);

        Alert alert = Assert.Single(await OpenAsync(federation.StudyId, AlertKind.InputDrift));
        Assert.Contains("Brightness: stability index", alert.Detail, StringComparison.Ordinal);
        await ClearDaysAsync(federation.StudyId);
        await AddDayAsync(model, pictures: 200, shift: 0);
        await watch.LookAsync(default);
        Assert.Empty(await OpenAsync(federation.StudyId, AlertKind.InputDrift));
    }

    [Fact]
    public async Task TwoPortalsCountingAtOnce_LoseNoPicture()
    {
        FakeFederation federation = await ReleasedAsync(holdouts: 60);
        InferenceStore store = host.Services.GetRequiredService<InferenceStore>();
        ServedVersion model = (await store.FindAsync(federation.StudyId, 0, default))!;

        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() =>
            store.RecordAsync(model, ModelOpinion.Of([1f, 0f], StatisticsOf(0.5), Classes, null), StatisticsOf(0.5), default))));

        Assert.Equal(6, (await host.Services.GetRequiredService<DriftStore>().FindAsync(model.StudyId, 0, default))!.Report.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ARevalidation_IsMeasuredByTheInstitutions_AndAWorseOneRaisesAnAlert(bool isWorse)
    {
        FakeFederation federation = await ReleasedAsync(holdouts: 60);
        Guid id = (await Checks.TryBeginAsync(federation.StudyId, 0, "Ada", default))!.Value;
        Assert.Null(await Checks.TryBeginAsync(federation.StudyId, 0, "Ada", default));
        FakeSite site = await federation.BeginAsync(AssignmentKind.Revalidate, federation.Institutions[0]);
        Assert.Equal(SiteWork.Evaluate, site.Assignment.Work);
        await Driver.AdvanceAsync(default);
        Assert.Equal(RevalidationState.Running, (await Checks.ListAsync(Viewer.Everything, federation.StudyId, 0, 1, default))[0].State);

        (PredictionsHeader header, float[] values) = Handed(site, 60, isRight: image => isWorse ? image % 4 != 0 && image % 3 != 0 : image % 5 != 0);
        using HttpResponseMessage taken = await site.PutAsync(SiteRoutes.Evaluation, header, values);
        Assert.True(taken.IsSuccessStatusCode, await taken.Content.ReadAsStringAsync());
        await Driver.AdvanceAsync(default);

        RevalidationRow row = Assert.Single(await Checks.ListAsync(Viewer.Outsider, federation.StudyId, 0, 5, default));
        Assert.Equal((id, RevalidationState.Done, 60), (row.Id, row.State, row.Report!.SampleCount));
        Assert.Equal(isWorse, row.Worse!.Contains("Accuracy: 0.500 on 60 images, at the release 0.800", StringComparison.Ordinal));
        Assert.Equal(isWorse ? 1 : 0, (await OpenAsync(federation.StudyId, AlertKind.RevalidationWorse)).Count);

        // What the release was judged on stays as it was.
        await using FedPortalDbContext db = await host.Services.GetRequiredService<IDbContextFactory<FedPortalDbContext>>().CreateDbContextAsync();
        Assert.Equal(2, await db.Evaluations.CountAsync(e => e.StudyId == federation.StudyId, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task WhatIsDue_IsBegunOnce_AndThenWaitsForItsInterval()
    {
        FakeFederation federation = await ReleasedAsync(holdouts: 60);
        await Checks.SetIntervalAsync(federation.StudyId, 7, "Ada", default);
        await using (FedPortalDbContext db = await host.Services.GetRequiredService<IDbContextFactory<FedPortalDbContext>>().CreateDbContextAsync())
        {
            ModelWatch watch = await db.ModelWatches.SingleAsync(w => w.StudyId == federation.StudyId, TestContext.Current.CancellationToken);
            watch.Change(7, "Ada", TimeProvider.System.GetUtcNow().AddDays(-8));
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        await Driver.BeginDueAsync(default);
        await Driver.BeginDueAsync(default);

        RevalidationRow begun = Assert.Single(await Checks.ListAsync(Viewer.Everything, federation.StudyId, 0, 5, default));
        Assert.Equal("portal", begun.StartedBy);
        Assert.True((await Checks.WatchAsync(federation.StudyId, default))!.NextAt > TimeProvider.System.GetUtcNow().AddDays(6));
        Assert.True(await Checks.TryCancelAsync(begun.Id, "Ada", default));
        await Assert.ThrowsAsync<ArgumentException>(() => Checks.SetIntervalAsync(federation.StudyId, -1, "Ada", default));
    }

    [Fact]
    public async Task CountsThatDoNotFitThePredictions_AreRefused()
    {
        FakeFederation federation = await ReleasedAsync(holdouts: 60);
        await Checks.TryBeginAsync(federation.StudyId, 0, "Ada", default);
        FakeSite site = await federation.BeginAsync(AssignmentKind.Revalidate, federation.Institutions[0]);
        (PredictionsHeader header, float[] values) = Handed(site, 60, _ => true);

        using HttpResponseMessage refused = await site.PutAsync(
            SiteRoutes.Evaluation, header with { Inputs = InputReference.Of(site.Assignment.PipelineHash, [StatisticsOf(0.5)]) }, values);

        Assert.Equal(System.Net.HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Contains("60 pictures but got 1", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static DriftReport ReportOf(int pictures, double shift)
    {
        ModelReference reference = ReferenceOf(400);
        var day = new InferenceDay(Guid.NewGuid(), 1, new DateOnly(2026, 3, 2), 2);
        foreach (int i in Enumerable.Range(0, pictures))
        {
            day.Add(ModelOpinion.Of(LogitsOf(i), StatisticsOf(Spread(i) + shift), Classes, reference), StatisticsOf(Spread(i) + shift));
        }

        return DriftReport.Of([day], reference);
    }

    private static ModelReference ReferenceOf(int holdouts) => ModelReference.Of(
        Predictions.FromLogits(Classes, [.. Enumerable.Range(0, holdouts).Select(i => i % 2)], [.. Enumerable.Range(0, holdouts).SelectMany(LogitsOf)], isSynthetic: true),
        InputReference.Of("p", [.. Enumerable.Range(0, holdouts).Select(i => StatisticsOf(Spread(i)))]));

    private static float[] LogitsOf(int i) => [i % 2 == 0 ? 1 : 0, 0.5f];

    /// <summary>Evenly from 0.2 to 0.5.</summary>
    private static double Spread(int i) => 0.2 + (0.3 * (i * 7 % 100) / 100);

    private static InputStatistics StatisticsOf(double brightness) =>
        InputStatistics.FromValues([.. InputStatistics.All.Select(statistic => statistic == InputStatistic.Brightness ? brightness : 0.4)]);

    /// <summary>Version 0 of a fake study, measured on images of which four of five were right, and released.</summary>
    private async Task<FakeFederation> ReleasedAsync(int holdouts)
    {
        await host.StandByAsync(); // the watch is looked at here, and must not look by itself
        FakeFederation federation = await FakeFederation.StartAsync(host, institutions: 1, quorum: 1);
        await (await federation.BeginAsync(AssignmentKind.Initialise)).SubmitModelAsync();
        await federation.AdvanceAsync();
        FakeSite site = await federation.BeginAsync(AssignmentKind.Evaluate, federation.Institutions[0]);
        (PredictionsHeader header, float[] values) = Handed(site, holdouts, image => image % 5 != 0);
        using HttpResponseMessage taken = await site.PutAsync(SiteRoutes.Evaluation, header, values);
        Assert.True(taken.IsSuccessStatusCode, await taken.Content.ReadAsStringAsync());
        await federation.AdvanceAsync();
        await using FedPortalDbContext db = await host.Services.GetRequiredService<IDbContextFactory<FedPortalDbContext>>().CreateDbContextAsync();
        string hash = await db.ModelVersions.Where(m => m.StudyId == federation.StudyId && m.Version == 0).Select(m => m.BlobHash).SingleAsync();
        db.Add(ReleasedModel.ReleaseOf(federation.StudyId, hash, TimeProvider.System.GetUtcNow()));
        await db.SaveChangesAsync();
        return federation;
    }

    private static (PredictionsHeader Header, float[] Values) Handed(FakeSite site, int images, Func<int, bool> isRight)
    {
        int[] labels = [.. Enumerable.Range(0, images).Select(image => image % 2)];
        float[] values = [.. labels.SelectMany((label, image) => (label == 0) == isRight(image) ? new[] { 0.8f, 0.2f } : [0.2f, 0.8f])];
        var header = new PredictionsHeader(site.Assignment.Binding, site.Assignment.ModelVersion, site.Assignment.ModelHash!, site.Assignment.Classes, labels, IsSynthetic: true, [])
        {
            Inputs = InputReference.Of(site.Assignment.PipelineHash, [.. Enumerable.Range(0, images).Select(i => StatisticsOf(Spread(i)))]),
        };
        return (header, values);
    }

    private async Task AddDayAsync(ServedVersion model, int pictures, double shift)
    {
        var day = new InferenceDay(model.StudyId, model.Version, DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime), 2);
        foreach (int i in Enumerable.Range(0, pictures))
        {
            day.Add(ModelOpinion.Of(LogitsOf(i), StatisticsOf(Spread(i) + shift), Classes, reference: null), StatisticsOf(Spread(i) + shift));
        }

        await using FedPortalDbContext db = await host.Services.GetRequiredService<IDbContextFactory<FedPortalDbContext>>().CreateDbContextAsync();
        db.Add(day);
        await db.SaveChangesAsync();
    }

    private async Task ClearDaysAsync(Guid study)
    {
        await using FedPortalDbContext db = await host.Services.GetRequiredService<IDbContextFactory<FedPortalDbContext>>().CreateDbContextAsync();
        await db.InferenceDays.Where(d => d.StudyId == study).ExecuteDeleteAsync();
    }

    private async Task<IReadOnlyList<Alert>> OpenAsync(Guid study, AlertKind kind)
    {
        await using FedPortalDbContext db = await host.Services.GetRequiredService<IDbContextFactory<FedPortalDbContext>>().CreateDbContextAsync();
        return await db.Alerts.AsNoTracking().Where(a => a.OpenKey == Alert.KeyOf(kind, $"{study} 0")).ToListAsync();
    }
}
