using FedPortal.Audit;
using FedPortal.Data;
using FedPortal.Privacy;
using FedPortal.Rounds;
using FedPortal.Tests.Support;
using FedPortal.Training.Learning;
using Xunit;

namespace FedPortal.Tests.Portal.Data;

public sealed class RiskStoreTests(PortalHost host) : IClassFixture<PortalHost>
{
    [Fact]
    public async Task AnAssessmentHoldsForRoundsPlannedAfterIt_IsInTheAuditLog_AndOnlyGetsStricter()
    {
        SampleConsortium sample = await host.SampleAsync();
        RiskStore risks = host.Services.GetRequiredService<RiskStore>();
        DateTimeOffset before = TimeProvider.System.GetUtcNow();

        RiskRestriction? first = await risks.AdoptAsync(sample.StudyId, newestImageMonths: 6, colluders: 0, "A. Admin", "fresh images", CancellationToken.None);
        RiskRestriction? second = await risks.AdoptAsync(sample.StudyId, newestImageMonths: 100, colluders: 0, "A. Admin", "", CancellationToken.None);

        // The sample's finished attack test found something where nothing is claimed: half as much noise again.
        Assert.Equal((1.875, 1.5), (first!.NoiseFactor, second!.NoiseFactor));
        Assert.Equal(1, (await risks.ForAsync(RoundAt(sample, before), CancellationToken.None)).NoiseFactor);
        Assert.Equal(1.875, (await risks.ForAsync(RoundAt(sample, TimeProvider.System.GetUtcNow()), CancellationToken.None)).NoiseFactor);
        RiskView view = (await risks.FindAsync(sample.StudyId, CancellationToken.None))!;
        Assert.Equal(1.875, view.InForce.NoiseFactor);
        Assert.Equal("fresh images", view.Decisions[^1].Note);
        Assert.Equal(6, view.Decisions[^1].Inputs.NewestImageMonths);

        IReadOnlyList<AuditRow> told = await host.Services.GetRequiredService<AuditStore>().ListAsync(
            Viewer.Everything, new AuditFilter(Text: "Assessment of risk in force", SubjectId: sample.StudyId), 0, 10, CancellationToken.None);
        Assert.Equal(2, told.Count);
        Assert.Contains("1.88 times the noise. Outcome of the attack tests: Loss threshold, model version 2 found", told[1].Action, StringComparison.Ordinal);
        Assert.Contains("The newest images are 6 months old", told[1].Action, StringComparison.Ordinal);
        Assert.EndsWith("Note: fresh images", told[1].Action, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnUnknownStudyHasNone()
    {
        RiskStore risks = host.Services.GetRequiredService<RiskStore>();

        Assert.Null(await risks.FindAsync(Guid.NewGuid(), CancellationToken.None));
        Assert.Null(await risks.AdoptAsync(Guid.NewGuid(), null, 0, "A. Admin", "", CancellationToken.None));
    }

    private static Round RoundAt(SampleConsortium sample, DateTimeOffset planned) => new(sample.StudyId, 9, 1, FederatedStrategy.ProtectedFedAvg, planned);
}
