using System.Net;
using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Jobs;
using FedPortal.Models;
using FedPortal.Operation;
using FedPortal.Rounds;
using FedPortal.Runs;
using FedPortal.Tests.Support;
using FedPortal.Training.Protocol;
using FedPortal.Training.Robustness;
using Xunit;

namespace FedPortal.Tests.Portal.Jobs;

/// <summary>A robustness test on the hold-outs, with the test in the place of the site programs; and what a person cannot ask for.</summary>
public sealed class RobustnessDriverTests(PortalHost host) : IClassFixture<PortalHost>
{
    private static readonly RobustnessPlan Plan = RobustnessPlan.For(RobustnessTest.Fgsm).With(Disturbance.Fgsm, [2, 8]);

    private RobustnessDriver Driver => host.Services.GetRequiredService<RobustnessDriver>();

    private RobustnessStore Store => host.Services.GetRequiredService<RobustnessStore>();

    private RobustnessSchedule Schedule => host.Services.GetRequiredService<RobustnessSchedule>();

    private IJobSource Jobs => host.Services.GetServices<IJobSource>().Single(source => source.Kind == "Robustness test");

    [Fact]
    public async Task HoldoutsArePooled_AndACoordinatorSeesOnlyTheOwnCurve()
    {
        FakeFederation federation = await FakeFederation.StartRoundAsync(host, institutions: 2, quorum: 2);
        Guid id = await BeginAsync(federation);
        await HandInAsync(federation, 0, rightAt: [4, 4, 0]);
        Assert.True(await Driver.AdvanceAsync(id, default));
        await HandInAsync(federation, 1, rightAt: [4, 2, 2]);

        Assert.False(await Driver.AdvanceAsync(id, default));

        RobustnessView view = (await Store.FindAsync(Viewer.Everything, federation.StudyId, 0, default))!;
        RobustnessRow done = Assert.Single(view.Runs);
        Assert.Equal(RunState.Done, done.State);
        RobustnessCurve curve = Assert.Single(done.Outcome!.Report!.Curves);
        Assert.Equal([0, 2, 8], curve.Points.Select(point => point.Strength));
        Assert.Equal([8.0 / 8, 6.0 / 8, 2.0 / 8], curve.Points.Select(point => point.Accuracy.Value!.Value));
        Assert.Equal([0, 2.0 / 8, 6.0 / 8], curve.Points.Select(point => point.Changed!.Value));
        Assert.Equal(2, done.Outcome.Parts.Count);
        Assert.Empty(done.Outcome.Pictures);
        RobustnessView narrowed = (await Store.FindAsync(Viewer.Of(federation.Institutions[1]), federation.StudyId, 0, default))!;
        Assert.Equal(federation.Institutions[1], Assert.Single(narrowed.Runs.Single().Outcome!.Parts).InstitutionId);

        IReadOnlyList<AuditRow> log = await host.Services.GetRequiredService<AuditStore>().ListAsync(Viewer.Everything, federation.StudyId, 0, 100, default);
        Assert.Contains(log, entry => entry.Action.Contains("robustness test 'Fgsm' on hold-outs is done. Accuracy 1.000 undisturbed and 0.250", StringComparison.Ordinal));

        // It is no gate: what is signed for a release does not change with it.
        Assert.Empty((await host.Services.GetRequiredService<ModelStore>().FindAsync(Viewer.Everything, federation.StudyId, 0, int.MaxValue, default))!.Evidence.Attacks);
    }

    [Fact]
    public async Task ATestThatIsStopped_TurnsItsSitesAway_IsListedAmongTheJobs_AndCanBeAskedForAgain()
    {
        FakeFederation federation = await FakeFederation.StartRoundAsync(host, institutions: 1, quorum: 1);
        Guid id = await BeginAsync(federation);
        FakeSite site = await federation.BeginAsync(AssignmentKind.Robustness, federation.Institutions[0]);
        Assert.Null(await Store.TryAddAsync(federation.StudyId, 0, Plan, RobustnessTarget.Holdouts, 0, "Ada", default));
        JobRow running = (await Jobs.ListAsync(Viewer.Everything, id, 1, default)).Single();
        Assert.Equal((JobState.Running, true, false), (running.State, running.MayCancel, running.MayRetry));
        Assert.Equal($"/models/{federation.StudyId}/0/robustness", running.Address);

        Assert.Null(await Jobs.CancelAsync(id, "Ada", default));

        using HttpResponseMessage refused = await SubmitAsync(site, [4, 4, 4]);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.False(await Driver.AdvanceAsync(id, default));
        JobRow stopped = (await Jobs.ListAsync(Viewer.Outsider, id, 1, default)).Single();
        Assert.Equal((JobState.Cancelled, false, true), (stopped.State, stopped.MayCancel, stopped.MayRetry));
        Assert.Null(stopped.Detail);
        Assert.Null(await Jobs.RetryAsync(id, "Ada", default));
        RobustnessRow again = (await Store.FindAsync(Viewer.Everything, federation.StudyId, 0, default))!.Runs.Single(run => run.Id != id);
        Assert.Equal(Plan.CurveOf(Disturbance.Fgsm)!.Strengths, again.Plan.CurveOf(Disturbance.Fgsm)!.Strengths);
        Assert.True(await Schedule.CancelAsync(again.Id, "Ada", default), $"It was {again.State}: {again.FailureReason}");
    }

