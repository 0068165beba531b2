using System.Text.Json;
using FedPortal.Data;
using FedPortal.Models;
using FedPortal.Tests.Support;
using FedPortal.Training.Protocol;
using Xunit;

namespace FedPortal.Tests.EndToEnd;

/// <summary>kill -9 of portal and site programs in the middle of an attack test: it goes on and ends with every institution's counts.</summary>
[Collection("Heavy")]
public sealed class AttackKillTests
{
    private const string Points = "site:attacking,site:Attack-made,site:Attack-sent,portal:Attack-received,portal:Attack-recorded";

    [Fact]
    public async Task AnAttackTestThatIsKilledAtEveryStage_EndsWithTheCountsOfAll()
    {
        using var portal = new PortalProcess(Points, once: true, maxAttempts: 8, plan: PortalProcess.TinyPlan("Attack test", images: 160, quorum: 2));
        await portal.RunToTheEndAsync(killSites: false);
        Guid study = Guid.Parse(portal.Read<string>("SELECT Id FROM Studies")!);
        await AskAsync(portal, new AttackRun(study, modelVersion: 1, AttackKind.Membership, "test", TimeProvider.System.GetUtcNow()));

        await portal.RunUntilAsync(() => portal.Read<string>("SELECT State FROM AttackRuns") is "Done" or "Failed", killSites: false);

        Assert.True(portal.Read<string>("SELECT State FROM AttackRuns") == "Done", portal.Log);
        Assert.Equal(Points.Split(',').Select(point => point.Replace(':', '-')).Order(StringComparer.Ordinal), portal.Deaths);
        AttackOutcome outcome = JsonSerializer.Deserialize<AttackOutcome>(portal.Read<string>("SELECT OutcomeJson FROM AttackRuns")!, ProtocolJson.Options)!;
        Assert.Empty(outcome.Missing);
        Assert.True(outcome.IsSynthetic);
        Assert.Equal(160, outcome.Membership!.Members + outcome.Membership.NonMembers);
    }

    private static async Task AskAsync(PortalProcess portal, AttackRun run)
    {
        await using FedPortalDbContext db = TestDatabase.Open(portal.DataDirectory);
        db.Add(run);
        await db.SaveChangesAsync();
    }
}
