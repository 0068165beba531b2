using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FedPortal.Backup;
using FedPortal.Data;
using FedPortal.Institutions;
using FedPortal.Tests.Support;
using FedPortal.Training.Protocol;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Xunit;

namespace FedPortal.Tests.Portal.Backup;

/// <summary>Backups of a small data directory on SQLite: what they hold, and what is refused.</summary>
public sealed class BackupFileTests : IAsyncLifetime
{
    private const string Passphrase = "correct horse battery";
    private static readonly PortalDatabase Database = PortalDatabase.Of((NpgsqlConnectionStringBuilder?)null);
    private readonly TemporaryFolder _folder = new();
    private readonly string _blob = Convert.ToHexStringLower(SHA256.HashData("a model"u8));

    private string Data => _folder.At("data");

    private string File => _folder.At("portal.backup");

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(Data);
        await using (FedPortalDbContext db = new DetachedDatabase(Database, Data).CreateDbContext())
        {
            await PortalDatabase.MigrateAsync(db, CancellationToken.None);
            db.Institutions.Add(new Institution("Northfield", "north", true, 0, TimeProvider.System.GetUtcNow()));
            db.AuditEntries.Add(new Audit.AuditEntry(TimeProvider.System.GetUtcNow(), "test", "portal", null, "Began."));
            await db.SaveChangesAsync();
        }

