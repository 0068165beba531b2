namespace FedPortal.Backup;

/// <summary>One file in a backup.</summary>
/// <param name="Name">Below <c>data/</c> or <c>database/</c>.</param>
/// <param name="Sha256">Lower-case hex.</param>
internal sealed record BackupEntry(string Name, long Bytes, string Sha256);

/// <summary>What a backup holds. It is the last file in it: a backup without one is not whole.</summary>
/// <param name="Database">"sqlite" or "postgres": a backup is restored into the kind it was taken from.</param>
internal sealed record BackupManifest(int Version, DateTimeOffset CreatedAt, string Database, IReadOnlyList<BackupEntry> Entries)
{
    public const int Newest = 1;
    public const string FileName = "manifest.json";
    public const string DataFolder = "data/";
    public const string DatabaseFolder = "database/";
    public const string Sqlite = "sqlite";
    public const string Postgres = "postgres";
    public const string PostgresDump = "portal.dump";

    public static string KindOf(Data.PortalDatabase database) => database.IsShared ? Postgres : Sqlite;
}
