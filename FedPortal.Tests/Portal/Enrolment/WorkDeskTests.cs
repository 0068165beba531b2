using FedPortal.Data;
using FedPortal.Enrolment;
using FedPortal.Institutions;
using FedPortal.Rounds;
using FedPortal.Tests.Support;
using FedPortal.Training.Protocol;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace FedPortal.Tests.Portal.Enrolment;

/// <summary>Which work a hospital's own machine is given when it asks.</summary>
public sealed class WorkDeskTests(PortalHost host) : IClassFixture<PortalHost>
{
    /// <summary>The first model of a study is made by the portal's own site program; all else is asked of institutions.</summary>
    public static TheoryData<AssignmentKind> OfInstitutions { get; } = [.. Enum.GetValues<AssignmentKind>().Where(kind => kind != AssignmentKind.Initialise)];

    private WorkDesk Desk => host.Services.GetRequiredService<WorkDesk>();

    [Theory]
    [MemberData(nameof(OfInstitutions))]
    public async Task WhateverIsAskedOfAnInstitution_IsGivenToItsOwnMachine_ForOneOfItsTwoQuestions(AssignmentKind kind)
    {
        (EnrolledSite site, Guid assignment) = await AskAsync(kind);
        (string wanted, string other) = kind == AssignmentKind.Unlock ? (WorkKinds.Answering, WorkKinds.Computing) : (WorkKinds.Computing, WorkKinds.Answering);

        Assert.Null(await Desk.NextAsync(site, other, TimeSpan.Zero, CancellationToken.None));
        WorkMessage? given = await Desk.NextAsync(site, wanted, TimeSpan.Zero, CancellationToken.None);

        Assert.Equal((assignment, kind.Work()), (given?.AssignmentId, given?.Work));
        Assert.Null(await Desk.NextAsync(Stranger, wanted, TimeSpan.Zero, CancellationToken.None));
    }

    [Fact]
    public async Task WhoAsksAgain_HasLostWhatItHeld_AndIsGivenItOnceMore()
    {
        (EnrolledSite site, Guid assignment) = await AskAsync(AssignmentKind.Robustness);
        WorkMessage first = (await Desk.NextAsync(site, WorkKinds.Computing, TimeSpan.Zero, CancellationToken.None))!;

        WorkMessage second = (await Desk.NextAsync(site, WorkKinds.Computing, TimeSpan.Zero, CancellationToken.None))!;

        Assert.Equal((assignment, assignment), (first.AssignmentId, second.AssignmentId));
        Assert.NotEqual(first.Token, second.Token);
    }

    [Fact]
    public async Task OfTwoWhoBeginAtOnce_OneIsGivenTheWork()
    {
        (_, Guid assignment) = await AskAsync(AssignmentKind.Robustness);
        BegunAttempt? quick = null;
        Interrupted meanwhile = host.Interrupt(async () => quick = await host.Services.GetRequiredService<AssignmentStore>().TryBeginAsync(assignment, CancellationToken.None));
        AssignmentStore store = ActivatorUtilities.CreateInstance<AssignmentStore>(host.Services, meanwhile);

        Assert.Null(await store.TryBeginAsync(assignment, CancellationToken.None));

        Assert.Equal(assignment, quick?.Context.Assignment.Id);
    }

    [Fact]
    public async Task AKindOfWorkThatThereIsNot_IsRefusedWithBothSides()
    {
        EnrolmentRefusal refused = await Assert.ThrowsAsync<EnrolmentRefusal>(() => Desk.NextAsync(Stranger, "dancing", TimeSpan.Zero, CancellationToken.None));

        Assert.Equal("Expected the kind of work 'computing' or 'answering' but got 'dancing'.", refused.Message);
    }

    private static EnrolledSite Stranger => SiteOf(Guid.NewGuid());

    private static EnrolledSite SiteOf(Guid institution) =>
        new(institution, "Hospital", "hospital", InstitutionStatus.Active, null, Guid.NewGuid(), Guid.NewGuid(), IsFirstUse: false, DateTimeOffset.MaxValue);

    /// <summary>An institution with its own machine, of which a running study asks this.</summary>
    private async Task<(EnrolledSite Site, Guid Assignment)> AskAsync(AssignmentKind kind)
    {
        FakeFederation federation = await FakeFederation.StartAsync(host, institutions: 1, quorum: 1);
        var asked = new Assignment(federation.StudyId, null, federation.Institutions[0], null, kind, 0, 0, TimeProvider.System.GetUtcNow());
        await using FedPortalDbContext db = await host.Services.GetRequiredService<IDbContextFactory<FedPortalDbContext>>().CreateDbContextAsync();
        db.Add(asked);
        await db.SaveChangesAsync();
        return (SiteOf(federation.Institutions[0]), asked.Id);
    }
}
