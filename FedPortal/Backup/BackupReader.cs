using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text.Json;
using FedPortal.Data;
using FedPortal.Training.Protocol;

namespace FedPortal.Backup;

/// <summary>Unpacks a backup into an empty folder and checks every byte against the manifest.</summary>
internal static class BackupReader
{
    /// <summary>Where the copies of the database lie after unpacking, beside the data.</summary>
    public const string DatabaseFolder = ".database";

    /// <exception cref="BackupException">It is none, not whole, changed, or the passphrase is wrong.</exception>
    public static BackupManifest Unpack(string file, string? passphrase, string folder, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        try
        {
            using FileStream source = File.OpenRead(file);
            using Stream content = Opened(source, passphrase);
            return Unpack(content, folder, progress, cancellationToken);
        }
        catch (Exception bad) when (bad is IOException or InvalidDataException or FormatException or JsonException or UnauthorizedAccessException)
        {
            throw new BackupException($"{file} cannot be read as a backup: {bad.Message}", bad);
        }
    }

    private static Stream Opened(FileStream source, string? passphrase)
    {
        byte[] header = new byte[PassphraseKey.HeaderBytes];
        int got = source.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        if (PassphraseKey.IsHeader(header))
        {
            return got < header.Length ? throw new BackupException("The backup is cut off in its header.")
                : passphrase is null ? throw new BackupException("The backup is encrypted: its passphrase is needed.")
                : new SealedReader(source, PassphraseKey.Of(header, passphrase));
        }

        source.Position = 0;
        return source;
    }

    private static BackupManifest Unpack(Stream content, string folder, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        Dictionary<string, BackupEntry> found = new(StringComparer.Ordinal);
        using var tar = new TarReader(content, leaveOpen: true);
        while (tar.GetNextEntry() is { } entry)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (entry.Name == BackupManifest.FileName)
            {
                BackupManifest manifest = JsonSerializer.Deserialize<BackupManifest>(entry.DataStream ?? Stream.Null, ProtocolJson.Options) ?? throw new BackupException("The manifest is empty.");
                Compare(manifest, found);
                return tar.GetNextEntry() is { } more ? throw new BackupException($"{more.Name} comes after the manifest, which must be the last.") : manifest;
            }

            BackupEntry unpacked = Unpack(entry, folder);
            if (!found.TryAdd(unpacked.Name, unpacked))
            {
                throw new BackupException($"{unpacked.Name} is twice in the backup.");
            }

            progress?.Report(found.Count);
        }

        throw new BackupException("The backup is not whole: it has no manifest.");
    }

    private static BackupEntry Unpack(TarEntry entry, string folder)
    {
        string place = PlaceOf(entry, folder);
        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var target = new FileStream(place, options))
        {
            entry.DataStream?.CopyTo(target);
            target.Flush(flushToDisk: true);
        }

        using FileStream written = File.OpenRead(place);
        return new BackupEntry(entry.Name, written.Length, Convert.ToHexStringLower(SHA256.HashData(written)));
    }

    /// <summary>Inside the folder, whatever the name says.</summary>
    private static string PlaceOf(TarEntry entry, string folder)
    {
        bool isData = entry.Name.StartsWith(BackupManifest.DataFolder, StringComparison.Ordinal);
        bool isDatabase = entry.Name.StartsWith(BackupManifest.DatabaseFolder, StringComparison.Ordinal);
        bool isFile = entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile;
        bool isInside = !entry.Name.Contains('\\', StringComparison.Ordinal) && entry.Name.Split('/').All(part => part is not ("" or "." or ".."));
        return (isData || isDatabase) && isFile && isInside
            ? isData ? Path.Combine(folder, entry.Name[BackupManifest.DataFolder.Length..]) : Path.Combine(folder, DatabaseFolder, entry.Name[BackupManifest.DatabaseFolder.Length..])
            : throw new BackupException($"Expected files below data/ and database/ but the backup has '{entry.Name}'.");
    }

    private static void Compare(BackupManifest manifest, Dictionary<string, BackupEntry> found)
    {
        if (manifest.Version != BackupManifest.Newest)
        {
            throw new BackupException($"Expected a backup of version {BackupManifest.Newest} but got version {manifest.Version}.");
        }

        foreach (BackupEntry expected in manifest.Entries)
        {
            BackupEntry? got = found.GetValueOrDefault(expected.Name);
            if (got != expected)
            {
                throw new BackupException(got is null
                    ? $"{expected.Name} is missing from the backup."
                    : $"{expected.Name} was changed: expected {expected.Bytes} bytes with SHA-256 {expected.Sha256} but got {got.Bytes} with {got.Sha256}.");
            }

            if (expected.Name.StartsWith("data/blobs/", StringComparison.Ordinal) && Path.GetFileName(expected.Name) is { } hash && BlobStore.IsHash(hash) && hash != expected.Sha256)
            {
                throw new BackupException($"The blob {hash} was bad before it was backed up: its SHA-256 is {expected.Sha256}.");
            }
        }

        if (found.Count != manifest.Entries.Count)
        {
            throw new BackupException($"Expected {manifest.Entries.Count} files but the backup has {found.Count}.");
        }
    }
}
