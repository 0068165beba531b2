using FedPortal.Jobs;
using FedPortal.Studies;
using FedPortal.Training.Accounting;
using FedPortal.Training.Datasets.Phantoms;
using FedPortal.Training.Imaging;
using FedPortal.Training.Learning;
using FedPortal.Training.Ledger;
using FedPortal.Training.Protocol;
using Xunit;

namespace FedPortal.Tests.EndToEnd;

/// <summary>Protected rounds with real processes on the loopback interface: five institutions, four helpers open a sum.</summary>
[Collection("EndToEnd")]
public class ProtectedRoundTests
{
    private const string PortalPoints =
        "portal:Opened,portal:chunk,portal:Train-received,portal:Train-recorded,portal:Submitted,portal:screening,portal:Screened,portal:aggregating,"
        + "portal:Aggregated,portal:Unlock-received,portal:Unlock-recorded,portal:unlocking,portal:Unlocked,portal:applying";

    private const string SitePoints =
        "site:dealing,site:dealt,site:trained,site:perturbed,site:encrypted,site:Train-made,site:recorded,site:shown,site:chunk-sent,site:uploaded,site:Train-sent,"
        + "site:unlocking,site:answer-kept,site:Unlock-made,site:Unlock-sent";

    [Fact]
    public async Task PortalAndSitesAreKilledAtEveryStep_AndTheRoundCompletesWithEveryUpdate()
    {
        using var portal = new PortalProcess($"{PortalPoints},{SitePoints}", once: true, maxAttempts: 10, plan: Plan(rounds: 1), leaseSeconds: 20);

        await portal.RunToTheEndAsync(killSites: false);

        Assert.True(portal.StudyState == StudyState.Completed, portal.Log);
        Assert.Equal($"{PortalPoints},{SitePoints}".Split(',').Select(point => point.Replace(':', '-')).Order(StringComparer.Ordinal), portal.Deaths);
        Assert.Equal(["Completed"], portal.ReadAll<string>("SELECT State FROM Rounds"));
        Assert.Equal(Enumerable.Repeat("Accepted", 5), portal.ReadAll<string>("SELECT State FROM Participations"));
        AssertLedgersKnowEveryUpdate(portal);
        Assert.Equal(5, Directory.GetFiles(Path.Combine(portal.DataDirectory, "sites"), "*", SearchOption.AllDirectories).Count(file => Path.GetFileName(Path.GetDirectoryName(file)) == "journal"));
    }

    [Fact]
    public async Task OneSiteVanishesAtEachStepInTurn_EveryRoundCompletes_TwoMakeItFail_AndTheNextAttemptWorks()
    {
        const string Points = "site:dealt@1,site:trained@2,site:uploaded@3,site:unlocking@4,site:trained@5,site:uploaded@5";
        using var portal = new PortalProcess(Points, once: true, maxAttempts: 1, plan: Plan(rounds: 5));

        await portal.RunToTheEndAsync(killSites: false);

        Assert.True(Rounds(portal) is ["1 Completed", "2 Completed", "3 Completed", "4 Completed", "5 Failed"], portal.Log);
        string reason = portal.Read<string>("SELECT FailureReason FROM Rounds WHERE State = 'Failed'")!;
        Assert.Contains("The quorum is 4 updates (a sum opens with 4 helpers and hides nobody below 3) but only 3 of 5 are usable.", reason, StringComparison.Ordinal);
        Assert.Contains("ended by signal 9", reason, StringComparison.Ordinal);

        // Resumed as an administrator would.
        portal.Write("UPDATE Studies SET State = 'Running'");
        await portal.RunToTheEndAsync(killSites: false);

        Assert.True(portal.StudyState == StudyState.Completed, portal.Log);
        Assert.Equal("5 Completed", Rounds(portal)[^1]);
        Assert.Equal(
            ["1 Dropped", "2 Dropped", "3 Dropped", "5 Dropped", "5 Dropped"], // in round 4 a helper died after its update was in
            portal.ReadAll<string>("SELECT r.Number || ' ' || p.State FROM Participations p JOIN Rounds r ON r.Id = p.RoundId WHERE p.State = 'Dropped' ORDER BY r.Number"));
        Assert.Equal(StageNames.All.Order(StringComparer.Ordinal), portal.ReadAll<string>("SELECT DISTINCT Stage FROM StageTimings").Order(StringComparer.Ordinal));
        AssertLedgersKnowEveryUpdate(portal);
    }

    internal static IReadOnlyList<string> Rounds(PortalProcess portal) => portal.ReadAll<string>("SELECT Number || ' ' || State FROM Rounds ORDER BY Number, Attempt");

    /// <summary>Every ciphertext that the portal took is on its sender's own ledger, and the portal's copy of that ledger is the same.</summary>
    internal static void AssertLedgersKnowEveryUpdate(PortalProcess portal)
    {
        foreach (string code in portal.ReadAll<string>("SELECT ShortCode FROM Institutions"))
        {
            string file = Assert.Single(Directory.GetFiles(Path.Combine(portal.DataDirectory, "sites", code, "ledgers")));
            LedgerVerification own = LedgerVerifier.Verify(File.ReadAllLines(file));
            LedgerVerification copy = LedgerVerifier.Verify([.. portal.ReadAll<string>(
                $"SELECT l.Text FROM LedgerCopyLines l JOIN LedgerCopies c ON c.Id = l.CopyId JOIN Institutions i ON i.Id = c.InstitutionId WHERE i.ShortCode = '{code}' ORDER BY l.Sequence")]);
            Assert.Null(own.Problem);
            Assert.Null(copy.Problem);
            Assert.Null(LedgerComparison.Of(own, copy).Difference);
            IReadOnlyList<string> taken = portal.ReadAll<string>(
                $"SELECT p.CiphertextHash FROM Participations p JOIN Institutions i ON i.Id = p.InstitutionId WHERE i.ShortCode = '{code}' AND p.CiphertextHash IS NOT NULL");
            Assert.Empty(taken.Except(own.Rows.Where(row => row.Allowed).SelectMany(row => row.CiphertextHashes)));
        }
    }

    internal static ConsortiumPlan Plan(int rounds) => new()
    {
        Phantoms = new PhantomConsortiumOptions { ImageCount = 30, InstitutionCount = 5, HoldoutCount = 0, Size = 32 },
        Design = new StudyDesign
        {
            Name = "Protected test",
            Question = "Does it stay closed?",
            Classes = PhantomConsortium.Classes,
            Preprocessing = PreprocessingPipeline.Plain(32),
            Training = new TrainingPlan { Epochs = 1 },
            Privacy = new PrivacyProfile { ClippingNorm = 5 },
            Rounds = rounds,
            Quorum = 3,
        },
    };
}
