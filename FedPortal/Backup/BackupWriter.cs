using System.Data.Common;
using System.Formats.Tar;
using System.Text.Json;
using FedPortal.Data;
using FedPortal.Training.Protocol;

namespace FedPortal.Backup;

/// <summary>What a backup became.</summary>
internal sealed record BackupMade(string File, long Bytes, int Entries, string Database, bool IsEncrypted, DateTimeOffset CreatedAt);

/// <summary>
/// Writes a backup: a tar of the database, the files of the data directory and a manifest with the SHA-256 of each; with a passphrase, encrypted. The database is copied first: a blob is
/// stored before a row names it, and a site writes its ledger before the portal copies it, so files that are copied later hold everything that the rows speak of.
/// </summary>
internal sealed class BackupWriter(PortalDatabase database, TimeProvider clock)
{
    /// <param name="file">Takes its name only when it is whole; until then it is <c>FILE.part</c>.</param>
    /// <param name="root">The data directory.</param>
    /// <param name="passphrase">Null for a backup that anybody who has it can read.</param>
    /// <param name="progress">Told the number of files done and of all.</param>
    /// <exception cref="BackupException">It could not be made; nothing is left.</exception>
    public async Task<BackupMade> WriteAsync(string file, string root, string? passphrase, IProgress<(int Done, int All)>? progress, CancellationToken cancellationToken)
    {
        if (File.Exists(file))
        {
            throw new BackupException($"{file} exists already; a backup overwrites nothing.");
        }

        if (!Directory.Exists(root))
        {
            throw new BackupException($"There is no data directory {root}.");
        }

        string part = $"{file}.part";
        string copies = $"{file}.database.part";
        try
        {
            File.Delete(part);
            MakePrivate(copies);
            DateTimeOffset now = clock.GetUtcNow();
            IReadOnlyList<string> databases = await DatabaseCopy.TakeAsync(database, root, copies, cancellationToken);
            (int entries, long bytes) = WriteArchive(part, root, databases, now, passphrase, progress, cancellationToken);
            File.Move(part, file);
            return new BackupMade(file, bytes, entries, BackupManifest.KindOf(database), passphrase is not null, now);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or DbException)
        {
            throw new BackupException(failure.Message, failure);
        }
        finally
        {
            File.Delete(part);
            if (Directory.Exists(copies))
            {
                Directory.Delete(copies, recursive: true);
            }
        }
    }

    internal static void MakePrivate(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
            return;
        }

        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private (int Entries, long Bytes) WriteArchive(
        string part, string root, IReadOnlyList<string> databases, DateTimeOffset now, string? passphrase, IProgress<(int Done, int All)>? progress, CancellationToken cancellationToken)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 1 << 17 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var target = new FileStream(part, options);
        using SealedWriter? seal = passphrase is null ? null : new SealedWriter(target, PassphraseKey.New(passphrase));
        int entries;
        using (var tar = new TarWriter((Stream?)seal ?? target, TarEntryFormat.Pax, leaveOpen: true))
        {
            entries = WriteEntries(tar, root, databases, now, progress, cancellationToken);
        }

        seal?.Complete();
        target.Flush(flushToDisk: true);
        return (entries, target.Length);
    }

    private int WriteEntries(TarWriter tar, string root, IReadOnlyList<string> databases, DateTimeOffset now, IProgress<(int Done, int All)>? progress, CancellationToken cancellationToken)
    {
        List<BackupEntry> entries = [];
        foreach (string copy in databases)
        {
            using var content = new HashedFile(copy);
            entries.Add(Write(tar, BackupManifest.DatabaseFolder + Path.GetFileName(copy), content, now));
        }

        IReadOnlyList<string> files = DataFiles.Of(root);
        foreach ((int index, string path) in files.Index())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TryOpen(Path.Combine(root, path), path) is { } content)
            {
                using (content)
                {
                    entries.Add(Write(tar, BackupManifest.DataFolder + path, content, now));
                }
            }

            progress?.Report((index + 1, files.Count));
        }

        var manifest = new BackupManifest(BackupManifest.Newest, now, BackupManifest.KindOf(database), entries);
        using var text = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(manifest, ProtocolJson.Options));
        tar.WriteEntry(EntryOf(BackupManifest.FileName, text, now));
        return entries.Count;
    }

    /// <returns>Null for a file that somebody deleted since the folder was listed: a running portal clears up.</returns>
    private static HashedFile? TryOpen(string path, string name)
    {
        try
        {
            return new HashedFile(path, DataFiles.LengthOf(name));
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private static BackupEntry Write(TarWriter tar, string name, HashedFile content, DateTimeOffset now)
    {
        tar.WriteEntry(EntryOf(name, content, now));
        return new BackupEntry(name, content.Length, content.Conclude());
    }

    private static PaxTarEntry EntryOf(string name, Stream content, DateTimeOffset now) =>
        new(TarEntryType.RegularFile, name) { DataStream = content, ModificationTime = now, Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite };
}
