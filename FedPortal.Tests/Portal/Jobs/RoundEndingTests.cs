using FedPortal.Comparisons;
using FedPortal.Data;
using FedPortal.Jobs;
using FedPortal.Rounds;
using FedPortal.Studies;
using FedPortal.Training.Protocol;
using Microsoft.Extensions.Options;
using Xunit;

namespace FedPortal.Tests.Portal.Jobs;

/// <summary>How rounds end when somebody waits in vain.</summary>
public class RoundEndingTests(ProtectedHost host) : IClassFixture<ProtectedHost>
{
    [Fact]
    public async Task AtTheDeadline_WhoIsLateIsDropped_AndTheQuorumGoesOn()
    {
        FakeFederation federation = await FakeFederation.StartRoundAsync(host, institutions: 2, quorum: 1);
        (await (await federation.BeginAsync(AssignmentKind.Train, federation.Institutions[0])).SubmitUpdateAsync(1f)).EnsureSuccessStatusCode();
        FakeSite late = await federation.BeginAsync(AssignmentKind.Train, federation.Institutions[1]);

        await federation.AdvanceAsync();
        Assert.Equal(RoundState.Training, (await federation.RoundAsync()).Row.State);
        host.Clock.Advance(TimeSpan.FromMinutes(61));
        await federation.AdvanceAsync();

        RoundDetail round = await federation.RoundAsync();
        Assert.Equal(RoundState.Applied, round.Row.State);
        ParticipationRow dropped = round.Participations.Single(part => part.State == ParticipationState.Dropped);
        Assert.Equal("No update arrived before the deadline.", dropped.Reason);
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, (await late.SubmitUpdateAsync(2f)).StatusCode);
    }

    [Fact]
    public async Task ARoundThatNobodyBegins_FailsAtItsDeadline()
    {
        FakeFederation federation = await FakeFederation.StartRoundAsync(host, institutions: 2, quorum: 1);

        host.Clock.Advance(TimeSpan.FromMinutes(61));
        await federation.AdvanceAsync();

        Assert.Equal((RoundState.Failed, "No institution began to train before the deadline."), ((await federation.RoundAsync()).Row.State, (await federation.RoundAsync()).Row.FailureReason));
    }

    [Fact]
    public async Task ASilentSite_LosesItsLease_AndIsDroppedWithThatReason()
    {
        FakeFederation federation = await FakeFederation.StartRoundAsync(host, institutions: 2, quorum: 1);
        (await (await federation.BeginAsync(AssignmentKind.Train, federation.Institutions[0])).SubmitUpdateAsync(1f)).EnsureSuccessStatusCode();
        FakeSite silent = await federation.BeginAsync(AssignmentKind.Train, federation.Institutions[1]);
        (await silent.ReportAsync()).EnsureSuccessStatusCode();

        host.Clock.Advance(TimeSpan.FromSeconds(31));
        await host.Services.GetRequiredService<AssignmentDispatcher>().DispatchAsync(default);
        await federation.AdvanceAsync();

        ParticipationRow dropped = (await federation.RoundAsync()).Participations.Single(part => part.State == ParticipationState.Dropped);
        Assert.Equal("The site program was silent for 30 seconds.", dropped.Reason);
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, (await silent.ReportAsync()).StatusCode);
    }

    [Fact]
    public async Task AModelThatNobodyCanEvaluate_FailsItsRound_AndTheNextAttemptMakesItAnew()
    {
        FakeFederation federation = await FakeFederation.StartRoundAsync(host, institutions: 1, quorum: 1);
        (await (await federation.BeginAsync(AssignmentKind.Train, federation.Institutions[0])).SubmitUpdateAsync(1f)).EnsureSuccessStatusCode();
        await federation.AdvanceAsync();
        Assert.Equal(RoundState.Applied, (await federation.RoundAsync()).Row.State);
        FakeSite site = await federation.BeginAsync(AssignmentKind.Evaluate, federation.Institutions[0]);
        (await site.Http.PostAsJsonAsync(SiteRoutes.Failure, new FailureMessage("The hold-out cannot be read."), ProtocolJson.Options)).EnsureSuccessStatusCode();
        await federation.AdvanceAsync();

        RoundDetail failed = await federation.RoundAsync();
        Assert.Equal(RoundState.Failed, failed.Row.State);
        Assert.Contains("No institution could evaluate model version 1. Hospital 0: The hold-out cannot be read.", failed.Row.FailureReason, StringComparison.Ordinal);
        Assert.Equal([0], (await federation.Rounds.ModelsAsync(federation.StudyId, default)).Select(model => model.Version));

        await federation.Studies.TryMoveAsync(federation.StudyId, StudyState.Running, (study, now) => study.Start(now), "test", "Resumed.", default);
        await federation.AdvanceAsync();
        (await (await federation.BeginAsync(AssignmentKind.Train, federation.Institutions[0])).SubmitUpdateAsync(1f)).EnsureSuccessStatusCode();
        await federation.AdvanceAsync();
        await federation.EvaluateAsync();

        RoundDetail second = await federation.RoundAsync();
        Assert.Equal((2, RoundState.Completed), (second.Row.Attempt, second.Row.State));
    }

    [Fact]
    public async Task WhatCancelledWorkLeavesBehind_IsCollected_AndRunningWorkIsNot()
    {
        FakeFederation federation = await FakeFederation.StartRoundAsync(host, institutions: 2, quorum: 1);
        FakeSite running = await federation.BeginAsync(AssignmentKind.Train, federation.Institutions[0]);
        Guid waiting = await federation.WaitingAsync(AssignmentKind.Train, federation.Institutions[1]);
        SitePlaces places = host.Services.GetRequiredService<SitePlaces>();
        string kept = Directory.CreateDirectory(WorkFolder.PathOf(places.HomeOf("some"), running.Assignment.Binding.AssignmentId)).FullName;
        string orphan = Directory.CreateDirectory(WorkFolder.PathOf(places.HomeOf("some"), waiting)).FullName;
        host.Clock.Advance(TimeSpan.FromMinutes(61));
        WorkLeftovers leftovers = host.Services.GetRequiredService<WorkLeftovers>();

        await leftovers.CollectAsync(default);
        Assert.True(Directory.Exists(kept) && Directory.Exists(orphan));
        await federation.AdvanceAsync();
        await leftovers.CollectAsync(default);

        Assert.False(Directory.Exists(orphan));
        Assert.False(Directory.Exists(kept));
    }

    [Fact]
    public async Task WhatStoppedComparisonsAndTestsLeaveBehind_IsCollected_AndWhatARunGoesOnWithIsNot()
    {
        string root = host.Services.GetRequiredService<IOptions<PortalOptions>>().Value.Root;
        ComparisonStore comparisons = host.Services.GetRequiredService<ComparisonStore>();
        Guid ended = (await comparisons.TryAddAsync(ComparisonOrder.Usual, "Ada", default))!.Value;
        Assert.NotNull(await comparisons.TryCancelAsync(ended, "Ada", default));
        Guid open = (await comparisons.TryAddAsync(ComparisonOrder.Usual, "Ada", default))!.Value;
        string stopped = Directory.CreateDirectory(RunFolders.PathOf(root, RunFolders.Comparisons, ended)).FullName;
        string forgotten = Directory.CreateDirectory(RunFolders.PathOf(root, RunFolders.Attacks, Guid.NewGuid())).FullName;
        string kept = Directory.CreateDirectory(RunFolders.PathOf(root, RunFolders.Comparisons, open)).FullName;
        WorkLeftovers leftovers = host.Services.GetRequiredService<WorkLeftovers>();

        await leftovers.CollectAsync(default);
        Assert.True(Directory.Exists(stopped), "Its own job may be clearing up at this moment.");
        host.Clock.Advance(TimeSpan.FromMinutes(2));
        await leftovers.CollectAsync(default);

        Assert.False(Directory.Exists(stopped) || Directory.Exists(forgotten));
        Assert.True(Directory.Exists(kept));
        Assert.NotNull(await comparisons.TryCancelAsync(open, "Ada", default));
    }
}
