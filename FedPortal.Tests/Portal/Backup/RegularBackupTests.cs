using System.Net;
using System.Text.Json;
using FedPortal.Backup;
using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Operation;
using FedPortal.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Quartz;
using Xunit;

namespace FedPortal.Tests.Portal.Backup;

/// <summary>Backups that a portal makes of itself.</summary>
public sealed class RegularBackupTests(RegularBackupTests.BackupHost host) : IClassFixture<RegularBackupTests.BackupHost>
{
    private AuditStore Audit => host.Services.GetRequiredService<AuditStore>();

    [Fact]
    public async Task APortalWithAFolder_MakesTheFirstAtOnce_AndShowsItToWhoRunsIt()
    {
        string told = await ToldAsync("schedule");

        FileInfo kept = Assert.Single(host.Services.GetRequiredService<BackupDesk>().Kept());
        Assert.StartsWith($"Backed up into {kept.Name}: ", told, StringComparison.Ordinal);
        Assert.EndsWith($" {kept.Length} bytes, encrypted.", told, StringComparison.Ordinal);
        JobDesk jobs = host.Services.GetRequiredService<JobDesk>();
        JobRow row = Assert.Single((await jobs.ListAsync(Viewer.Everything, "Backup", null, 0, 10, CancellationToken.None)).Rows);
        Assert.Equal((JobState.Done, true, false), (row.State, row.MayRetry, row.MayCancel));
        Assert.StartsWith(kept.Name, row.Detail, StringComparison.Ordinal);
        Assert.Empty((await jobs.ListAsync(Viewer.Of(Guid.NewGuid()), "Backup", null, 0, 10, CancellationToken.None)).Rows);
        IScheduler scheduler = await host.Services.GetRequiredService<ISchedulerFactory>().GetScheduler();
        Assert.True(await scheduler.Exists(BackupJob.Key));

        // By a program the same: its state, and one more; nothing of what is in it.
        using HttpClient admin = await host.ProgramAsync(Roles.Admin);
        JsonElement seen = await admin.GetFromJsonAsync<JsonElement>("/api/v1/backups");
        using HttpResponseMessage asked = await admin.PostAsync("/api/v1/backups", null);
        Assert.Equal((true, true, kept.Name), (seen.GetProperty("isOn").GetBoolean(), seen.GetProperty("isEncrypted").GetBoolean(), seen.GetProperty("kept")[0].GetProperty("name").GetString()));
        Assert.DoesNotContain(BackupHost.Passphrase, seen.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Accepted, asked.StatusCode);
        Assert.Equal("A backup was asked for.", await ToldAsync("A. Admin (token 'A test')"));
    }

    [Fact]
    public async Task OnlyTheNewestStay_AndOneThatFailedIsToldAndLeavesThemAlone()
    {
        using var folder = new TemporaryFolder();
        var clock = new ShiftableClock();
        List<string> made = [];
        using BackupDesk desk = DeskWith(new BackupOptions { Folder = folder.Path, Keep = 2 }, clock);
        for (int i = 0; i < 3; i++)
        {
            await desk.MakeAsync("Ada", CancellationToken.None);
            made.Add(desk.Kept()[0].Name);
            clock.Advance(TimeSpan.FromHours(1));
        }

        await File.WriteAllTextAsync(folder.At("passphrase"), "\n");
        using BackupDesk broken = DeskWith(new BackupOptions { Folder = folder.Path, Keep = 2, PassphraseFile = folder.At("passphrase") }, clock);
        await broken.MakeAsync("Bob", CancellationToken.None);

        Assert.Equal([made[2], made[1]], desk.Kept().Select(file => file.Name));
        Assert.True(desk.Run is { Failure: null, Progress: 1 });
        Assert.Contains("passphrase file", broken.Run!.Failure, StringComparison.Ordinal);
        Assert.Equal($"The backup failed: {broken.Run.Failure}", await ToldAsync("Bob"));
        IReadOnlyList<JobRow> rows = await new BackupJobs(broken, host.Services.GetRequiredService<ISchedulerFactory>(), Audit).ListAsync(Viewer.Everything, only: null, 10, CancellationToken.None);
        Assert.Equal([JobState.Failed, JobState.Done, JobState.Done], rows.Select(row => row.State));
    }

    private BackupDesk DeskWith(BackupOptions options, TimeProvider clock) => new(
        host.Services.GetRequiredService<PortalDatabase>(), Audit, Options.Create(options), host.Services.GetRequiredService<IOptions<PortalOptions>>(), clock, NullLogger<BackupDesk>.Instance);

    /// <summary>What the audit log says of a backup that was this one's act, as soon as it is over.</summary>
    private async Task<string> ToldAsync(string actor)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (true)
        {
            await using FedPortalDbContext db = await host.Services.GetRequiredService<IDbContextFactory<FedPortalDbContext>>().CreateDbContextAsync(limit.Token);
            if (await db.AuditEntries.Where(entry => entry.Actor == actor).Select(entry => entry.Action).SingleOrDefaultAsync(limit.Token) is { } told)
            {
                return told;
            }

            await Task.Delay(50, limit.Token);
        }
    }

    public sealed class BackupHost : PortalHost
    {
        internal const string Passphrase = "a long enough passphrase";

        private readonly TemporaryFolder _backups = new();

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            _backups.Dispose();
        }

        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            base.ConfigureWebHost(builder);
            File.WriteAllText(_backups.At("passphrase"), Passphrase + "\n");
            builder.UseSetting("Backup:Folder", _backups.Path);
            builder.UseSetting("Backup:PassphraseFile", _backups.At("passphrase"));
        }
    }
}
