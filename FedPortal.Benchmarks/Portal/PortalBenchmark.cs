using System.Globalization;

namespace FedPortal.Benchmarks.Portal;

/// <summary>How fast the pages answer when a consortium has a long past: whole answers over HTTP, rendered on the server, one after the other.</summary>
internal static class PortalBenchmark
{
    private const int WarmUps = 8;
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(3);

    /// <param name="options">
    /// <c>--rounds N</c> (1000), <c>--institutions N</c> (20), <c>--requests N</c> for each page (100), <c>--slow</c> for the reports that recompute whole ledgers as well,
    /// <c>--data FOLDER</c> to keep the portal's data there and to measure on it again the next time, <c>--json</c>.
    /// </param>
    /// <param name="output">Where the figures go.</param>
    /// <param name="cancellationToken">Ends the portal and removes its data.</param>
    public static async Task RunAsync(string[] options, TextWriter output, CancellationToken cancellationToken)
    {
        int rounds = Number(options, "--rounds", 1000);
        int institutions = Number(options, "--institutions", 20);
        int requests = Number(options, "--requests", 100);
        var table = new FigureTable(output, options.Contains("--json"));
        string? kept = options.Contains("--data") ? Directory.CreateDirectory(options[Array.IndexOf(options, "--data") + 1]).FullName : null;
        string folder = kept ?? Directory.CreateTempSubdirectory("fedportal-bench-").FullName;
        try
        {
            var history = new PortalHistory(rounds, institutions);
            string database = Path.Combine(folder, "portal.db");
            await history.WriteOrFindAsync(database, cancellationToken);
            table.Note($"{rounds} rounds of {institutions} institutions in one study with ledgers of {rounds} rows; the database has {new FileInfo(database).Length / 1e6:0} MB.");
            table.Note($"{requests} answers of each page, one after the other, whole page over HTTP on the loopback interface; milliseconds. \"cpu ms\" is the portal's processor time for an answer, on all cores, which another program's load hardly changes.");
            using PortalUnderTest portal = await PortalUnderTest.StartAsync(folder, cancellationToken);
            using HttpClient coordinator = await portal.SignInAsync(PortalHistory.CoordinatorEmail, cancellationToken);
            using HttpClient auditor = await portal.SignInAsync(PortalHistory.AuditorEmail, cancellationToken);
            table.Note($"Load average of the machine before: {Load()}; {Environment.ProcessorCount} cores. The portal at rest takes {await RestAsync(portal, cancellationToken):0.0} ms of processor time a second.");
            foreach ((string name, string path, HttpClient reader) in Pages(history, portal.Http, coordinator, auditor))
            {
                await MeasureAsync(portal, table, name, path, reader, requests, cancellationToken);
            }

            if (options.Contains("--slow"))
            {
                await MeasureAsync(portal, table, "report of one institution", $"/privacy/institutions/{history.InstitutionId}", portal.Http, Math.Min(requests, 5), cancellationToken);
                await MeasureAsync(portal, table, "report of the study", $"/privacy/studies/{history.StudyId}", portal.Http, 1, cancellationToken);
            }

            table.Note($"Load average of the machine after: {Load()}.");
            table.Finish();
        }
        finally
        {
            if (kept is null)
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private static (string Name, string Path, HttpClient Reader)[] Pages(PortalHistory history, HttpClient admin, HttpClient coordinator, HttpClient auditor) =>
    [
        ("dashboard, admin", "/", admin),
        ("dashboard, coordinator", "/", coordinator),
        ("dashboard, auditor", "/", auditor),
        ("studies", "/studies", admin),
        ("study", $"/studies/{history.StudyId}", admin),
        ("study, coordinator", $"/studies/{history.StudyId}", coordinator),
        ("rounds, newest", "/rounds", admin),
        ("rounds, page 20 by number", "/rounds?sort=Number&page=20", admin),
        ("rounds, one state", "/rounds?state=Completed", admin),
        ("round", $"/rounds/{history.LastRoundId}", admin),
        ("round, coordinator", $"/rounds/{history.LastRoundId}", coordinator),
        ("privacy", "/privacy", admin),
        ("audit log", "/audit", admin),
        ("audit log, page 200", "/audit?page=200", admin),
        ("audit log, one word", "/audit?text=opened", admin),
        ("audit log, coordinator", "/audit", coordinator),
        ("institutions", "/institutions", admin),
        ("institution", $"/institutions/{history.InstitutionId}", admin),
        ("models", "/models", admin),
        ("model, newest", $"/models/{history.StudyId}/{history.Rounds}", admin),
        ("return on investment", "/planning/return", admin),
        ("api: rounds", "/api/v1/rounds", admin),
    ];

    private static async Task MeasureAsync(PortalUnderTest portal, FigureTable table, string name, string path, HttpClient reader, int requests, CancellationToken cancellationToken)
    {
        for (int i = 0; i < Math.Min(requests, WarmUps); i++)
        {
            await PortalUnderTest.GetAsync(reader, path, cancellationToken);
        }

        double[] times = new double[requests];
        TimeSpan before = portal.ProcessorTime;
        for (int i = 0; i < requests; i++)
        {
            times[i] = await PortalUnderTest.GetAsync(reader, path, cancellationToken);
        }

        double processor = (portal.ProcessorTime - before).TotalMilliseconds / requests;
        Array.Sort(times);
        table.Row("page", name, ("p50 ms", At(times, 0.5)), ("p95 ms", At(times, 0.95)), ("slowest ms", times[^1]), ("cpu ms", processor), ("answers", requests));
    }

    private static async Task<double> RestAsync(PortalUnderTest portal, CancellationToken cancellationToken)
    {
        TimeSpan before = portal.ProcessorTime;
        await Task.Delay(Idle, cancellationToken);
        return (portal.ProcessorTime - before).TotalMilliseconds / Idle.TotalSeconds;
    }

    private static string Load() => File.Exists("/proc/loadavg") ? string.Join(" ", File.ReadAllText("/proc/loadavg").Split(' ')[..3]) : "not known on this system";

    private static double At(double[] sorted, double share) => sorted[Math.Min(sorted.Length - 1, (int)Math.Ceiling(share * sorted.Length) - 1)];

    private static int Number(string[] options, string name, int otherwise)
    {
        int at = Array.IndexOf(options, name);
        return at < 0 ? otherwise : int.Parse(options[at + 1], CultureInfo.InvariantCulture);
    }
}
