using System.Text.Json;
using FedPortal.Backup;
using FedPortal.Data;
using FedPortal.Studies;
using FedPortal.Tests.Support;
using Xunit;

namespace FedPortal.Tests.EndToEnd;

/// <summary>A real portal is backed up while its rounds run, lost, and restored.</summary>
[Collection("Jobs")]
public sealed class BackupTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task RoundsBackupWipeRestore_HistoryLedgersAndLogVerify_AndTheStudyGoesOnWithItsNextRound()
    {
        using var portal = new PortalProcess("", once: false, maxAttempts: 3, plan: ProtectedRoundTests.Plan(rounds: 2));
        string file = _folder.At("portal.backup");
        await File.WriteAllTextAsync(_folder.At("passphrase"), "a long enough passphrase\n");

        // In the middle of the second round.
        Task<(int Status, string Output, string Errors)>? backup = null;
        await portal.RunUntilAsync(
            () =>
            {
                backup ??= portal.Read<string>("SELECT State FROM Rounds WHERE Number = 2") is not (null or "Planned") ? RunAsync(portal, "backup", file) : null;
                return backup is { IsCompleted: true };
            },
            killSites: true);
        (int made, string told, string trouble) = await backup!;
        Assert.True(made == 0, trouble);
        Assert.True(JsonDocument.Parse(told).RootElement.GetProperty("isEncrypted").GetBoolean());
        IReadOnlyList<string> models = portal.ReadAll<string>("SELECT BlobHash FROM ModelVersions ORDER BY Version");
        Directory.Delete(portal.DataDirectory, recursive: true);
        TestDatabase.Wipe(portal.DataDirectory);

        (int restored, string report, string problems) = await RunAsync(portal, "restore", file);

        Assert.True(restored == 0, problems);
        JsonElement state = JsonDocument.Parse(report).RootElement.GetProperty("state");
        Assert.Empty(state.GetProperty("problems").EnumerateArray());
        Assert.Equal(10, state.GetProperty("ledgers").GetInt32()); // five at the sites and the portal's copies of them
        Assert.Equal(1, state.GetProperty("roundsStopped").GetInt32());
        Assert.True(state.GetProperty("auditEntries").GetInt64() > 20, report);
        Assert.Equal(["1 Completed", "2 Failed"], ProtectedRoundTests.Rounds(portal));
        Assert.Contains("restored from a backup", portal.Read<string>("SELECT FailureReason FROM Rounds WHERE Number = 2"), StringComparison.Ordinal);
        Assert.Equal(models.Take(2), portal.ReadAll<string>("SELECT BlobHash FROM ModelVersions ORDER BY Version"));

        // Resumed as an administrator would.
        portal.Write("UPDATE Studies SET State = 'Running'");
        await portal.RunToTheEndAsync(killSites: false);

        Assert.True(portal.StudyState == StudyState.Completed, portal.Log);
        Assert.Equal(["1 Completed", "2 Failed", "2 Completed"], ProtectedRoundTests.Rounds(portal));
        ProtectedRoundTests.AssertLedgersKnowEveryUpdate(portal);
        Assert.Null((await TwoPortalsTests.VerifyAsync(portal.DataDirectory)).Problem);
    }

    private async Task<(int Status, string Output, string Errors)> RunAsync(PortalProcess portal, string verb, string file)
    {
        IConfiguration settings = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { [PortalDatabase.Setting] = TestDatabase.ConnectionString(portal.DataDirectory) }).Build();
        using var output = new StringWriter();
        using var errors = new StringWriter();
        string[] args = [verb, file, "--data-dir", portal.DataDirectory, "--passphrase-file", _folder.At("passphrase"), "--json"];
        int status = await BackupCommand.RunAsync(settings, args, output, errors, TimeProvider.System, CancellationToken.None);
        return (status, output.ToString(), errors.ToString());
    }
}
