using FedPortal.Audit;
using FedPortal.Data;
using FedPortal.Institutions;
using FedPortal.Tests.Support;
using FedPortal.Training.AuditLog;
using FedPortal.Training.Signing;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;

namespace FedPortal.Tests.Portal.Data;

/// <summary>The chain in a real database file, written by several writers at once.</summary>
public sealed class AuditChainTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);
    private readonly TemporaryFolder _folder = new();
    private readonly DatabaseFile _file;
    private readonly PortalIdentity _portal;
    private readonly AuditLogStore _log;

    public AuditChainTests()
    {
        _file = new DatabaseFile(_folder.Path);
        _portal = Portal(new EphemeralDataProtectionProvider());
        _log = new AuditLogStore(_file, _portal, TimeProvider.System);
    }

    public async ValueTask InitializeAsync()
    {
        await using FedPortalDbContext db = _file.CreateDbContext();
        await PortalDatabase.MigrateAsync(db, CancellationToken.None);
    }

    public ValueTask DisposeAsync()
    {
        _log.Dispose();
        _portal.Dispose();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task ManyWritersAtOnce_MakeOneChainWithoutGapOrFork()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            for (int i = 0; i < 10; i++)
            {
                await WriteAsync($"writer {writer}", 1 + (i % 2));
            }
        })));

        AuditLogVerification found = await _log.VerifyAsync(Viewer.Everything, null, CancellationToken.None);

        Assert.Null(found.Problem);
        Assert.Equal(120, found.Hashes.Count);
        Assert.Equal(120, found.LastSequence);
    }

    [Fact]
    public async Task EntriesOfOneSave_KeepTheOrderInWhichTheyWereAdded()
    {
        await WriteAsync("portal", 5);
        await using FedPortalDbContext db = _file.CreateDbContext();

        Assert.Equal(["0", "1", "2", "3", "4"], await db.AuditEntries.OrderBy(e => e.Sequence).Select(e => e.Action).ToListAsync());
    }

    [Fact]
    public async Task AChangeThatIsNotSaved_LeavesNoEntry_AndTheSameContextCanGoOn()
    {
        await WriteAsync("portal", 1);
        await using FedPortalDbContext db = _file.CreateDbContext();
        var institution = new Institution("North", "north", true, 0, Start);
        db.Add(institution);
        db.Add(new AuditEntry(Start, "admin", "institution", institution.Id, "Admitted."));
        await db.SaveChangesAsync();
        var twin = new Institution("North again", "north", true, 1, Start);
        db.Add(twin);
        db.Add(new AuditEntry(Start, "admin", "institution", twin.Id, "Admitted again."));
        await Assert.ThrowsAsync<DbUpdateException>(() => db.SaveChangesAsync());

        db.Entry(twin).State = EntityState.Detached;
        db.Add(new AuditEntry(Start, "admin", "institution", null, "Later."));
        await db.SaveChangesAsync();

        AuditLogVerification found = await _log.VerifyAsync(Viewer.Everything, null, CancellationToken.None);
        Assert.Null(found.Problem);
        Assert.Equal(["0", "Admitted.", "Admitted again.", "Later."], await _file.CreateDbContext().AuditEntries.OrderBy(e => e.Sequence).Select(e => e.Action).ToListAsync());
    }

    [Theory]
    [InlineData("UPDATE AuditEntries SET Action = 'nothing' WHERE Sequence = 3", 3, AuditProblemKind.Hash)]
    [InlineData("UPDATE AuditEntries SET At = '2020-01-01T00:00:00.0000000Z' WHERE Sequence = 2", 2, AuditProblemKind.Hash)]
    [InlineData("DELETE FROM AuditEntries WHERE Sequence = 2", 2, AuditProblemKind.Sequence)]
    [InlineData("UPDATE AuditEntries SET Hash = '' WHERE Sequence = 4", 4, AuditProblemKind.Hash)]
    [InlineData("UPDATE AuditCheckpoints SET EntryHash = PreviousHash FROM AuditEntries WHERE AuditEntries.Sequence = 1", 4, AuditProblemKind.Hash)]
    [InlineData("UPDATE AuditCheckpoints SET Signature = 'AAAA'", 4, AuditProblemKind.Signature)]
    public async Task WhateverIsChangedInTheDatabase_IsFoundAndNamed(string tampering, long named, AuditProblemKind kind)
    {
        await WriteAsync("portal", 4);
        Assert.True(await _log.SignAsync(CancellationToken.None));
        await using (FedPortalDbContext db = _file.CreateDbContext())
        {
            await db.Database.ExecuteSqlRawAsync(TestDatabase.Sql(tampering));
        }

        AuditProblem? problem = (await _log.VerifyAsync(Viewer.Everything, null, CancellationToken.None)).Problem;

        Assert.Equal((named, kind), (problem?.Sequence, problem?.Kind));
    }

    [Fact]
    public async Task EntriesOfAnOlderPortal_AreChainedAtStart_AndTheLogSaysSo()
    {
        await WriteAsync("portal", 3);
        await using FedPortalDbContext db = _file.CreateDbContext();
        await db.Database.ExecuteSqlRawAsync(TestDatabase.Sql("UPDATE AuditEntries SET Hash = '', PreviousHash = ''"));

        await StartAsync();

        AuditLogVerification found = await _log.VerifyAsync(Viewer.Everything, null, CancellationToken.None);
        Assert.Null(found.Problem);
        Assert.Equal(4, found.LastSequence);
        Assert.Contains("3 earlier entries", (await db.AuditEntries.SingleAsync(e => e.Sequence == 4)).Action, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AStartDoesNotMendASignedLogWhoseHashesWereRemoved()
    {
        await WriteAsync("portal", 3);
        await _log.SignAsync(CancellationToken.None);
        await using FedPortalDbContext db = _file.CreateDbContext();
        await db.Database.ExecuteSqlRawAsync(TestDatabase.Sql("UPDATE AuditEntries SET Hash = '', PreviousHash = '', Action = 'nothing'"));

        await StartAsync();

        Assert.Equal(1, (await _log.VerifyAsync(Viewer.Everything, null, CancellationToken.None)).Problem?.Sequence);
    }

    [Fact]
    public async Task ACheckpointIsSignedOnce_AndAgainWhenSomethingWasAdded()
    {
        Assert.False(await _log.SignAsync(CancellationToken.None));
        await WriteAsync("portal", 2);
        Assert.True(await _log.SignAsync(CancellationToken.None));
        Assert.False(await _log.SignAsync(CancellationToken.None));
        await WriteAsync("portal", 1);
        Assert.True(await _log.SignAsync(CancellationToken.None));

        AuditLogState state = await _log.StateAsync(CancellationToken.None);
        Assert.Equal((3L, 2, 3L, 0L), (state.Entries, state.Checkpoints, state.SignedUpTo, state.NotSigned));
    }

    [Fact]
    public void TheSigningKeySurvivesARestart_AndIsNotReplacedWhenItCannotBeRead()
    {
        var protection = new EphemeralDataProtectionProvider();
        using PortalIdentity first = Portal(protection);
        string publicKey = SignedText.PublicKeyText(first.Keys.Signing);
        using PortalIdentity second = Portal(protection);
        using PortalIdentity stranger = Portal(new EphemeralDataProtectionProvider());

        Assert.Equal(publicKey, SignedText.PublicKeyText(second.Keys.Signing));
        Assert.Throws<InvalidDataException>(() => stranger.Keys);
        Assert.Equal(publicKey, SignedText.PublicKeyText(second.Keys.Signing));
    }

    [Fact]
    public async Task TheFilterFindsByPersonDayAndWords_WithoutTreatingThemAsAPattern()
    {
        await using (FedPortalDbContext db = _file.CreateDbContext())
        {
            db.Add(new AuditEntry(Start, "ann", "study", null, "Raised to 100% of all"));
            db.Add(new AuditEntry(Start.AddDays(1), "ann", "round", null, "raised to 1000 of all"));
            db.Add(new AuditEntry(Start.AddDays(2), "bob", "study", null, "Nothing"));
            await db.SaveChangesAsync();
        }

        var store = new AuditStore(_file, TimeProvider.System);
        async Task<string> Found(AuditFilter filter) =>
            string.Join(' ', (await store.ListAsync(Viewer.Everything, filter, 0, 10, CancellationToken.None)).Select(row => row.Sequence));

        Assert.Equal("3 2 1", await Found(new AuditFilter()));
        Assert.Equal("2 1", await Found(new AuditFilter(Actor: "ann")));
        Assert.Equal("2 1", await Found(new AuditFilter(Text: "RAISED")));
        Assert.Equal("1", await Found(new AuditFilter(Text: "100%")));
        Assert.Equal("2", await Found(new AuditFilter(From: new DateOnly(2026, 3, 2), To: new DateOnly(2026, 3, 2))));
        Assert.Equal("3 1", await Found(new AuditFilter(Subject: "study")));
    }

    private async Task WriteAsync(string actor, int count)
    {
        await using FedPortalDbContext db = _file.CreateDbContext();
        db.AddRange(Enumerable.Range(0, count).Select(i => new AuditEntry(Start, actor, "portal", null, $"{i}")));
        await db.SaveChangesAsync();
    }

    private PortalIdentity Portal(IDataProtectionProvider protection) =>
        new(protection, Options.Create(new PortalOptions { DataDirectory = _folder.Path }), NullLogger<PortalIdentity>.Instance);

    private async Task StartAsync()
    {
        using DatabaseStartup startup = _file.NewStartup();
        await startup.StartAsync(CancellationToken.None);
    }
}
