using FedPortal.Jobs;
using FedPortal.Studies;
using FedPortal.Training.Accounting;
using FedPortal.Training.Datasets.Phantoms;
using FedPortal.Training.Imaging;
using FedPortal.Training.Learning;
using FedPortal.Training.Protocol;
using Xunit;

namespace FedPortal.Tests.EndToEnd;

/// <summary>Protected rounds with real processes on the loopback interface: five institutions, four helpers open a sum.</summary>
[Collection("Heavy")]
public class ProtectedRoundTests
{
    [Fact]
    public async Task AWholeProtectedRound_OpensTheSumOnly_AndEveryLedgerKnowsOfIt()
    {
        using var portal = new PortalProcess("", once: false, maxAttempts: 2, plan: Plan(rounds: 1));

        await portal.RunToTheEndAsync(killSites: false);

        Assert.True(portal.StudyState == StudyState.Completed, portal.Log);
        Assert.Equal(["Completed"], portal.ReadAll<string>("SELECT State FROM Rounds"));
        Assert.Equal(Enumerable.Repeat("Accepted", 5), portal.ReadAll<string>("SELECT State FROM Participations"));
        Assert.Equal(StageNames.All.Order(StringComparer.Ordinal), portal.ReadAll<string>("SELECT DISTINCT Stage FROM StageTimings").Order(StringComparer.Ordinal));
    }

    private static ConsortiumPlan Plan(int rounds, PrivacyProfile? privacy = null) => new()
    {
        Phantoms = new PhantomConsortiumOptions { ImageCount = 40, InstitutionCount = 5, HoldoutCount = 0, Size = 32 },
        Design = new StudyDesign
        {
            Name = "Protected test",
            Question = "Does it stay closed?",
            Classes = PhantomConsortium.Classes,
            Preprocessing = PreprocessingPipeline.Plain(32),
            Training = new TrainingPlan { Epochs = 1 },
            Privacy = privacy ?? new PrivacyProfile { ClippingNorm = 5 },
            Rounds = rounds,
            Quorum = 3,
        },
    };
}
