using FedPortal.Data;
using FedPortal.Jobs;
using FedPortal.Rounds;
using FedPortal.Studies;
using FedPortal.Tests.Support;
using FedPortal.Training.Learning;
using FedPortal.Training.Screening;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace FedPortal.Tests.Portal.Data;

public class ApprovalStoreTests(PortalHost host) : IClassFixture<PortalHost>
{
    private ApprovalStore Approvals => host.Services.GetRequiredService<ApprovalStore>();

    private StudyControl Control => host.Services.GetRequiredService<StudyControl>();

    [Fact]
    public async Task AStudy_StartsOnlyWhenEveryInstitutionHasSigned_AndTheAuditLogTellsWho()
    {
        SampleConsortium sample = await host.SampleAsync();
        (Guid study, ApprovalView view) = await ProposedAsync(sample);

        Assert.False(await Control.StartAsync(study, "Ada", default));
        foreach (SignatureRow row in view.Signatures)
        {
            Assert.Contains(row.Name, await Approvals.WhyNotStartAsync(study, default), StringComparison.Ordinal);
            Assert.Null(await Approvals.SignAsync(study, row.InstitutionId, view.PlanHash, $"Dr. {row.ShortCode}", isOnBehalf: false, default));
        }

        Assert.Null(await Approvals.WhyNotStartAsync(study, default));
        Assert.True(await Control.StartAsync(study, "Ada", default));
        IReadOnlyList<AuditRow> audit = await host.Services.GetRequiredService<AuditStore>().ListAsync(Viewer.Everything, study, 0, 50, default);
        Assert.Contains(audit, entry => entry.Actor == "Dr. north" && entry.Action.Contains($"Signed for Northfield General: flight plan {view.PlanHash}", StringComparison.Ordinal));
        await Control.CancelAsync(study, "test", default);
    }

    [Fact]
    public async Task ASignature_IsTakenOnceForTheHashOnTheScreen_AndOnBehalfOnlyOfHostedInstitutions()
    {
        SampleConsortium sample = await host.SampleAsync();
        (Guid study, ApprovalView view) = await ProposedAsync(sample);
        Guid institution = view.Signatures[0].InstitutionId;

        Assert.Contains("Load the page again", await Approvals.SignAsync(study, institution, new string('0', 64), "Ada", false, default), StringComparison.Ordinal);
        Assert.Contains("not on the study's roster", await Approvals.SignAsync(study, Guid.NewGuid(), view.PlanHash, "Ada", false, default), StringComparison.Ordinal);
        Assert.Null(await Approvals.SignAsync(study, institution, view.PlanHash, "Ada", isOnBehalf: true, default));
        Assert.Contains("has signed already", await Approvals.SignAsync(study, institution, view.PlanHash, "Ada", false, default), StringComparison.Ordinal);
        Assert.True((await Approvals.FindAsync(Viewer.Everything, study, default))!.Signatures[0].IsOnBehalf);

        Guid own = await FakeFederationInstitutionAsync();
        (Guid other, ApprovalView otherView) = await ProposedAsync(sample, extra: own);
        Assert.Contains("only its coordinator signs", await Approvals.SignAsync(other, own, otherView.PlanHash, "Ada", isOnBehalf: true, default), StringComparison.Ordinal);
    }

    [Fact]
    public async Task APlan_ShowsACoordinatorNothingOfOtherInstitutionsData()
    {
        SampleConsortium sample = await host.SampleAsync();
        (Guid study, ApprovalView whole) = await ProposedAsync(sample);

        ApprovalView own = (await Approvals.FindAsync(Viewer.Of(sample.InstitutionId), study, default))!;

        Assert.Equal(whole.PlanHash, own.PlanHash);
        Assert.All(own.Plan.Roster, seat => Assert.Equal(seat.InstitutionId == sample.InstitutionId, seat.TrainCount > 0));
        Assert.All(own.Plan.Roster, seat => Assert.Equal(seat.InstitutionId == sample.InstitutionId, seat.DatasetHash is not null));
    }

