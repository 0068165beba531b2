using FedPortal.Data;
using Microsoft.Data.Sqlite;

namespace FedPortal.Backup;

/// <summary>What a restore brought back.</summary>
internal sealed record BackupRestored(string DataDirectory, int Files, string Database, DateTimeOffset CreatedAt, RestoredState State);

/// <summary>Restores a backup beside the place where it shall be, checks it there, and renames it: a data directory that is there is whole.</summary>
internal sealed class BackupRestore(PortalDatabase database, TimeProvider clock)
{
    /// <param name="root">The new data directory: absent or empty.</param>
    /// <exception cref="BackupException">It could not be restored; the data directory is as it was.</exception>
    public async Task<BackupRestored> RunAsync(string file, string root, string? passphrase, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        if (Directory.Exists(root) && Directory.EnumerateFileSystemEntries(root).Any())
        {
            throw new BackupException($"Expected a new or empty folder but {root} has files. A restore overwrites nothing.");
        }

        if (database.Server is { } server)
        {
            await DatabaseCopy.RequireEmptyAsync(server, cancellationToken);
        }

        string part = $"{root}.part";
        BackupWriter.MakePrivate(part);
        try
        {
            BackupManifest manifest = BackupReader.Unpack(file, passphrase, part, progress, cancellationToken);
            await PlaceDatabaseAsync(manifest, part, cancellationToken);
            RestoredState state = await new RestoredPortal(new DetachedDatabase(database, part), part, clock).PrepareAsync(manifest.CreatedAt, cancellationToken);
            SqliteConnection.ClearAllPools();
            if (Directory.Exists(root))
            {
                Directory.Delete(root);
            }

            Directory.Move(part, root);
            return new BackupRestored(root, manifest.Entries.Count, manifest.Database, manifest.CreatedAt, state);
        }
        catch (IOException failure)
        {
            throw new BackupException(failure.Message, failure);
        }
        finally
        {
            if (Directory.Exists(part))
            {
                SqliteConnection.ClearAllPools();
                Directory.Delete(part, recursive: true);
            }
        }
    }

    private async Task PlaceDatabaseAsync(BackupManifest manifest, string part, CancellationToken cancellationToken)
    {
        string wanted = BackupManifest.KindOf(database);
        if (manifest.Database != wanted)
        {
            throw new BackupException($"The backup was taken from {manifest.Database}, but this portal is set to {wanted}: {PortalDatabase.Setting} decides.");
        }

        string copies = Path.Combine(part, BackupReader.DatabaseFolder);
        if (!Directory.Exists(copies))
        {
            throw new BackupException("The backup has no database.");
        }

        if (database.Server is { } server)
        {
            await DatabaseCopy.RestoreAsync(server, Path.Combine(copies, BackupManifest.PostgresDump), cancellationToken);
        }
        else
        {
            foreach (string copy in Directory.GetFiles(copies))
            {
                File.Move(copy, Path.Combine(part, Path.GetFileName(copy)));
            }
        }

        Directory.Delete(copies, recursive: true);
    }
}
