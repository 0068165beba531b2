using FedPortal.Data;
using FedPortal.Datasets;
using FedPortal.Jobs;
using FedPortal.Rounds;
using Xunit;

namespace FedPortal.Tests.Portal.Jobs;

/// <summary>Terms of use that end while a study runs.</summary>
public class EndedUseTests(ProtectedHost host) : IClassFixture<ProtectedHost>
{
    [Fact]
    public async Task WhenAnInstitutionEndsTheUse_TheRoundGoesOnWithoutIt_AndEverybodySeesWhy()
    {
        FakeFederation federation = await FakeFederation.StartRoundAsync(host, institutions: 2, quorum: 1);
        (Guid stays, Guid leaves) = (federation.Institutions[0], federation.Institutions[1]);
        DatasetRow images = Assert.Single(await host.Services.GetRequiredService<DatasetStore>().ListAsync(Viewer.Everything, leaves, default));
        DatasetImages desk = host.Services.GetRequiredService<DatasetImages>();
        await desk.AcceptTermsAsync(images.Id, host.Clock.GetUtcNow().AddDays(1), "A. Coordinator", default);
        Guid waiting = await federation.WaitingAsync(AssignmentKind.Train, leaves);

        await desk.WithdrawTermsAsync(images.Id, "A. Coordinator", default);
        Assert.Null(await federation.Assignments.TryBeginAsync(waiting, default));
        await federation.AdvanceAsync();

        ParticipationRow dropped = (await federation.RoundAsync()).Participations.Single(part => part.InstitutionId == leaves);
        Assert.Equal((ParticipationState.Dropped, $"The terms of use of the data set '{images.Name}' ended on {host.Clock.GetUtcNow():yyyy-MM-dd}."), (dropped.State, dropped.Reason));

        (await (await federation.BeginAsync(AssignmentKind.Train, stays)).SubmitUpdateAsync(1f)).EnsureSuccessStatusCode();
        await federation.AdvanceAsync();
        (await (await federation.BeginAsync(AssignmentKind.Evaluate, stays)).SubmitEvaluationAsync()).EnsureSuccessStatusCode();
        await host.Services.GetRequiredService<AssignmentDispatcher>().DispatchAsync(default);
        await federation.AdvanceAsync();
        Assert.Equal(RoundState.Completed, (await federation.RoundAsync()).Row.State);
    }

    [Fact]
    public async Task WithoutTheImagesThatTheQuorumNeeds_TheRoundFailsWithTheReason()
    {
        FakeFederation federation = await FakeFederation.StartRoundAsync(host, institutions: 2, quorum: 2);
        DatasetRow images = Assert.Single(await host.Services.GetRequiredService<DatasetStore>().ListAsync(Viewer.Everything, federation.Institutions[1], default));
        DatasetImages desk = host.Services.GetRequiredService<DatasetImages>();
        await desk.AcceptTermsAsync(images.Id, host.Clock.GetUtcNow().AddDays(1), "A. Coordinator", default);
        await desk.WithdrawTermsAsync(images.Id, "A. Coordinator", default);

        (await (await federation.BeginAsync(AssignmentKind.Train, federation.Institutions[0])).SubmitUpdateAsync(1f)).EnsureSuccessStatusCode();
        await host.Services.GetRequiredService<AssignmentDispatcher>().DispatchAsync(default);
        await federation.AdvanceAsync();

        RoundDetail round = await federation.RoundAsync();
        Assert.Equal(RoundState.Failed, round.Row.State);
        Assert.Contains($"The terms of use of the data set '{images.Name}' ended on", round.Row.FailureReason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(31, false, false)]
    [InlineData(29, true, false)]
    [InlineData(0, false, true)]
    public void PeopleAreTold_ThirtyDaysBeforeTheEnd(int daysLeft, bool soon, bool ended)
    {
        DateTimeOffset now = new(2026, 5, 1, 0, 0, 0, TimeSpan.Zero);
        var terms = new DataUseTerms(DataUseTerms.CurrentVersion, "A. Coordinator", now.AddYears(-1), now.AddDays(daysLeft));

        Assert.Equal(soon, terms.EndSoon(now));
        Assert.Equal(ended, DataUseTerms.Problem("Winter", DatasetSource.Folder, terms, now) is not null);
    }
}
