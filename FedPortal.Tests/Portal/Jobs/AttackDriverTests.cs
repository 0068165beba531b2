using System.Net;
using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Jobs;
using FedPortal.Models;
using FedPortal.Rounds;
using FedPortal.Runs;
using FedPortal.Tests.Support;
using FedPortal.Training.Attacks;
using FedPortal.Training.Protocol;
using Xunit;

namespace FedPortal.Tests.Portal.Jobs;

/// <summary>A loss-threshold attack on a study's model, with the test in the place of the site programs; then its release.</summary>
public sealed class AttackDriverTests(PortalHost host) : IClassFixture<PortalHost>
{
    private AttackDriver Driver => host.Services.GetRequiredService<AttackDriver>();

    private AttackStore Attacks => host.Services.GetRequiredService<AttackStore>();

    private ModelStore Models => host.Services.GetRequiredService<ModelStore>();

    private ReleaseStore Releases => host.Services.GetRequiredService<ReleaseStore>();

    [Fact]
    public async Task InstitutionsHandInCounts_TheReportPoolsThem_AndACoordinatorSeesOnlyTheOwn()
    {
        FakeFederation federation = await FakeFederation.StartRoundAsync(host, institutions: 2, quorum: 2);
        Guid id = await BeginAsync(federation);
        await HandInAsync(federation, 0, memberScore: 4, members: 40);
        Assert.True(await Driver.AdvanceAsync(id, default));
        await HandInAsync(federation, 1, memberScore: 0, members: 30);

        Assert.False(await Driver.AdvanceAsync(id, default));

        ModelDetail model = (await Models.FindAsync(Viewer.Everything, federation.StudyId, 0, default))!;
        AttackRow done = Assert.Single(model.Attacks);
        Assert.Equal(RunState.Done, done.State);
        Assert.Equal((70, 60), (done.Outcome!.Membership!.Members, done.Outcome.Membership.NonMembers));
        Assert.Equal(2, done.Outcome.Institutions.Count);

        // The first hospital's members all score higher; the second's score like its hold-out.
        Assert.Equal(1, done.Outcome.Institutions.Single(part => part.InstitutionId == federation.Institutions[0]).Report.Auc.Value);
        Assert.Equal(0.5, done.Outcome.Institutions.Single(part => part.InstitutionId == federation.Institutions[1]).Report.Auc.Value);
        ModelDetail narrowed = (await Models.FindAsync(Viewer.Of(federation.Institutions[1]), federation.StudyId, 0, default))!;
        Assert.Equal(federation.Institutions[1], Assert.Single(narrowed.Attacks.Single().Outcome!.Institutions).InstitutionId);
    }

