using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Configuration.CommandLine;
using Npgsql;
using Quartz;

namespace FedPortal.Data;

/// <summary>
/// Where the portal keeps its records: SQLite files in the data directory, or, where a connection string is set, a PostgreSQL database that several portals
/// may share. The connection string comes from <c>ConnectionStrings:Portal</c> or from the file that <c>Portal:DatabaseFile</c> names; it is never logged.
/// </summary>
internal sealed class PortalDatabase
{
    public const string Setting = "ConnectionStrings:Portal";
    public const string FileSetting = "Portal:DatabaseFile";
    public const string RecordsFile = "portal.db";
    public const string JobsFile = "jobs.db";

    private const string Example = "Expected a PostgreSQL connection string such as Host=db;Database=fedportal;Username=fedportal.";
    private static readonly TimeSpan CheckIn = TimeSpan.FromSeconds(4);

    private PortalDatabase(NpgsqlConnectionStringBuilder? server) => Server = server;

    /// <summary>The PostgreSQL database, or null for SQLite.</summary>
    public NpgsqlConnectionStringBuilder? Server { get; }

    /// <summary>Whether other portals may use the same database at the same time.</summary>
    public bool IsShared => Server is not null;

    /// <summary>In words, without secrets.</summary>
    public string Description => Server is null ? "SQLite" : $"PostgreSQL database '{Server.Database}' on {Server.Host}";

    /// <exception cref="InvalidOperationException">The settings contradict each other or cannot be used; the message names the setting and not its value.</exception>
    public static PortalDatabase Of(IConfiguration configuration)
    {
        string? text = configuration[Setting];
        if (configuration[FileSetting] is { Length: > 0 } file)
        {
            text = string.IsNullOrWhiteSpace(text)
                ? FromFile(file)
                : throw new InvalidOperationException($"{Setting} and {FileSetting} are both set; expected one of them.");
        }
        else if (string.IsNullOrWhiteSpace(text))
        {
            return new PortalDatabase(null);
        }
        else if (IsOnCommandLine(configuration) && Parse(text, Setting).Password is { Length: > 0 })
        {
            throw new InvalidOperationException($"{Setting} with a password on the command line can be read by everybody on this machine. Set it in the environment, or name a file by {FileSetting}.");
        }

        return Of(Parse(text, Setting));
    }

    public static PortalDatabase Of(NpgsqlConnectionStringBuilder? server)
    {
        if (server is not null)
        {
            server.ApplicationName ??= "FedPortal";
            server.IncludeErrorDetail = false;
        }

        return new PortalDatabase(server);
    }

    /// <param name="root">The data directory.</param>
    public void Configure(DbContextOptionsBuilder options, string root)
    {
        // What a database refuses is thrown, and whoever did not expect it logs it. Two who write the same row at once are expected, and no error.
        options.ConfigureWarnings(events => events.Log((RelationalEventId.CommandError, LogLevel.Debug), (CoreEventId.SaveChangesFailed, LogLevel.Debug)));
        if (Server is not null)
        {
            options.UseNpgsql(Server.ConnectionString, npgsql => npgsql.UseQuerySplittingBehavior(QuerySplittingBehavior.SplitQuery));
            return;
        }

        // A study is long and has many seats: joined, it would be read once for each of them.
        options.UseSqlite(SqliteText(root, RecordsFile), sqlite => sqlite.UseQuerySplittingBehavior(QuerySplittingBehavior.SplitQuery)).AddInterceptors(new SqlitePragmas());
    }

    /// <summary>
    /// Jobs beside the records: in files of their own under SQLite, because the scheduler's many small writes must not wait for the portal's, nor the other way
    /// round; under PostgreSQL in tables of the same database, where the portals watch each other and take a dead one's jobs over.
    /// </summary>
    public void Configure(IPersistentStoreBuilder jobs, string root)
    {
        if (Server is null)
        {
            jobs.UseSqlite(SqliteFactory.Instance, $"Data Source={Path.Combine(root, JobsFile)}");
            return;
        }

        jobs.UsePostgres(NpgsqlFactory.Instance, Server.ConnectionString);
        jobs.UseClustering(cluster =>
        {
            cluster.CheckinInterval = CheckIn;
            cluster.CheckinMisfireThreshold = 2 * CheckIn; // a portal whose machine is busy for a moment is not dead
        });
    }

    /// <summary>Brings the tables up to date.</summary>
    public static async Task MigrateAsync(FedPortalDbContext db, CancellationToken cancellationToken)
    {
        if (!db.Database.IsNpgsql())
        {
            await db.Database.MigrateAsync(cancellationToken);
            return;
        }

        await using PostgresMigrations migrations = PostgresMigrations.On(db);
        await migrations.Database.MigrateAsync(cancellationToken);
    }

    internal static string SqliteText(string root, string file) => new SqliteConnectionStringBuilder
    {
        DataSource = Path.Combine(root, file),
        DefaultTimeout = 15,
    }.ToString();

    private static string FromFile(string file)
    {
        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException($"{FileSetting}: {unreadable.Message}", unreadable);
        }
    }

    private static bool IsOnCommandLine(IConfiguration configuration) =>
        configuration is IConfigurationRoot root && root.Providers.OfType<CommandLineConfigurationProvider>().Any(provider => provider.TryGet(Setting, out _));

    private static NpgsqlConnectionStringBuilder Parse(string text, string setting)
    {
        try
        {
            var server = new NpgsqlConnectionStringBuilder(text);
            return server is { Host.Length: > 0, Database.Length: > 0 } ? server : throw new InvalidOperationException($"{setting} names no host or no database. {Example}");
        }
        catch (Exception bad) when (bad is ArgumentException or FormatException)
        {
            // Without the cause: its message may repeat a part of the text.
            throw new InvalidOperationException($"{setting} cannot be read. {Example}");
        }
    }
}
