using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using FedPortal.Data;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Xunit;

namespace FedPortal.Tests.Support;

/// <summary>
/// The database of a portal under test: SQLite in its data directory, or, where <c>FEDPORTAL_TEST_DATABASE</c> holds a connection string of a PostgreSQL server (whose user may
/// make databases), a fresh database there for every data directory, copied from one that was migrated once.
/// </summary>
internal static partial class TestDatabase
{
    public const string Variable = "FEDPORTAL_TEST_DATABASE";

    private static readonly string? Server = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } set ? set : null;
    private static readonly ServiceProvider Services = new ServiceCollection()
        .Configure<IdentityOptions>(identity => identity.Stores.SchemaVersion = IdentitySchemaVersions.Version3).BuildServiceProvider();

    private static readonly Lazy<string> Template = new(MakeTemplate);
    private static readonly ConcurrentDictionary<string, Lazy<NpgsqlConnectionStringBuilder>> Databases = new();

    public static bool IsPostgres => Server is not null;

    /// <summary>Skips a test that two portals on one database need.</summary>
    public static void RequirePostgres() => Assert.SkipUnless(IsPostgres, $"It needs PostgreSQL: ./fedportal test starts one and sets {Variable}.");

    /// <summary>The database of a portal with this data directory; made at the first call.</summary>
    public static PortalDatabase Of(string root) => PortalDatabase.Of(IsPostgres ? Databases.GetOrAdd(root, _ => new(Make)).Value : null);

    /// <summary>The portal's setting for it, or null for SQLite.</summary>
    public static string? ConnectionString(string root) => Of(root).Server?.ConnectionString;

    /// <summary>Drops what was made for this data directory.</summary>
    public static void Forget(string root)
    {
        if (Databases.TryRemove(root, out Lazy<NpgsqlConnectionStringBuilder>? made) && made.IsValueCreated)
        {
            using var connection = new NpgsqlConnection(made.Value.ConnectionString);
            NpgsqlConnection.ClearPool(connection);
            string drop = $"DROP DATABASE IF EXISTS \"{made.Value.Database}\" WITH (FORCE)";

            // On a crowded machine a connection that was told to end may take longer than the server waits for it.
            if (!SpinWait.SpinUntil(() => TryExecute(drop), TimeSpan.FromMinutes(2)))
            {
                Execute(drop);
            }
        }
    }

    /// <summary>Leaves nothing in it, not even tables: under PostgreSQL only, where a data directory's files are not all.</summary>
    public static void Wipe(string root)
    {
        if (IsPostgres)
        {
            using FedPortalDbContext db = Open(root);
            db.Database.ExecuteSqlRaw("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        }
    }

    /// <summary>Opens it without a portal.</summary>
    public static FedPortalDbContext Open(string root) => new(Options(database =>
    {
        if (IsPostgres)
        {
            Of(root).Configure(database, root);
            return;
        }

        // Without a pool: a folder that is deleted must not stay open.
        database.UseSqlite($"{PortalDatabase.SqliteText(root, PortalDatabase.RecordsFile)};Pooling=False").AddInterceptors(new SqlitePragmas());
    }));

    /// <summary>The same SQL for both: under PostgreSQL our names, which are in mixed case, need quotes.</summary>
    public static string Sql(string text) => !IsPostgres ? text : string.Join('\'', text.Split('\'').Select((part, at) => at % 2 == 1 ? part : MixedCase().Replace(part, "\"$0\"")));

    /// <summary>Everything that is stored, as text to search in.</summary>
    public static async Task<string> ContentAsync(string root)
    {
        if (!IsPostgres)
        {
            return string.Concat(Directory.GetFiles(root, "portal.db*").Select(file => Encoding.Latin1.GetString(ReadShared(file))));
        }

        await using FedPortalDbContext db = Open(root);
        StringBuilder content = new();
        List<string> tables = await db.Database.SqlQuery<string>($"SELECT table_name::text AS \"Value\" FROM information_schema.tables WHERE table_schema = 'public'").ToListAsync();
        foreach (string table in tables)
        {
            string rows = $"SELECT row_to_json(t)::text AS \"Value\" FROM \"{table}\" t";
            content.AppendJoin('\n', await db.Database.SqlQueryRaw<string>(rows).ToListAsync());
        }

        return content.ToString();
    }

    public static DbContextOptions<FedPortalDbContext> Options(Action<DbContextOptionsBuilder> database)
    {
        var options = new DbContextOptionsBuilder<FedPortalDbContext>();
        options.UseApplicationServiceProvider(Services);
        database(options);
        return options.Options;
    }

    private static byte[] ReadShared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        byte[] content = new byte[file.Length];
        file.ReadExactly(content);
        return content;
    }

    private static NpgsqlConnectionStringBuilder Make()
    {
        string name = $"fedportal_{Guid.NewGuid():N}";
        Execute($"CREATE DATABASE \"{name}\" TEMPLATE \"{Template.Value}\"");
        return At(name);
    }

    private static string MakeTemplate()
    {
        string name = $"fedportal_template_{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}";
        Execute($"DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE)");
        Execute($"CREATE DATABASE \"{name}\"");
        NpgsqlConnectionStringBuilder place = At(name);
        place.Pooling = false; // a template that is copied must have no connection
        using var db = new PostgresMigrations(Options(database => PortalDatabase.Of(place).Configure(database, "")));
        db.Database.Migrate();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Execute($"DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE)");
        return name;
    }

    // Few idle connections: hundreds of databases share one server. Much patience: so do the tests share a machine.
    private static NpgsqlConnectionStringBuilder At(string database) =>
        new(Server) { Database = database, ConnectionIdleLifetime = 3, ConnectionPruningInterval = 1, Timeout = 60, CommandTimeout = 120 };

    private static bool TryExecute(string sql)
    {
        try
        {
            Execute(sql);
            return true;
        }
        catch (PostgresException inUse) when (inUse.SqlState == PostgresErrorCodes.ObjectInUse)
        {
            return false;
        }
    }

    private static void Execute(string sql)
    {
        using var connection = new NpgsqlConnection(At("postgres").ConnectionString);
        connection.Open();
        using NpgsqlCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = 120;
        command.ExecuteNonQuery();
    }

    [GeneratedRegex("[A-Z][A-Za-z]*[a-z][A-Za-z]*")]
    private static partial Regex MixedCase();
}