    [Fact]
    public async Task ADraft_KeepsWhatWasTyped_AndIsForAdminsAndAuditorsOnly()
    {
        DraftStore drafts = host.Services.GetRequiredService<DraftStore>();
        Guid id = await drafts.CreateAsync(new StudyForm { Name = "Winter" }, "Ada", default);

        await drafts.SaveAsync(id, new StudyForm { Name = "Winter", Rounds = "a dozen" }, default);

        Assert.Equal("a dozen", (await drafts.FindAsync(Viewer.Everything, id, default))!.Rounds);
        Assert.Null(await drafts.FindAsync(Viewer.Of(Guid.NewGuid()), id, default));
        await drafts.DeleteAsync(id, default);
        Assert.False(await drafts.SaveAsync(id, new StudyForm(), default));
    }

    [Fact]
    public async Task ADraftProposed_BecomesAStudyWithItsPlan_AndACopyBecomesADraftAgain()
    {
        SampleConsortium sample = await host.SampleAsync();
        DraftStore drafts = host.Services.GetRequiredService<DraftStore>();
        StudyPlanner planner = host.Services.GetRequiredService<StudyPlanner>();
        StudyDetail model = (await host.Services.GetRequiredService<StudyStore>().FindAsync(Viewer.Everything, sample.StudyId, default))!;
        Guid draft = await drafts.CreateAsync(
            new StudyForm
            {
                Name = "From the wizard",
                Question = "?",
                Labels = string.Join('\n', model.Design.Classes),
                Roster = [.. model.Roster.Select(seat => new StudyFormSeat { InstitutionId = seat.InstitutionId, DatasetId = seat.DatasetId })],
            }, "Ada", default);

        (Guid? study, IReadOnlyList<string> problems) = await planner.ProposeAsync(draft, "Ada", default);

        Assert.Empty(problems);
        Assert.Null(await drafts.FindAsync(Viewer.Everything, draft, default));
        FlightPlan plan = (await Approvals.FindAsync(Viewer.Everything, study!.Value, default))!.Plan;
        Assert.Equal(FederatedStrategy.ProtectedFedAvg, plan.Design.Strategy);
        Assert.NotNull(plan.Encryption);
        Guid copy = (await drafts.CloneAsync(study.Value, "Ada", default))!.Value;
        StudyForm form = (await drafts.FindAsync(Viewer.Everything, copy, default))!;
        Assert.Equal(("From the wizard, copy", 5), (form.Name, form.Roster.Count));
        await drafts.DeleteAsync(copy, default);
    }

    [Fact]
    public async Task AnExcludedInstitution_ObjectsOnce_AndAnAdminDecidesOnce()
    {
        SampleConsortium sample = await host.SampleAsync();
        AppealStore appeals = host.Services.GetRequiredService<AppealStore>();
        Guid round = await ExcludedRoundAsync(sample);

        Assert.Contains("own words", await appeals.RaiseAsync(Viewer.Everything, round, sample.InstitutionId, " ", "Dr. N", default), StringComparison.Ordinal);
        Assert.Contains("has no part in this round", await appeals.RaiseAsync(Viewer.Everything, round, sample.RealInstitutionId, "Why?", "Dr. E", default), StringComparison.Ordinal);
        Assert.Null(await appeals.RaiseAsync(Viewer.Everything, round, sample.InstitutionId, "Our scanner was new.", "Dr. N", default));
        Assert.Contains("objected already", await appeals.RaiseAsync(Viewer.Everything, round, sample.InstitutionId, "Again.", "Dr. N", default), StringComparison.Ordinal);
        Assert.Null(await appeals.DecideAsync(round, sample.InstitutionId, isUpheld: true, "Agreed.", "Ada", default));
        Assert.Contains("no open objection", await appeals.DecideAsync(round, sample.InstitutionId, isUpheld: false, "No.", "Ada", default), StringComparison.Ordinal);

        RoundStore rounds = host.Services.GetRequiredService<RoundStore>();
        Assert.True(Assert.Single((await rounds.FindAsync(Viewer.Everything, round, default))!.Participations, part => part.Appeal is not null).AppealUpheld);
        Assert.DoesNotContain((await rounds.FindAsync(Viewer.Of(sample.RealInstitutionId), round, default))!.Participations, part => part.Appeal is not null);
    }

