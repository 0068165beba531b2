using FedPortal.Data;
using FedPortal.Operation;
using FedPortal.Operation.Rules;
using FedPortal.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Xunit;

namespace FedPortal.Tests.Portal.Operation;

/// <summary>The portal's own rules over the made-up consortium, whose rounds wait since the spring of 2026.</summary>
public sealed class AlertRuleTests(OperationHost host) : IClassFixture<OperationHost>
{
    [Fact]
    public async Task EachRule_FindsWhatTheSampleHolds()
    {
        SampleConsortium sample = await host.SampleAsync();
        DateTimeOffset now = TimeProvider.System.GetUtcNow();

        Finding waiting = (await FindAsync(AlertKind.RoundStalled, now)).Single(found => found.Subject == $"{sample.RunningRoundId}");
        Finding silent = Assert.Single(await FindAsync(AlertKind.SiteSilent, now));
        IReadOnlyList<Finding> audit = await FindAsync(AlertKind.AuditBroken, now);

        Assert.Equal($"/rounds/{sample.RunningRoundId}", waiting.Address);
        Assert.Contains("updates are in", waiting.Detail, StringComparison.Ordinal);
        Assert.Equal((sample.Sites.EnrolledId, $"/institutions/{sample.Sites.EnrolledId}"), (silent.InstitutionId, silent.Address));
        Assert.Contains(audit, found => found.Subject == $"ledger/{sample.StudyId}/{sample.OtherLedgerInstitutionId}" && found.InstitutionId == sample.OtherLedgerInstitutionId);
        Assert.DoesNotContain(audit, found => found.Subject == "log");
        Assert.Empty(await FindAsync(AlertKind.DiskLow, now));
        Assert.Empty(await FindAsync(AlertKind.BackupOverdue, now));
    }

    [Fact]
    public async Task ACopyOfALedgerThatWasChangedInTheDatabase_IsToldOf_WithoutAnybodyLooking()
    {
        SampleConsortium sample = await host.SampleAsync();
        string subject = $"copy/{sample.StudyId}/{sample.InstitutionId}";
        DateTimeOffset now = DateTimeOffset.UnixEpoch;

        IReadOnlyList<Finding> before = await FindAsync(AlertKind.AuditBroken, now);
        await ChangeRowAsync(sample, "\"steps\":1", "\"steps\":2");
        IReadOnlyList<Finding> changed = await FindAsync(AlertKind.AuditBroken, now);
        await ChangeRowAsync(sample, "\"steps\":2", "\"steps\":1");

        Assert.DoesNotContain(before, found => found.Subject.StartsWith("copy/", StringComparison.Ordinal));
        Finding told = Assert.Single(changed, found => found.Subject == subject);
        Assert.Equal((AlertLevel.Critical, sample.InstitutionId), (told.Level, told.InstitutionId));
        Assert.StartsWith("First bad row: row 2: hash mismatch", told.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain(await FindAsync(AlertKind.AuditBroken, now), found => found.Subject == subject);
    }

    private async Task ChangeRowAsync(SampleConsortium sample, string from, string to)
    {
        await using FedPortalDbContext db = await host.Services.GetRequiredService<IDbContextFactory<FedPortalDbContext>>().CreateDbContextAsync();
        await db.LedgerCopyLines.Where(line => line.Sequence == 2 && db.LedgerCopies.Any(copy => copy.Id == line.CopyId && copy.StudyId == sample.StudyId && copy.InstitutionId == sample.InstitutionId))
            .ExecuteUpdateAsync(line => line.SetProperty(l => l.Text, l => l.Text.Replace(from, to)));
    }

    [Fact]
    public async Task ACertificate_IsToldOfBeforeItEnds_AndAfter()
    {
        SampleConsortium sample = await host.SampleAsync();
        var end = new DateTimeOffset(2035, 3, 2, 8, 0, 0, TimeSpan.Zero); // Nine years after the sample begins.

        Assert.Empty(await FindAsync(AlertKind.CertificateExpiring, end.AddHours(-30)));
        Assert.Equal((AlertLevel.Warning, sample.Sites.EnrolledId), LevelOf(await FindAsync(AlertKind.CertificateExpiring, end.AddHours(-20))));
        Assert.Equal((AlertLevel.Critical, sample.Sites.EnrolledId), LevelOf(await FindAsync(AlertKind.CertificateExpiring, end.AddHours(1))));
    }

    [Fact]
    public async Task EveryRule_IsAskedWithoutAnError()
    {
        await host.SampleAsync();
        foreach (IAlertRule rule in host.Services.GetServices<IAlertRule>())
        {
            Assert.All(await rule.FindAsync(TimeProvider.System.GetUtcNow(), CancellationToken.None), found =>
            {
                Assert.True(found.Title.Length is > 5 and <= Alert.TitleLength, found.Title);
                Assert.True(found.Detail.Length > 5, found.Title);
                Assert.True(found.Subject.Length <= Alert.SubjectLength);
            });
        }
    }

    [Fact]
    public async Task ABackup_IsOverdue_WhenTheNewestFileIsOld()
    {
        using var folder = new TemporaryFolder();
        var rule = new BackupRule(Options.Create(new AlertOptions { BackupFolder = folder.Path, BackupDays = 2 }));
        DateTimeOffset now = TimeProvider.System.GetUtcNow();

        IReadOnlyList<Finding> none = await rule.FindAsync(now, CancellationToken.None);
        await File.WriteAllTextAsync(folder.At("backup.tar"), "today");
        IReadOnlyList<Finding> fresh = await rule.FindAsync(now, CancellationToken.None);
        IReadOnlyList<Finding> old = await rule.FindAsync(now.AddDays(2.1), CancellationToken.None);

        Assert.Equal((1, 0, 1), (none.Count, fresh.Count, old.Count));
        Assert.Contains("There is none yet", none[0].Detail, StringComparison.Ordinal);
    }

    private static (AlertLevel, Guid?) LevelOf(IReadOnlyList<Finding> found) => (Assert.Single(found).Level, found[0].InstitutionId);

    private Task<IReadOnlyList<Finding>> FindAsync(AlertKind kind, DateTimeOffset now) =>
        host.Services.GetServices<IAlertRule>().Single(rule => rule.Kind == kind).FindAsync(now, CancellationToken.None);
}
