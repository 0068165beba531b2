namespace FedPortal.Benchmarks.Portal;

/// <summary>How fast the pages answer when a consortium has a long past: whole answers over HTTP, rendered on the server.</summary>
internal static class PortalBenchmark
{
    private const int WarmUps = 40; // a method is compiled for good after thirty calls
    private const double AtRest = 50;
    private const int MostIdles = 20;
    private const int ReadersAtOnce = 4;
    private const int MostOfAReport = 20;
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(3);

    /// <param name="options">
    /// <c>--rounds N</c> (1000), <c>--institutions N</c> (20), <c>--requests N</c> for each page (100; of the reports at most 20), <c>--only TEXT</c> for the pages with this in their name,
    /// <c>--data FOLDER</c> to keep the portal's data there and to measure on it again the next time, <c>--json</c>.
    /// </param>
    /// <param name="output">Where the figures go.</param>
    /// <param name="cancellationToken">Ends the portal and removes its data.</param>
    public static async Task RunAsync(BenchOptions options, TextWriter output, CancellationToken cancellationToken)
    {
        int rounds = options.Number("--rounds", 1000);
        int institutions = options.Number("--institutions", 20);
        int requests = options.Number("--requests", 100);
        string only = options.Text("--only") ?? "";
        var table = new FigureTable(output, options.IsJson);
        string? kept = options.Text("--data") is { } wished ? Directory.CreateDirectory(wished).FullName : null;
        string folder = kept ?? Directory.CreateTempSubdirectory("fedportal-bench-").FullName;
        try
        {
            var history = new PortalHistory(rounds, institutions);
            string database = Path.Combine(folder, "portal.db");
            await history.WriteOrFindAsync(database, cancellationToken);
            table.Note($"{rounds} rounds of {institutions} institutions in one study with ledgers of {rounds} rows; the database has {new FileInfo(database).Length / 1e6:0} MB.");
            table.Note($"Whole answers over HTTP on the loopback interface, of each page after {WarmUps} that do not count: first one after the other, then of {ReadersAtOnce} readers at once, who ask again as soon as they are answered; milliseconds. \"cpu ms\" is the portal's processor time for an answer, on all cores, which another program's load hardly changes.");
            using PortalUnderTest portal = await PortalUnderTest.StartAsync(folder, cancellationToken);
            using HttpClient coordinator = await portal.SignInAsync(PortalHistory.CoordinatorEmail, cancellationToken);
            using HttpClient auditor = await portal.SignInAsync(PortalHistory.AuditorEmail, cancellationToken);
            table.Note($"Load average of the machine before: {Load()}; {Environment.ProcessorCount} cores. The portal at rest takes {await RestAsync(portal, cancellationToken):0.0} ms of processor time a second.");
            (string Name, string Path, HttpClient Reader)[] reports = [.. Reports(history, portal.Http, auditor).Where(page => page.Name.Contains(only, StringComparison.Ordinal))];
            foreach ((string name, string path, HttpClient reader) in reports)
            {
                await MeasureAsync(portal, table, "first time", (name, path, reader), answers: 1, readers: 1, cancellationToken);
            }

            foreach ((string Name, string Path, HttpClient Reader) page in Pages(history, portal.Http, coordinator, auditor).Where(page => page.Name.Contains(only, StringComparison.Ordinal)))
            {
                await MeasureAsync(portal, table, page, requests, cancellationToken);
            }

            foreach ((string Name, string Path, HttpClient Reader) report in reports)
            {
                await MeasureAsync(portal, table, report, Math.Min(requests, MostOfAReport), cancellationToken);
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
        ("planning", "/planning", admin),
        ("planning, coordinator", "/planning", coordinator),
        ("return on investment", "/planning/return", admin),
        ("api: rounds", "/api/v1/rounds", admin),
    ];

    // They read every row of the ledgers each time.
    private static (string Name, string Path, HttpClient Reader)[] Reports(PortalHistory history, HttpClient admin, HttpClient auditor) =>
    [
        ("report of the study", $"/privacy/studies/{history.StudyId}", auditor),
        ("report of an institution", $"/privacy/institutions/{history.InstitutionId}", auditor),
        ("ledger browser", $"/privacy/ledgers/{history.StudyId}/{history.InstitutionId}", auditor),
        ("ledger browser, page 20", $"/privacy/ledgers/{history.StudyId}/{history.InstitutionId}?page=20", admin),
    ];

    private static async Task MeasureAsync(
        PortalUnderTest portal, FigureTable table, (string Name, string Path, HttpClient Reader) page, int answers, CancellationToken cancellationToken)
    {
        for (int i = 0; i < Math.Min(answers, WarmUps); i++)
        {
            await PortalUnderTest.GetAsync(page.Reader, page.Path, cancellationToken);
        }

        await MeasureAsync(portal, table, "1 reader", page, answers, readers: 1, cancellationToken);
        await MeasureAsync(portal, table, $"{ReadersAtOnce} readers", page, answers, ReadersAtOnce, cancellationToken);
    }

    private static async Task MeasureAsync(
        PortalUnderTest portal, FigureTable table, string how, (string Name, string Path, HttpClient Reader) page, int answers, int readers, CancellationToken cancellationToken)
    {
        int each = (answers + readers - 1) / readers;
        double[] times = new double[each * readers];
        TimeSpan before = portal.ProcessorTime;
        await Task.WhenAll(Enumerable.Range(0, readers).Select(async reader =>
        {
            for (int i = 0; i < each; i++)
            {
                times[(reader * each) + i] = await PortalUnderTest.GetAsync(page.Reader, page.Path, cancellationToken);
            }
        }));
        double processor = (portal.ProcessorTime - before).TotalMilliseconds / times.Length;
        Array.Sort(times);
        table.Row(how, page.Name, ("p50 ms", At(times, 0.5)), ("p95 ms", At(times, 0.95)), ("p99 ms", At(times, 0.99)), ("slowest ms", times[^1]), ("cpu ms", processor), ("answers", times.Length));
    }

    // A portal that has just started looks through its records first.
    private static async Task<double> RestAsync(PortalUnderTest portal, CancellationToken cancellationToken)
    {
        double rest = double.PositiveInfinity;
        for (int i = 0; i < MostIdles && rest > AtRest; i++)
        {
            TimeSpan before = portal.ProcessorTime;
            await Task.Delay(Idle, cancellationToken);
            rest = (portal.ProcessorTime - before).TotalMilliseconds / Idle.TotalSeconds;
        }

        return rest;
    }

    private static string Load() => File.Exists("/proc/loadavg") ? string.Join(" ", File.ReadAllText("/proc/loadavg").Split(' ')[..3]) : "not known on this system";

    private static double At(double[] sorted, double share) => sorted[Math.Min(sorted.Length - 1, (int)Math.Ceiling(share * sorted.Length) - 1)];
}
