using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using FedPortal.Data;
using FedPortal.Jobs;
using FedPortal.Studies;
using FedPortal.Tests.Site;
using FedPortal.Tests.Support;
using FedPortal.Training.Datasets.Phantoms;
using FedPortal.Training.Imaging;
using FedPortal.Training.Learning;
using FedPortal.Training.Native;
using FedPortal.Training.Protocol;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace FedPortal.Tests.EndToEnd;

/// <summary>A real portal with a tiny study, as a process that dies at fault points and is started again on the same data.</summary>
internal sealed class PortalProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    private readonly TemporaryFolder _folder = new();
    private readonly StringBuilder _log = new();
    private readonly int _port = Loopback.FreePort();
    private readonly Dictionary<string, string> _settings;
    private Process? _running;

    /// <param name="leaseSeconds">
    /// Longer than a site program needs to start on a crowded machine, so that none counts as silent. A short one is for portals that die while their sites go on: of a site
    /// that dies later, its new portal learns by its silence only.
    /// </param>
    public PortalProcess(string stopAt, bool once, int maxAttempts, int quorum = 2, ConsortiumPlan? plan = null, int leaseSeconds = 120, bool hasStudy = true)
    {
        NativeFiles.Find("libfedtorch.so");
        Directory.CreateDirectory(_folder.At("marks"));
        File.WriteAllText(_folder.At("plan.json"), JsonSerializer.Serialize(plan ?? TinyPlan("Kill test", images: 30, quorum), ProtocolJson.Options));
        _settings = new Dictionary<string, string>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{_port.ToString(CultureInfo.InvariantCulture)}",
            ["Portal__DataDirectory"] = DataDirectory,
            ["Portal__PlanFile"] = hasStudy ? _folder.At("plan.json") : "",
            ["Portal__LeaseSeconds"] = leaseSeconds.ToString(CultureInfo.InvariantCulture),
            ["Portal__RetrySeconds"] = "0.2",
            ["Portal__MaxAttempts"] = maxAttempts.ToString(CultureInfo.InvariantCulture),
            ["FEDPORTAL_STOP_AT"] = stopAt,
            ["FEDPORTAL_STOP_ONCE"] = once ? _folder.At("marks") : "",
            [PortalDatabase.Setting.Replace(":", "__", StringComparison.Ordinal)] = TestDatabase.ConnectionString(DataDirectory) ?? "",
        };
    }

    /// <summary>A portal as somebody sets it up: an empty data directory, no study, and these settings beside the usual ones.</summary>
    public PortalProcess(IReadOnlyDictionary<string, string> settings)
        : this(stopAt: "", once: false, maxAttempts: 2, hasStudy: false)
    {
        foreach ((string name, string value) in settings)
        {
            _settings[name] = value;
        }
    }

    public string DataDirectory => _folder.At("data");

    public Uri Address => new(_settings["ASPNETCORE_URLS"]);

    /// <summary>How often the portal was started.</summary>
    public int Lives { get; private set; }

    public string Log
    {
        get
        {
            lock (_log)
            {
                return _log.ToString();
            }
        }
    }

    /// <summary>The points at which some process has died.</summary>
    public IReadOnlyList<string> Deaths => [.. Directory.GetFiles(_folder.At("marks")).Select(Path.GetFileName).OfType<string>().Order(StringComparer.Ordinal)];

    /// <summary>Keeps a portal running until the study has ended; each time it dies it is started again.</summary>
    /// <param name="killSites">Whether its site programs die with it.</param>
    public Task RunToTheEndAsync(bool killSites) => RunUntilAsync(() => StudyState is Studies.StudyState.Completed or Studies.StudyState.Failed, killSites);

    /// <summary>The same until something else holds.</summary>
    public async Task RunUntilAsync(Func<bool> isOver, bool killSites)
    {
        long started = Stopwatch.GetTimestamp();
        while (!isOver())
        {
            using Process portal = Start();
            try
            {
                while (!portal.HasExited && !isOver())
                {
                    Assert.True(Stopwatch.GetElapsedTime(started) < Patience, $"It did not end.{Environment.NewLine}{Log}");
                    await Task.Delay(200);
                }
            }
            finally
            {
                await SiteProgram.EndAsync(portal);
            }

            if (killSites)
            {
                await KillSitesAsync();
            }
        }
    }

    /// <summary>Starts the portal and waits until it answers; it runs until this is disposed.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _running = Start();
        using var client = new HttpClient { BaseAddress = Address };
        for (long started = Stopwatch.GetTimestamp(); ; await Task.Delay(100, cancellationToken))
        {
            Assert.False(_running.HasExited || Stopwatch.GetElapsedTime(started) > Patience, $"The portal did not start.{Environment.NewLine}{Log}");
            try
            {
                using HttpResponseMessage answer = await client.GetAsync("/account/sign-in", cancellationToken);
                answer.EnsureSuccessStatusCode();
                return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
        }
    }

    public StudyState? StudyState => Read<string>("SELECT State FROM Studies") is { } state ? Enum.Parse<StudyState>(state) : null;

    /// <summary>The first column of the first row, or null.</summary>
    public T? Read<T>(string sql)
        where T : class => ReadAll<T>(sql) is [var first, ..] ? first : null;

    /// <summary>The first column of all rows; nothing before the portal has made its tables.</summary>
    public IReadOnlyList<T> ReadAll<T>(string sql)
        where T : class
    {
        if (!TestDatabase.IsPostgres && !File.Exists(Path.Combine(DataDirectory, PortalDatabase.RecordsFile)))
        {
            return [];
        }

        using FedPortalDbContext db = TestDatabase.Open(DataDirectory);
        db.Database.OpenConnection();
        using DbCommand command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = TestDatabase.Sql(sql);
        try
        {
            using DbDataReader reader = command.ExecuteReader();
            List<T> values = [];
            while (reader.Read())
            {
                Assert.False(reader.IsDBNull(0), $"There is no value: {sql}");
                object value = reader.GetValue(0);
                values.Add((T)(typeof(T) == typeof(string) ? Convert.ToString(value, CultureInfo.InvariantCulture)! : value));
            }

            return values;
        }
        catch (SqliteException missing) when (missing.Message.Contains("no such table", StringComparison.Ordinal))
        {
            return [];
        }
    }

    /// <summary>Changes the database while no portal runs.</summary>
    public void Write(string sql)
    {
        using FedPortalDbContext db = TestDatabase.Open(DataDirectory);
        db.Database.ExecuteSqlRaw(TestDatabase.Sql(sql));
    }

    public void Dispose()
    {
        if (_running is { HasExited: false })
        {
            _running.Kill(entireProcessTree: true);
        }

        _running?.Dispose();
        _ = KillSites();
        TestDatabase.Forget(DataDirectory);
        _folder.Dispose();
    }

    /// <summary>Two institutions, 32 pixels, one round of one epoch.</summary>
    public static ConsortiumPlan TinyPlan(string name, int images, int quorum) => new()
    {
        Phantoms = new PhantomConsortiumOptions { ImageCount = images, InstitutionCount = 2, HoldoutCount = 6, Size = 32 },
        Design = new StudyDesign
        {
            Strategy = FederatedStrategy.PlainFedAvg,
            Name = name,
            Question = "Does it come back?",
            Classes = PhantomConsortium.Classes,
            Preprocessing = PreprocessingPipeline.Plain(32),
            Training = new TrainingPlan { Epochs = 1 },
            Rounds = 1,
            Quorum = quorum,
        },
    };

    /// <summary>Starts one more portal on the same data and database.</summary>
    /// <param name="port">Where it listens.</param>
    /// <param name="siteAddress">Where site programs reach the portals.</param>
    public Process Start(int port, Uri siteAddress)
    {
        _settings["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}";
        _settings["Portal__SiteUrl"] = siteAddress.ToString();
        return Start();
    }

    private Process Start()
    {
        Lives++;
        var start = new ProcessStartInfo(Path.Combine(SharedData.Root, "FedPortal", "bin", "Release", "net10.0", "FedPortal"))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.Combine(SharedData.Root, "FedPortal"),
        };
        foreach ((string name, string value) in _settings)
        {
            start.Environment[name] = value;
        }

        var portal = new Process { StartInfo = start };
        portal.OutputDataReceived += (_, line) => Note(line.Data);
        portal.ErrorDataReceived += (_, line) => Note(line.Data);
        portal.Start();
        portal.BeginOutputReadLine();
        portal.BeginErrorReadLine();
        return portal;
    }

    private void Note(string? line)
    {
        lock (_log)
        {
            _log.AppendLine(line);
        }
    }

    private async Task KillSitesAsync()
    {
        int[] killed = KillSites();
        Assert.True(await SiteProgram.AllEndAsync(killed), $"Of the site programs {string.Join(", ", killed)} some still run long after they were killed.");
    }

    // A site program writes its process id beside the lock it holds.
    private int[] KillSites()
    {
        List<int> killed = [];
        string sites = Path.Combine(DataDirectory, "sites");
        foreach (string file in Directory.Exists(sites) ? Directory.GetFiles(sites, "process", SearchOption.AllDirectories) : [])
        {
            try
            {
                using var site = Process.GetProcessById(int.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture));

                // Numbers of processes come again: it may be another test's by now.
                if (File.ReadAllText($"/proc/{site.Id}/cmdline").Contains(DataDirectory, StringComparison.Ordinal))
                {
                    site.Kill();
                    killed.Add(site.Id);
                }
            }
            catch (Exception gone) when (gone is ArgumentException or InvalidOperationException or IOException or FormatException)
            {
                Note($"A site program had ended already: {gone.Message}");
            }
        }

        return [.. killed];
    }
}