        Write($"blobs/{_blob[..2]}/{_blob}", "a model");
        Write("sites/north/policy.json", "{}");
        Write("keys/key.xml", "<key/>");
    }

    public ValueTask DisposeAsync()
    {
        SqliteConnection.ClearAllPools();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task WhatGoesInComesOut_AndNothingHalfDoneGoesIn()
    {
        Write("blobs/half.part", "half");
        Write("incoming/upload", "half");
        Write("sites/north/work/1/one-time.key", "secret");
        Write("backups/older", "older");
        Write("sites/north/ledgers/study.txt", "kept");

        await BackUpAsync(Passphrase);
        RestoredState state = (await RestoreAsync(Passphrase)).State;

        Assert.Empty(state.Problems);
        Assert.Equal((1, 1), (state.AuditEntries, Directory.GetFiles(_folder.At("new", "blobs"), "*", SearchOption.AllDirectories).Length));
        Assert.Equal("a model", Read($"new/blobs/{_blob[..2]}/{_blob}"));
        Assert.Equal("kept", Read("new/sites/north/ledgers/study.txt"));
        Assert.False(Directory.Exists(_folder.At("new", "sites", "north", "work")) || Directory.Exists(_folder.At("new", "incoming")) || Directory.Exists(_folder.At("new", "backups")));
        await using FedPortalDbContext db = new DetachedDatabase(Database, _folder.At("new")).CreateDbContext();
        Assert.Equal("Northfield", (await db.Institutions.SingleAsync()).Name);
        Assert.StartsWith("Restored from the backup of", (await db.AuditEntries.OrderBy(e => e.Sequence).LastAsync()).Action, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ABackup_WaitsForTheSchedulerThatHoldsItsFile()
    {
        await using var writer = new SqliteConnection($"Data Source={Path.Combine(Data, PortalDatabase.JobsFile)};Pooling=False");
        await writer.OpenAsync();
        await using SqliteCommand command = writer.CreateCommand();
        command.CommandText = "CREATE TABLE Held (Value TEXT); BEGIN EXCLUSIVE";
        await command.ExecuteNonQueryAsync();

        Task backup = Task.Run(() => BackUpAsync(Passphrase));
        await Task.WhenAny(backup, Task.Delay(300));
        Assert.False(backup.IsCompleted);
        command.CommandText = "COMMIT";
        await command.ExecuteNonQueryAsync();

        await backup;
    }

    [Fact]
    public async Task ADatabaseThatCannotBeRead_IsSaid_AndNothingIsLeft()
    {
        SqliteConnection.ClearAllPools();
        Write("portal.db", "This is no database.");

        BackupException refused = await Assert.ThrowsAsync<BackupException>(() => BackUpAsync(Passphrase));

        Assert.Contains("not a database", refused.Message, StringComparison.Ordinal);
        Assert.Equal([Data], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task ABackupIsNobodyElses_AndAnEncryptedOneShowsNothing()
    {
        await BackUpAsync(Passphrase);

        string content = Encoding.Latin1.GetString(await System.IO.File.ReadAllBytesAsync(File));
        Assert.DoesNotContain("Northfield", content, StringComparison.Ordinal);
        Assert.DoesNotContain("policy.json", content, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, UnixModes.Of(File));
        Assert.Equal([File], Directory.GetFileSystemEntries(_folder.Path).Where(entry => entry != Data));
        Assert.Contains("passphrase is needed", (await RefusalAsync(passphrase: null)).Message, StringComparison.Ordinal);
        Assert.Contains("not the backup's", (await RefusalAsync("another passphrase")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ABackupThatIsChangedOrCutAnywhere_IsRefusedWhole(bool isEncrypted)
    {
        string? passphrase = isEncrypted ? Passphrase : null;
        await BackUpAsync(passphrase);
        byte[] whole = await System.IO.File.ReadAllBytesAsync(File);
        int blobAt = isEncrypted ? whole.Length / 3 : Encoding.Latin1.GetString(whole).IndexOf("a model", StringComparison.Ordinal);

        byte[] changed = [.. whole];
        changed[blobAt] ^= 1;
        await System.IO.File.WriteAllBytesAsync(File, changed);
        await RefusalAsync(passphrase);
        foreach (int length in new[] { 0, 20, whole.Length / 2, whole.Length - (isEncrypted ? 1 : 4096) })
        {
            await System.IO.File.WriteAllBytesAsync(File, whole[..length]);
            await RefusalAsync(passphrase);
        }

        await System.IO.File.WriteAllBytesAsync(File, whole);
        Assert.Empty((await RestoreAsync(passphrase)).State.Problems);
    }

    [Theory]
    [InlineData("data/../outside")]
    [InlineData("/data/absolute")]
    [InlineData("elsewhere/file")]
    [InlineData("data//file")]
    public async Task ANameThatLeadsOutOfTheFolder_IsRefused(string name)
    {
        await using (FileStream file = System.IO.File.Create(File))
        await using (var tar = new TarWriter(file, TarEntryFormat.Pax))
        {
            using var content = new MemoryStream("x"u8.ToArray());
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = content });
            using var manifest = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(
                new BackupManifest(1, DateTimeOffset.UnixEpoch, "sqlite", [new BackupEntry(name, 1, Convert.ToHexStringLower(SHA256.HashData("x"u8)))]), ProtocolJson.Options));
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, "manifest.json") { DataStream = manifest });
        }

        Assert.Contains(name, (await RefusalAsync(null)).Message, StringComparison.Ordinal);
        Assert.False(System.IO.File.Exists(_folder.At("outside")));
    }

    [Fact]
    public async Task ARestoreOverwritesNothing_AndABackupNeither()
    {
        await BackUpAsync(null);
        Directory.CreateDirectory(_folder.At("new"));
        Write("../new/mine", "mine");

        BackupException refused = await Assert.ThrowsAsync<BackupException>(() => RestoreAsync(null));
        BackupException taken = await Assert.ThrowsAsync<BackupException>(() => BackUpAsync(null));

        Assert.Contains("new or empty folder", refused.Message, StringComparison.Ordinal);
        Assert.Contains("overwrites nothing", taken.Message, StringComparison.Ordinal);
        Assert.Equal("mine", Read("new/mine"));
    }

    [Fact]
    public async Task ATamperedLogIsRestored_ButSaid()
    {
        await using (FedPortalDbContext db = new DetachedDatabase(Database, Data).CreateDbContext())
        {
            await db.Database.ExecuteSqlRawAsync("UPDATE AuditEntries SET Action = 'nothing'");
        }

        await BackUpAsync(null);

        Assert.Contains("Audit log, entry 1", Assert.Single((await RestoreAsync(null)).State.Problems), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("backup")]
    [InlineData("restore", "file")]
    [InlineData("backup", "file", "--data-dir")]
    [InlineData("backup", "file", "--force")]
    public async Task WrongArguments_EndWithTwoAndTheUsage(params string[] args)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();

        int status = await BackupCommand.RunAsync(new ConfigurationBuilder().Build(), args, output, errors, TimeProvider.System, CancellationToken.None);

        Assert.Equal((2, ""), (status, output.ToString()));
        Assert.StartsWith("usage:", errors.ToString(), StringComparison.Ordinal);
    }

    private Task<BackupMade> BackUpAsync(string? passphrase) => new BackupWriter(Database, TimeProvider.System).WriteAsync(File, Data, passphrase, progress: null, CancellationToken.None);

    private Task<BackupRestored> RestoreAsync(string? passphrase) =>
        new BackupRestore(Database, TimeProvider.System).RunAsync(File, _folder.At("new"), passphrase, progress: null, CancellationToken.None);

    private async Task<BackupException> RefusalAsync(string? passphrase)
    {
        BackupException refused = await Assert.ThrowsAsync<BackupException>(() => RestoreAsync(passphrase));
        Assert.False(Directory.Exists(_folder.At("new")) || Directory.Exists(_folder.At("new.part")));
        return refused;
    }

    private void Write(string path, string content)
    {
        string place = Path.GetFullPath(Path.Combine(Data, path));
        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        System.IO.File.WriteAllText(place, content);
    }

    private string Read(string path) => System.IO.File.ReadAllText(Path.Combine(_folder.Path, path));
}