    [Fact]
    public async Task AnswersThatDoNotFitThePlan_AreRefused()
    {
        FakeFederation federation = await FakeFederation.StartRoundAsync(host, institutions: 1, quorum: 1);
        await BeginAsync(federation);
        FakeSite site = await federation.BeginAsync(AssignmentKind.Robustness, federation.Institutions[0]);
        Assert.Equal(Plan.PixelPoints, site.Assignment.Robustness!.PixelPoints);

        using HttpResponseMessage refused = await SubmitAsync(site, [4, 4]);
        using HttpResponseMessage improper = await site.PutAsync(SiteRoutes.Robustness, HeaderOf(site), [.. Enumerable.Repeat(0.9f, 24)]);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Contains("Expected 24 values", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, improper.StatusCode);
        Assert.Contains("sum 1", await improper.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ATestThatBeginsJustWhenItIsStopped_IsStopped_WithItsWork()
    {
        FakeFederation federation = await FakeFederation.StartRoundAsync(host, institutions: 1, quorum: 1);
        Guid id = (await Store.TryAddAsync(federation.StudyId, 0, Plan, RobustnessTarget.Holdouts, 0, "Ada", default))!.Value;
        var store = new RobustnessStore(host.Interrupt(async () => Assert.True(await Driver.AdvanceAsync(id, default))), host.Services.GetRequiredService<LiveUpdates>(), TimeProvider.System);

        Assert.Empty((await store.TryCancelAsync(id, "Ada", default))!);

        RobustnessRun stopped = (await Store.FindAsync(id, default))!;
        Assert.Equal(RunState.Cancelled, stopped.State);
        Assert.Equal(AssignmentState.Cancelled, Assert.Single(await Store.WorkOfAsync(stopped, default)).State);
    }

    [Fact]
    public async Task WhatShowsPicturesOrTrains_RunsOnPhantomsOnly()
    {
        FakeFederation federation = await FakeFederation.StartRoundAsync(host, institutions: 1, quorum: 1);
        Task<string?> AskAsync(RobustnessPlan plan, RobustnessTarget target, int phantoms) =>
            Schedule.StartAsync(federation.StudyId, 0, plan, target, phantoms, "Ada", default);

        Assert.Contains("phantoms only", await AskAsync(RobustnessPlan.For(RobustnessTest.Inversion), RobustnessTarget.Holdouts, 0), StringComparison.Ordinal);
        Assert.Contains("phantoms only", await AskAsync(RobustnessPlan.For(RobustnessTest.Labels), RobustnessTarget.Holdouts, 0), StringComparison.Ordinal);
        string? tooFew = await AskAsync(Plan, RobustnessTarget.Phantoms, 5);
        Assert.Contains("30 to 1000 phantoms but got 5", tooFew, StringComparison.Ordinal);
        Assert.DoesNotContain("(Parameter", tooFew, StringComparison.Ordinal);
        Assert.Contains("at most 255", await AskAsync(Plan.With(Disturbance.Fgsm, [256]), RobustnessTarget.Phantoms, 60), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheAddressOfAPicture_AnswersForPicturesOfThatTestOnly()
    {
        SampleConsortium sample = await host.SampleAsync();
        (Guid run, string picture) = sample.RobustnessPicture;
        using HttpClient client = await host.SignInAsync(await host.AddUserAsync(Roles.Coordinator));

        using HttpResponseMessage shown = await client.GetAsync($"/models/{sample.StudyId}/1/robustness/{run}/{picture}");
        using HttpResponseMessage foreign = await client.GetAsync($"/models/{sample.StudyId}/1/robustness/{run}/{new string('1', 64)}");
        using HttpResponseMessage elsewhere = await client.GetAsync($"/models/{sample.StudyId}/2/robustness/{run}/{picture}");

        Assert.Equal((HttpStatusCode.OK, "image/png"), (shown.StatusCode, shown.Content.Headers.ContentType?.MediaType));
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (foreign.StatusCode, elsewhere.StatusCode));
    }

    private async Task<Guid> BeginAsync(FakeFederation federation)
    {
        Guid id = (await Store.TryAddAsync(federation.StudyId, 0, Plan, RobustnessTarget.Holdouts, 0, "Ada", default))!.Value;
        Assert.True(await Driver.AdvanceAsync(id, default));
        return id;
    }

    private static async Task HandInAsync(FakeFederation federation, int institution, int[] rightAt)
    {
        using HttpResponseMessage taken = await SubmitAsync(await federation.BeginAsync(AssignmentKind.Robustness, federation.Institutions[institution]), rightAt);
        Assert.True(taken.IsSuccessStatusCode, await taken.Content.ReadAsStringAsync());
    }

    /// <param name="rightAt">Of four images, how many are right at each point.</param>
    private static Task<HttpResponseMessage> SubmitAsync(FakeSite site, int[] rightAt) => site.PutAsync(
        SiteRoutes.Robustness, HeaderOf(site),
        [.. rightAt.SelectMany(right => Enumerable.Range(0, 4).SelectMany(image => (image % 2 == 0) == (image < right) ? new[] { 0.8f, 0.2f } : [0.2f, 0.8f]))]);

    private static PredictionsHeader HeaderOf(FakeSite site) =>
        new(site.Assignment.Binding, site.Assignment.ModelVersion, site.Assignment.ModelHash!, site.Assignment.Classes, [0, 1, 0, 1], IsSynthetic: true, []);
}