    [Fact]
    public async Task ARunThatLeavesItsPlan_FailsBeforeARoundIsOpened_WithTheReason()
    {
        FakeFederation federation = await FakeFederation.StartAsync(host, institutions: 2, quorum: 1);
        StudyStore studies = host.Services.GetRequiredService<StudyStore>();
        StudyDesign design = (await studies.FindAsync(Viewer.Everything, federation.StudyId, default))!.Design;
        string signed = StudyForecaster.Make(design, [], new Dictionary<string, int>(), StageFigures.None, _ => null)
            .ToPlan(design with { Rounds = 5 }, [], DateTimeOffset.UnixEpoch).ToText();
        await using (FedPortalDbContext db = await Contexts.CreateDbContextAsync())
        {
            await db.Studies.Where(s => s.Id == federation.StudyId)
                .ExecuteUpdateAsync(set => set.SetProperty(s => s.PlanText, signed).SetProperty(s => s.PlanHash, FlightPlan.HashOf(signed)));
        }

        await (await federation.BeginAsync(AssignmentKind.Initialise)).SubmitModelAsync();
        await federation.AdvanceAsync();
        await federation.EvaluateAsync();

        StudyDetail stopped = (await studies.FindAsync(Viewer.Everything, federation.StudyId, default))!;
        Assert.Equal(StudyState.Failed, stopped.Row.State);
        Assert.Contains("settings are not those of its flight plan any more: 5 rounds became 1", stopped.Row.FailureReason, StringComparison.Ordinal);
        Assert.Empty((await federation.RoundAsync()).Participations);
    }

    private async Task<(Guid Study, ApprovalView View)> ProposedAsync(SampleConsortium sample, Guid? extra = null)
    {
        await host.StandByAsync(); // a study that starts here must not give the work of the other tests to real sites
        StudyStore studies = host.Services.GetRequiredService<StudyStore>();
        StudyDetail model = (await studies.FindAsync(Viewer.Everything, sample.StudyId, default))!;
        StudyDesign design = model.Design with { Name = "To be signed", Strategy = FederatedStrategy.ProtectedFedAvg, Screening = new ScreeningProfile(), Quorum = 3 };
        List<(Guid, Guid)> roster = [.. model.Roster.Select(seat => (seat.InstitutionId, seat.DatasetId!.Value))];
        if (extra is { } institution)
        {
            await using FedPortalDbContext db = await Contexts.CreateDbContextAsync();
            roster.Add((institution, await db.Datasets.Where(d => d.InstitutionId == institution).Select(d => d.Id).SingleAsync()));
            design = design with { Classes = [.. design.Classes, "a", "b"] };
        }

        (Guid? id, IReadOnlyList<string> problems) = await studies.CreateAsync(design, roster, null, "Ada", default);
        Assert.Empty(problems);
        Assert.Null(await host.Services.GetRequiredService<StudyPlanner>().ProposeAsync(id!.Value, design, roster, null, "Ada", default));
        return (id.Value, (await Approvals.FindAsync(Viewer.Everything, id.Value, default))!);
    }

    private IDbContextFactory<FedPortalDbContext> Contexts => host.Services.GetRequiredService<IDbContextFactory<FedPortalDbContext>>();

    // An institution with its own machine and a ready data set.
    private async Task<Guid> FakeFederationInstitutionAsync() => (await FakeFederation.StartAsync(host, institutions: 1, quorum: 1)).Institutions[0];

    private async Task<Guid> ExcludedRoundAsync(SampleConsortium sample)
    {
        await using FedPortalDbContext db = await Contexts.CreateDbContextAsync();
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        var round = new Round(sample.StudyId, 90, 1, FederatedStrategy.PlainFedAvg, now);
        var part = new Participation(round.Id, sample.InstitutionId, now);
        part.BeginTraining(now);
        part.Submit(new string('e', 64), 1, 1, null, now);
        part.Exclude("Its norm is 4.1 clipping norms.", now);
        db.AddRange(round, part);
        await db.SaveChangesAsync();
        return round.Id;
    }
}
