using System.Net;
using FedPortal.Data;
using FedPortal.Jobs;
using FedPortal.Rounds;
using FedPortal.Studies;
using FedPortal.Tests.Support;
using FedPortal.Training.Learning;
using FedPortal.Training.Protocol;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace FedPortal.Tests.Portal.Jobs;

public class RoundDriverTests(PortalHost host) : IClassFixture<PortalHost>
{
    [Fact]
    public async Task AQuorumShortfall_FailsTheRoundWithEachReason_AndAResumedStudyOpensTheNextAttempt()
    {
        FakeFederation federation = await FakeFederation.StartRoundAsync(host, institutions: 2, quorum: 2);
        await FailAsync(federation, federation.Institutions[0], "The disk is full.");
        (await (await federation.BeginAsync(AssignmentKind.Train, federation.Institutions[1])).SubmitUpdateAsync(1f)).EnsureSuccessStatusCode();

        await federation.AdvanceAsync();

        RoundDetail failed = await federation.RoundAsync();
        Assert.Equal(RoundState.Failed, failed.Row.State);
        Assert.Contains("quorum is 2 updates but only 1 of 2", failed.Row.FailureReason, StringComparison.Ordinal);
        Assert.Contains("Hospital 0: The disk is full.", failed.Row.FailureReason, StringComparison.Ordinal);
        StudyDetail study = (await federation.Studies.FindAsync(Viewer.Everything, federation.StudyId, default))!;
        Assert.Equal(StudyState.Failed, study.Row.State);
        Assert.Contains("The disk is full.", study.Row.FailureReason, StringComparison.Ordinal);

        await federation.Studies.TryMoveAsync(federation.StudyId, StudyState.Running, (s, now) => s.Start(now), "test", "Resumed.", default);
        await federation.AdvanceAsync();

        RoundDetail next = await federation.RoundAsync();
        Assert.Equal((1, 2, RoundState.Opened), (next.Row.Number, next.Row.Attempt, next.Row.State));
    }

    [Fact]
    public async Task AnInstitutionThatFails_IsDroppedWithItsReason_AndTheQuorumGoesOn()
    {
        FakeFederation federation = await FakeFederation.StartRoundAsync(host, institutions: 2, quorum: 1);
        await FailAsync(federation, federation.Institutions[0], "The disk is full.");
        (await (await federation.BeginAsync(AssignmentKind.Train, federation.Institutions[1])).SubmitUpdateAsync(1f)).EnsureSuccessStatusCode();

        await federation.AdvanceAsync();

        RoundDetail round = await federation.RoundAsync();
        Assert.Equal(RoundState.Applied, round.Row.State);
        ParticipationRow dropped = round.Participations.Single(p => p.InstitutionId == federation.Institutions[0]);
        Assert.Equal((ParticipationState.Dropped, "The disk is full."), (dropped.State, dropped.Reason));
    }

    [Fact]
    public async Task TwoWorkersMoveOneRound_TheSlowerOneChangesNothing()
    {
        FakeFederation federation = await FakeFederation.StartRoundAsync(host, institutions: 1, quorum: 1);
        var contexts = host.Services.GetRequiredService<IDbContextFactory<FedPortalDbContext>>();
        var live = host.Services.GetRequiredService<LiveUpdates>();
        await using StudyWorkspace quick = await StudyWorkspace.OpenAsync(contexts, live, federation.StudyId, default);
        await using StudyWorkspace slow = await StudyWorkspace.OpenAsync(contexts, live, federation.StudyId, default);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        quick.Round!.BeginTraining(now);
        quick.Tell(now, "quick", "The quick one was here.");
        slow.Round!.Fail("The slow one gave up.", now);
        slow.Tell(now, "slow", "The slow one was here.");

        bool quickSaved = await quick.TrySaveAsync(default);
        bool slowSaved = await slow.TrySaveAsync(default);

        Assert.True(quickSaved);
        Assert.False(slowSaved);
        Assert.Equal(RoundState.Training, (await federation.RoundAsync()).Row.State);
        IReadOnlyList<AuditRow> audit = await host.Services.GetRequiredService<AuditStore>().ListAsync(Viewer.Everything, quick.Round.Id, 0, 100, default);
        Assert.Contains(audit, entry => entry.Actor == "quick");
        Assert.DoesNotContain(audit, entry => entry.Actor == "slow");
    }

