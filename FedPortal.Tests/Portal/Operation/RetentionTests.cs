using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Operation;
using FedPortal.Operation.Retaining;
using FedPortal.Rounds;
using FedPortal.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Xunit;

namespace FedPortal.Tests.Portal.Operation;

/// <summary>The made-up consortium of a portal is years old for the clock of these tests, so everything of it is past its time.</summary>
public sealed class RetentionTests(OperationHost host) : IClassFixture<OperationHost>
{
    private IDbContextFactory<FedPortalDbContext> Contexts => host.Services.GetRequiredService<IDbContextFactory<FedPortalDbContext>>();

    [Fact]
    public async Task WhatIsPastItsTime_IsCounted_ThenRemoved_AndTheLogKeepsTheCounts()
    {
        SampleConsortium sample = await host.SampleAsync();
        (Guid alert, Guid session, string update, string log) = await AddOldThingsAsync(sample);
        var clock = new ShiftableClock();
        clock.Advance(TimeSpan.FromDays(3 * 366));
        RetentionDesk desk = DeskWith(clock);
        Assert.Null(await desk.HoldAsync(sample.StudyId, "A court wants it.", "A. Admin", CancellationToken.None));

        // On hold: the study's updates and logs stay. The rest goes.
        IReadOnlyList<RetentionRow> onHold = await desk.PreviewAsync(CancellationToken.None);
        Assert.Equal(0, onHold.Single(row => row.Name.StartsWith("institutions' updates", StringComparison.Ordinal)).Old.Items);
        string? first = await desk.RemoveAsync("A. Admin", CancellationToken.None);
        Assert.Contains("ended sessions", first, StringComparison.Ordinal);
        Assert.Contains("alerts that are over", first, StringComparison.Ordinal);
        Assert.True(host.Services.GetRequiredService<BlobStore>().Contains(update));
        Assert.True(File.Exists(log));

        await desk.LiftAsync(sample.StudyId, "A. Admin", CancellationToken.None);
        IReadOnlyList<RetentionRow> preview = await desk.PreviewAsync(CancellationToken.None);
        Assert.True(preview.Single(row => row.Name.StartsWith("institutions' updates", StringComparison.Ordinal)).Old is { Items: 1, Bytes: 3 });
        Assert.True(host.Services.GetRequiredService<BlobStore>().Contains(update), "A preview removes nothing.");
        string? second = await desk.RemoveAsync("A. Admin", CancellationToken.None);
        string? third = await desk.RemoveAsync("A. Admin", CancellationToken.None);

        Assert.Contains("1 institutions' updates in ended rounds (3 bytes)", second, StringComparison.Ordinal);
        Assert.Contains("1 logs of site programs", second, StringComparison.Ordinal);
        Assert.Null(third);
        Assert.False(host.Services.GetRequiredService<BlobStore>().Contains(update));
        Assert.False(File.Exists(log));
        await using FedPortalDbContext db = await Contexts.CreateDbContextAsync();
        Assert.False(await db.Alerts.AnyAsync(a => a.Id == alert));
        Assert.False(await db.UserSessions.AnyAsync(s => s.Id == session));
        Assert.True(await db.Participations.AnyAsync(p => p.UpdateHash == update), "What was handed in stays on record.");
        Assert.Equal([first!, second!], await db.AuditEntries.Where(e => e.Subject == "retention").OrderBy(e => e.Sequence).Select(e => e.Action).ToListAsync());
        Assert.True(await db.AuditEntries.AnyAsync(e => e.SubjectId == sample.StudyId && e.Action.Contains("A court wants it.")));
    }

    [Fact]
    public async Task WhatIsKeptForEver_AndWhatIsYoung_IsNotTouched()
    {
        await host.SampleAsync();
        var forEver = Options.Create(new RetentionOptions { SessionDays = 0 });
        var clock = new ShiftableClock();
        clock.Advance(TimeSpan.FromDays(40_000));
        IRetentionRule sessions = new SessionRule(Contexts, forEver, host.Services.GetRequiredService<IOptions<AccountOptions>>());
        var desk = new RetentionDesk([sessions], Contexts, host.Services.GetRequiredService<LiveUpdates>(), clock);
        RetentionDesk now = DeskWith(new ShiftableClock());

        Assert.Equal(0, (await desk.PreviewAsync(CancellationToken.None)).Single().Old.Items);
        Assert.Equal(0, (await now.PreviewAsync(CancellationToken.None)).Single(row => row.Name == "ended sessions").Old.Items);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(40_000)]
    public void DaysThatMakeNoSense_StopTheStart(int days)
    {
        ValidateOptionsResult result = new RetentionOptionsCheck().Validate(null, new RetentionOptions { SessionDays = days });

        Assert.Contains($"Retention:SessionDays must be from 0 (for ever) to 36500 days but is {days}.", result.FailureMessage, StringComparison.Ordinal);
    }

    private RetentionDesk DeskWith(TimeProvider clock) =>
        new(host.Services.GetServices<IRetentionRule>(), Contexts, host.Services.GetRequiredService<LiveUpdates>(), clock);

    private async Task<(Guid Alert, Guid Session, string Update, string Log)> AddOldThingsAsync(SampleConsortium sample)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        string email = await host.AddUserAsync(Roles.Auditor);
        await using FedPortalDbContext db = await Contexts.CreateDbContextAsync();
        var alert = new Alert(AlertKind.DiskLow, AlertLevel.Notice, $"{Guid.NewGuid()}", "Old", "", null, null, now);
        alert.Close("portal", now);
        var session = new UserSession((await db.Users.SingleAsync(u => u.Email == email)).Id, SignInMethod.Password, false, "Firefox", "127.0.0.1", now);
        session.End("Signed out", now);
        StoredBlob blob = await host.Services.GetRequiredService<BlobStore>().ReceiveAsync(new MemoryStream([1, 2, 3]), null, 10, CancellationToken.None);
        Participation part = await db.Participations.FirstAsync(p => p.RoundId == sample.CompletedRoundId && p.UpdateHash != null);
        db.Entry(part).Property(p => p.UpdateHash).CurrentValue = blob.Hash;
        var work = new Assignment(sample.StudyId, sample.CompletedRoundId, sample.InstitutionId, null, AssignmentKind.Evaluate, 2, 0, now);
        work.Cancel("Made up.", now);
        db.AddRange(alert, session, work);
        await db.SaveChangesAsync();

        string log = Path.Combine(host.Services.GetRequiredService<IOptions<PortalOptions>>().Value.Root, "attempts", work.Id.ToString("N"), "1.log");
        Directory.CreateDirectory(Path.GetDirectoryName(log)!);
        await File.WriteAllTextAsync(log, "It said something.");
        return (alert.Id, session.Id, blob.Hash, log);
    }
}
