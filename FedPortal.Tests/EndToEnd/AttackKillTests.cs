using System.Text.Json;
using FedPortal.Data;
using FedPortal.Models;
using FedPortal.Tests.Support;
using FedPortal.Training.Protocol;
using FedPortal.Training.Robustness;
using Xunit;

namespace FedPortal.Tests.EndToEnd;

/// <summary>kill -9 of portal and site programs in the middle of tests of a model: they go on and end with every institution's part.</summary>
[Collection("Jobs")]
public sealed class AttackKillTests
{
    private const string Points = "site:attacking,site:Attack-made,site:Attack-sent,portal:Attack-received,portal:Attack-recorded,"
        + "site:disturbing,site:Robustness-made,portal:Robustness-received,portal:Robustness-recorded";

    [Fact]
    public async Task TestsThatAreKilledAtEveryStage_EndWithThePartsOfAll()
    {
        using var portal = new PortalProcess(Points, once: true, maxAttempts: 12, plan: PortalProcess.TinyPlan("Attack test", images: 160, quorum: 2), leaseSeconds: 20);
        await portal.RunToTheEndAsync(killSites: false);
        Guid study = Guid.Parse(portal.Read<string>("SELECT Id FROM Studies")!);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        RobustnessPlan fgsm = RobustnessPlan.For(RobustnessTest.Fgsm).With(Disturbance.Fgsm, [4, 16]);
        await AskAsync(
            portal,
            new AttackRun(study, modelVersion: 1, AttackKind.Membership, "test", now),
            new RobustnessRun(study, 1, fgsm, RobustnessTarget.Holdouts, 0, "test", now),
            new RobustnessRun(study, 1, fgsm, RobustnessTarget.Phantoms, 30, "test", now));

        await portal.RunUntilAsync(() => States(portal) is { Count: 3 } states && states.All(state => state is "Done" or "Failed"), killSites: false);

        Assert.True(States(portal).All(state => state == "Done"), portal.Log);
        Assert.Equal(Points.Split(',').Select(point => point.Replace(':', '-')).Order(StringComparer.Ordinal), portal.Deaths);
        AttackOutcome outcome = JsonSerializer.Deserialize<AttackOutcome>(portal.Read<string>("SELECT OutcomeJson FROM AttackRuns")!, ProtocolJson.Options)!;
        Assert.Empty(outcome.Missing);
        Assert.True(outcome.IsSynthetic);
        Assert.Equal(160, outcome.Membership!.Members + outcome.Membership.NonMembers);
        RobustnessOutcome held = Outcome(portal, RobustnessTarget.Holdouts);
        RobustnessOutcome drawn = Outcome(portal, RobustnessTarget.Phantoms);
        Assert.Empty(held.Missing);
        Assert.Equal(outcome.Membership.NonMembers, held.Report!.Images);
        Assert.Equal([0, 4, 16], held.Report.Curves.Single().Points.Select(point => point.Strength));
        Assert.Empty(held.PictureHashes());
        Assert.Equal(30, drawn.Report!.Images);
        Assert.Equal(9, drawn.PictureHashes().Count());
        Assert.All(drawn.PictureHashes(), hash => Assert.True(File.Exists(Path.Combine(portal.DataDirectory, "blobs", hash[..2], hash))));
    }

    private static List<string> States(PortalProcess portal) =>
        [.. portal.ReadAll<string>("SELECT State FROM AttackRuns"), .. portal.ReadAll<string>("SELECT State FROM RobustnessRuns")];

    private static RobustnessOutcome Outcome(PortalProcess portal, RobustnessTarget target) => JsonSerializer.Deserialize<RobustnessOutcome>(
        portal.Read<string>($"SELECT OutcomeJson FROM RobustnessRuns WHERE Target = '{target}'")!, ProtocolJson.Options)!;

    private static async Task AskAsync(PortalProcess portal, params object[] runs)
    {
        await using FedPortalDbContext db = TestDatabase.Open(portal.DataDirectory);
        db.AddRange(runs);
        await db.SaveChangesAsync();
    }
}