    [Fact]
    public async Task ACancelledStudy_StopsItsRound_AndItsSitesAreTurnedAway()
    {
        FakeFederation federation = await FakeFederation.StartRoundAsync(host, institutions: 1, quorum: 1);
        FakeSite site = await federation.BeginAsync(AssignmentKind.Train, federation.Institutions[0]);

        bool cancelled = await host.Services.GetRequiredService<StudyControl>().CancelAsync(federation.StudyId, "Dr. Test", default);

        Assert.True(cancelled);
        RoundDetail round = await federation.RoundAsync();
        Assert.Equal((RoundState.Failed, "Called off by Dr. Test."), (round.Row.State, round.Row.FailureReason));
        Assert.Equal(HttpStatusCode.Unauthorized, (await site.ReportAsync()).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await site.SubmitUpdateAsync(1f)).StatusCode);
    }

    [Fact]
    public async Task AStudyWhoseRoundMovesJustWhenItIsCalledOff_IsCalledOff()
    {
        FakeFederation federation = await FakeFederation.StartRoundAsync(host, institutions: 1, quorum: 1);
        (await (await federation.BeginAsync(AssignmentKind.Train, federation.Institutions[0])).SubmitUpdateAsync(1f)).EnsureSuccessStatusCode();
        IServiceProvider services = host.Services;
        var control = new StudyControl(
            host.Interrupt(federation.AdvanceAsync), federation.Studies, services.GetRequiredService<ApprovalStore>(), services.GetRequiredService<FederationNudge>(), services.GetRequiredService<LiveUpdates>(), TimeProvider.System);

        Assert.True(await control.CancelAsync(federation.StudyId, "Dr. Test", default));

        RoundDetail round = await federation.RoundAsync();
        Assert.Equal((RoundState.Failed, "Called off by Dr. Test."), (round.Row.State, round.Row.FailureReason));
        Assert.Equal(StudyState.Cancelled, (await federation.Studies.FindRowAsync(federation.StudyId, default))!.State);
    }

    [Fact]
    public async Task ARoundThatIsPlannedJustWhenTheStudyIsCalledOff_DoesNotCome()
    {
        FakeFederation federation = await FakeFederation.StartRoundAsync(host, institutions: 1, quorum: 1, rounds: 2);
        await federation.Studies.TryPauseAsync(federation.StudyId, isPaused: true, "Dr. Test", default);
        (await (await federation.BeginAsync(AssignmentKind.Train, federation.Institutions[0])).SubmitUpdateAsync(1f)).EnsureSuccessStatusCode();
        await federation.AdvanceAsync();
        await federation.EvaluateAsync();
        await federation.Studies.TryPauseAsync(federation.StudyId, isPaused: false, "Dr. Test", default);
        Interrupted meanwhile = host.Interrupt(() => host.Services.GetRequiredService<StudyControl>().CancelAsync(federation.StudyId, "Dr. Test", default));

        Assert.False(await ActivatorUtilities.CreateInstance<RoundDriver>(host.Services, meanwhile).AdvanceAsync(federation.StudyId, default));

        Assert.Equal(StudyState.Cancelled, (await federation.Studies.FindRowAsync(federation.StudyId, default))!.State);
        Assert.Null(await federation.Rounds.FindAsync(Viewer.Everything, federation.StudyId, 2, default));
    }

    [Fact]
    public async Task APausedStudy_FinishesItsOpenRound_AndBeginsNoOtherUntilItIsResumed()
    {
        FakeFederation federation = await FakeFederation.StartRoundAsync(host, institutions: 1, quorum: 1, rounds: 2);
        var contexts = host.Services.GetRequiredService<IDbContextFactory<FedPortalDbContext>>();
        Assert.True(await federation.Studies.TryPauseAsync(federation.StudyId, isPaused: true, "Dr. Test", default));
        Assert.False(await federation.Studies.TryPauseAsync(federation.StudyId, isPaused: true, "Dr. Test", default));

        (await (await federation.BeginAsync(AssignmentKind.Train, federation.Institutions[0])).SubmitUpdateAsync(1f)).EnsureSuccessStatusCode();
        await federation.AdvanceAsync();
        await federation.EvaluateAsync();
        await federation.AdvanceAsync();

        RoundDetail last = await federation.RoundAsync();
        StudyRow study = (await federation.Studies.FindRowAsync(federation.StudyId, default))!;
        Assert.Equal((1, RoundState.Completed, StudyState.Running), (last.Row.Number, last.Row.State, study.State));
        Assert.NotNull(study.PausedAt);

        // One that was planned in the moment of the pause waits too.
        await using (FedPortalDbContext db = await contexts.CreateDbContextAsync())
        {
            db.Add(new Round(federation.StudyId, 2, 1, FederatedStrategy.PlainFedAvg, TimeProvider.System.GetUtcNow()));
            await db.SaveChangesAsync();
        }

        await federation.AdvanceAsync();
        Assert.Equal(RoundState.Planned, (await federation.Rounds.FindAsync(Viewer.Everything, federation.StudyId, 2, default))!.Row.State);
        Assert.True(await federation.Studies.TryPauseAsync(federation.StudyId, isPaused: false, "Dr. Test", default));
        await federation.AdvanceAsync();
        Assert.Equal(RoundState.Opened, (await federation.Rounds.FindAsync(Viewer.Everything, federation.StudyId, 2, default))!.Row.State);
    }

    private static async Task FailAsync(FakeFederation federation, Guid institution, string reason)
    {
        for (int attempt = 0; attempt < new PortalOptions().MaxAttempts; attempt++)
        {
            FakeSite site = await federation.BeginAsync(AssignmentKind.Train, institution);
            using HttpResponseMessage told = await site.Http.PostAsJsonAsync(SiteRoutes.Failure, new FailureMessage(reason), ProtocolJson.Options);
            told.EnsureSuccessStatusCode();
        }

        await federation.AdvanceAsync();
    }
}
