using System.Diagnostics;
using FedPortal.Data;
using FedPortal.Jobs;
using FedPortal.Studies;
using FedPortal.Tests.Support;
using FedPortal.Training.AuditLog;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;

namespace FedPortal.Tests.EndToEnd;

/// <summary>Real portals on one PostgreSQL database and one data directory, behind a load balancer.</summary>
[Collection("Jobs")]
public sealed class TwoPortalsTests
{
    // One dies with a site program at work, another in the middle of a job of the scheduler's.
    private const string Points = "portal:Train-received,portal:aggregating";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task PortalsThatShareADatabaseShareTheJobs_AndTheOneThatIsLeftFinishesTheRoundsOfThoseThatWereKilled()
    {
        TestDatabase.RequirePostgres();
        ConsortiumPlan tiny = PortalProcess.TinyPlan("Three portals", images: 30, quorum: 2);
        using var portal = new PortalProcess(Points, once: true, maxAttempts: 3, plan: tiny with { Design = tiny.Design with { Rounds = 2 } });
        int[] ports = [Loopback.FreePort(), Loopback.FreePort(), Loopback.FreePort()];
        await using var balancer = new Wire(ports);

        // All at once: the first start makes tables and keys, and the consortium, once.
        Process[] portals = [.. ports.Select(port => portal.Start(port, balancer.Address))];
        try
        {
            long started = Stopwatch.GetTimestamp();
            while (portal.StudyState is not (StudyState.Completed or StudyState.Failed))
            {
                Assert.True(portals.Any(one => !one.HasExited) && Stopwatch.GetElapsedTime(started) < Patience, portal.Log);
                await Task.Delay(200);
            }

            Assert.True(portal.StudyState == StudyState.Completed, portal.Log);
            Assert.Equal(["portal-Train-received", "portal-aggregating"], portal.Deaths);
            Assert.Single(portals, one => !one.HasExited);
        }
        finally
        {
            foreach (Process one in portals)
            {
                one.Kill(entireProcessTree: true);
                one.Dispose();
            }
        }

        Assert.Single(portal.ReadAll<string>("SELECT Name FROM Studies"));
        Assert.Equal(["1 1 Completed", "2 1 Completed"], portal.ReadAll<string>("SELECT Number || ' ' || Attempt || ' ' || State FROM Rounds ORDER BY Number"));
        Assert.Equal(["0", "1", "2"], portal.ReadAll<string>("SELECT Version FROM ModelVersions ORDER BY Version"));
        Assert.Equal(["1", "2"], portal.ReadAll<string>("SELECT substr(Action, 7, 1) FROM AuditEntries WHERE Action LIKE 'Round % is completed.' ORDER BY Sequence"));
        AuditLogVerification log = await VerifyAsync(portal.DataDirectory);
        Assert.Null(log.Problem);
        Assert.True(log.LastSequence > 20, $"{log.LastSequence} entries");
    }

    internal static async Task<AuditLogVerification> VerifyAsync(string dataDirectory)
    {
        IDataProtectionProvider keys = DataProtectionProvider.Create(new DirectoryInfo(Path.Combine(dataDirectory, "keys")), protection => protection.SetApplicationName("FedPortal"));
        using var identity = new PortalIdentity(keys, Options.Create(new PortalOptions { DataDirectory = dataDirectory }), NullLogger<PortalIdentity>.Instance);
        using var log = new AuditLogStore(new DatabaseFile(dataDirectory), identity, TimeProvider.System);
        await log.SignAsync(CancellationToken.None);
        return await log.VerifyAsync(Viewer.Everything, null, CancellationToken.None);
    }
}
