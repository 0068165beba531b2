using System.Text.Json;
using FedPortal.Comparisons;
using FedPortal.Data;
using FedPortal.Tests.Support;
using FedPortal.Training.Comparison;
using FedPortal.Training.Protocol;
using Xunit;

namespace FedPortal.Tests.EndToEnd;

/// <summary>kill -9 of the portal in the middle of a comparison: finished methods are kept and the others are run.</summary>
[Collection("Jobs")]
public sealed class ComparisonKillTests
{
    [Fact]
    public async Task AComparisonWhosePortalIsKilled_GoesOnWithTheMethodsThatAreMissing()
    {
        using var portal = new PortalProcess("portal:comparing,portal:compared", once: true, maxAttempts: 3, hasStudy: false);
        await portal.RunUntilAsync(() => HasTable(portal), killSites: false);
        var run = new ComparisonRun(new ComparisonOrder(60, [], [ComparedMethods.Conventional, ComparedMethods.Protected], ImageSize: 32, Rounds: 1, Epochs: 1), "test", TimeProvider.System.GetUtcNow());
        await using (FedPortalDbContext db = TestDatabase.Open(portal.DataDirectory))
        {
            db.Add(run);
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        string kept = Path.Combine(portal.DataDirectory, "comparisons", $"{run.Id:N}", "fedavg.1.json");
        await portal.RunUntilAsync(() => portal.Deaths.Contains("portal-compared") || portal.Read<string>("SELECT State FROM ComparisonRuns") is "Done" or "Failed", killSites: false);
        Assert.True(File.Exists(kept), portal.Log);
        MethodResult measured = JsonSerializer.Deserialize<MethodResult>(await File.ReadAllBytesAsync(kept, TestContext.Current.CancellationToken), ProtocolJson.Options)!;
        await portal.RunUntilAsync(() => portal.Read<string>("SELECT State FROM ComparisonRuns") is "Done" or "Failed", killSites: false);

        Assert.True(portal.Read<string>("SELECT State FROM ComparisonRuns") == "Done", portal.Log);
        Assert.Equal(["portal-compared", "portal-comparing"], portal.Deaths);
        Assert.True(portal.Lives >= 4);
        ComparisonReport report = JsonSerializer.Deserialize<ComparisonReport>(portal.Read<string>("SELECT ReportJson FROM ComparisonRuns")!, ProtocolJson.Options)!;
        Assert.Equal([ComparedMethods.Conventional, ComparedMethods.Protected], report.Results.Select(result => result.Method));
        Assert.Equal((measured.Seconds, measured.CpuSeconds), (report.Results[0].Seconds, report.Results[0].CpuSeconds)); // not measured anew
        Assert.False(Directory.Exists(Path.GetDirectoryName(kept)), "What was only needed to go on is still there.");
    }

    /// <summary>Reading a table that is not there gives nothing, as an empty one does; the marker is a table that the portal fills at its start.</summary>
    private static bool HasTable(PortalProcess portal) => portal.ReadAll<string>("SELECT Name FROM AspNetRoles").Count > 0;
}