    [Fact]
    public async Task AfterTheAttack_TwoPeopleRelease_AndTheLogTellsIt()
    {
        FakeFederation federation = await FakeFederation.StartRoundAsync(host, institutions: 1, quorum: 1);
        var ada = new Signer(Guid.NewGuid(), "Ada", SignerRole.Admin);
        var bob = new Signer(Guid.NewGuid(), "Bob", SignerRole.Auditor);
        string before = (await Models.FindAsync(Viewer.Everything, federation.StudyId, 0, default))!.Evidence.Digest;
        Assert.Contains("not run", (await Releases.SignAsync(federation.StudyId, 0, before, ada, null, default)).Refusal, StringComparison.Ordinal);
        Guid id = await BeginAsync(federation);
        await HandInAsync(federation, 0, memberScore: 4, members: 40);
        await Driver.AdvanceAsync(id, default);

        Assert.Contains("changed", (await Releases.SignAsync(federation.StudyId, 0, before, ada, null, default)).Refusal, StringComparison.Ordinal);
        string seen = (await Models.FindAsync(Viewer.Everything, federation.StudyId, 0, default))!.Evidence.Digest;
        Assert.Equal(new SigningResult(false, null), await Releases.SignAsync(federation.StudyId, 0, seen, ada, null, default));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Forbidden), (await DownloadAsync(Roles.Admin, federation), await DownloadAsync(Roles.Auditor, federation)));
        Assert.Equal(new SigningResult(true, null), await Releases.SignAsync(federation.StudyId, 0, seen, bob, null, default));

        Assert.Equal(ReleaseState.Released, (await Models.ListAsync(federation.StudyId, default)).Single().Release);
        Assert.Equal(HttpStatusCode.OK, await DownloadAsync(Roles.Coordinator, federation));
        IReadOnlyList<AuditRow> log = await host.Services.GetRequiredService<AuditStore>().ListAsync(Viewer.Everything, federation.StudyId, 0, 100, default);
        Assert.Contains(log, entry => entry.Actor == "Ada" && entry.Action.StartsWith("Model version 0 signed for release as Admin", StringComparison.Ordinal));
        Assert.Contains(log, entry => entry.Action.StartsWith("Model version 0 is released", StringComparison.Ordinal));
        Assert.Contains(log, entry => entry.Actor == "A. Coordinator" && entry.Action.StartsWith("Model version 0 (released", StringComparison.Ordinal));

        Assert.Contains("20 characters", await Releases.WithdrawAsync(federation.StudyId, 0, "Ada", "no", default), StringComparison.Ordinal);
        Assert.Null(await Releases.WithdrawAsync(federation.StudyId, 0, "Ada", "A hospital found mislabelled images.", default));
        Assert.Equal(ReleaseState.Withdrawn, (await Models.ListAsync(federation.StudyId, default)).Single().Release);
    }

    [Fact]
    public async Task ATestThatIsStopped_TurnsItsSitesAway_AndCanBeAskedForAgain()
    {
        FakeFederation federation = await FakeFederation.StartRoundAsync(host, institutions: 1, quorum: 1);
        Guid id = await BeginAsync(federation);
        FakeSite site = await federation.BeginAsync(AssignmentKind.Attack, federation.Institutions[0]);
        Assert.Null(await Attacks.TryAddAsync(federation.StudyId, 0, AttackKind.Membership, "Ada", default));

        Assert.NotNull(await Attacks.TryCancelAsync(id, "Ada", default));

        using HttpResponseMessage refused = await SubmitAsync(site, 1, 40);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.False(await Driver.AdvanceAsync(id, default));
        Assert.NotNull(await Attacks.TryAddAsync(federation.StudyId, 0, AttackKind.Membership, "Ada", default));
    }

    [Fact]
    public async Task CountsThatAreNone_AreRefused()
    {
        FakeFederation federation = await FakeFederation.StartRoundAsync(host, institutions: 1, quorum: 1);
        await BeginAsync(federation);
        FakeSite site = await federation.BeginAsync(AssignmentKind.Attack, federation.Institutions[0]);
        float[] counts = new float[2 * ScoreHistogram.BinCount];
        counts[7] = 0.5f;

        using HttpResponseMessage refused = await site.PutAsync(SiteRoutes.Attack, HeaderOf(site), counts);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Contains("whole number", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private async Task<HttpStatusCode> DownloadAsync(string role, FakeFederation federation)
    {
        using HttpClient client = await host.SignInAsync(await host.AddUserAsync(role));
        using HttpResponseMessage response = await client.GetAsync($"/api/v1/models/{federation.StudyId}/0/file");
        return response.StatusCode;
    }

    private async Task<Guid> BeginAsync(FakeFederation federation)
    {
        Guid id = (await Attacks.TryAddAsync(federation.StudyId, 0, AttackKind.Membership, "Ada", default))!.Value;
        Assert.True(await Driver.AdvanceAsync(id, default));
        return id;
    }

    private static async Task HandInAsync(FakeFederation federation, int institution, double memberScore, int members)
    {
        using HttpResponseMessage taken = await SubmitAsync(await federation.BeginAsync(AssignmentKind.Attack, federation.Institutions[institution]), memberScore, members);
        Assert.True(taken.IsSuccessStatusCode, await taken.Content.ReadAsStringAsync());
    }

    private static Task<HttpResponseMessage> SubmitAsync(FakeSite site, double memberScore, int members)
    {
        ScoreHistogram inside = ScoreHistogram.Of(Enumerable.Repeat(memberScore, members));
        ScoreHistogram outside = ScoreHistogram.Of(Enumerable.Repeat(0.0, 30));
        return site.PutAsync(SiteRoutes.Attack, HeaderOf(site), [.. inside.Counts.Concat(outside.Counts).Select(count => (float)count)]);
    }

    private static AttackHeader HeaderOf(FakeSite site) => new(site.Assignment.Binding, site.Assignment.ModelVersion, site.Assignment.ModelHash!, IsSynthetic: true, []);
}
