using System.Collections;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using FedPortal.Data;
using FedPortal.Training.Processes;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace FedPortal.Backup;

/// <summary>
/// Copies a database as it stands at one moment, while portals go on writing: SQLite by its online backup, PostgreSQL by <c>pg_dump</c> and <c>pg_restore</c>, whose password travels
/// in the environment.
/// </summary>
internal static class DatabaseCopy
{
    /// <returns>The files that were made in <paramref name="folder"/>.</returns>
    public static async Task<IReadOnlyList<string>> TakeAsync(PortalDatabase database, string root, string folder, CancellationToken cancellationToken)
    {
        if (database.Server is { } server)
        {
            string dump = Path.Combine(folder, BackupManifest.PostgresDump);
            await RunAsync(server, "pg_dump", ["--format=custom", "--no-owner", "--no-privileges", "--no-password", $"--file={dump}"], cancellationToken);
            return [dump];
        }

        string[] files = [PortalDatabase.RecordsFile, PortalDatabase.JobsFile];
        if (!File.Exists(Path.Combine(root, files[0])))
        {
            throw new BackupException($"There is no {files[0]} in {root}: no portal has used this data directory.");
        }

        List<string> copies = [];
        foreach (string file in files.Where(file => File.Exists(Path.Combine(root, file))))
        {
            cancellationToken.ThrowIfCancellationRequested();
            string copy = Path.Combine(folder, file);
            using SqliteConnection source = Open(Path.Combine(root, file), SqliteOpenMode.ReadWrite);
            using SqliteConnection target = Open(copy, SqliteOpenMode.ReadWriteCreate);
            source.BackupDatabase(target);
            copies.Add(copy);
        }

        return copies;
    }

    /// <summary>Fails where there is something that a restore would have to overwrite.</summary>
    public static async Task RequireEmptyAsync(NpgsqlConnectionStringBuilder server, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using NpgsqlCommand count = new("SELECT count(*) FROM information_schema.tables WHERE table_schema NOT IN ('pg_catalog', 'information_schema')", connection);
        long tables = (long)(await count.ExecuteScalarAsync(cancellationToken))!;
        if (tables > 0)
        {
            throw new BackupException($"Expected an empty database but '{server.Database}' has {tables} tables. Make a new one, or empty this one, first.");
        }
    }

    /// <summary>Restores all tables, or none.</summary>
    public static Task RestoreAsync(NpgsqlConnectionStringBuilder server, string dump, CancellationToken cancellationToken) =>
        RunAsync(server, "pg_restore", ["--no-owner", "--no-privileges", "--no-password", "--single-transaction", "--exit-on-error", $"--dbname={server.Database}", dump], cancellationToken);

    private static SqliteConnection Open(string path, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false, DefaultTimeout = 60 }.ToString());
        connection.Open();
        // The timeout of commands is not the backup's: without this it gives up at the first lock that a writer holds.
        using SqliteCommand wait = connection.CreateCommand();
        wait.CommandText = "PRAGMA busy_timeout=60000";
        wait.ExecuteNonQuery();
        return connection;
    }

    private static async Task RunAsync(NpgsqlConnectionStringBuilder server, string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        ProcessStartInfo start = ChildProgram.Of(program, arguments, pipes: ChildPipes.Errors);
        foreach ((string name, string? value) in Inherited().Concat(EnvironmentOf(server)))
        {
            if (value is { Length: > 0 })
            {
                start.Environment[name] = value;
            }
        }

        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Win32Exception missing)
        {
            throw new BackupException($"{program} could not be started: {missing.Message}. It is in Debian's postgresql-client and must not be older than the server.", missing);
        }

        try
        {
            string errors = await process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            if (process.ExitCode != 0)
            {
                throw new BackupException($"{program} ended with code {process.ExitCode}: {errors.Trim()}");
            }
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    // PostgreSQL's own variables of the portal: its driver reads them too, so its tools need the same.
    private static IEnumerable<(string Name, string? Value)> Inherited() => Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .Select(pair => ((string)pair.Key, (string?)pair.Value)).Where(pair => pair.Item1.StartsWith("PG", StringComparison.Ordinal));

    private static IEnumerable<(string Name, string? Value)> EnvironmentOf(NpgsqlConnectionStringBuilder server) =>
    [
        ("PGHOST", server.Host),
        ("PGPORT", server.Port.ToString(CultureInfo.InvariantCulture)),
        ("PGDATABASE", server.Database),
        ("PGUSER", server.Username),
        ("PGPASSWORD", server.Password),
        ("PGPASSFILE", server.Passfile),
        ("PGSSLROOTCERT", server.RootCertificate),
        ("PGSSLMODE", server.SslMode switch
        {
            SslMode.VerifyCA => "verify-ca",
            SslMode.VerifyFull => "verify-full",
            SslMode other => other.ToString().ToLowerInvariant(),
        }),
    ];
}
