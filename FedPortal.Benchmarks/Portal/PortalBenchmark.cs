using System.Globalization;

namespace FedPortal.Benchmarks.Portal;

/// <summary>How fast the pages answer when a consortium has a long past: whole answers over HTTP, rendered on the server, one after the other.</summary>
internal static class PortalBenchmark
{
    private const int WarmUps = 8;

    /// <param name="options"><c>--rounds N</c> (1000), <c>--institutions N</c> (20), <c>--requests N</c> for each page (100), <c>--json</c>.</param>
    /// <param name="output">Where the figures go.</param>
    /// <param name="cancellationToken">Ends the portal and removes its data.</param>
    public static async Task RunAsync(string[] options, TextWriter output, CancellationToken cancellationToken)
    {
        int rounds = Number(options, "--rounds", 1000);
        int institutions = Number(options, "--institutions", 20);
        int requests = Number(options, "--requests", 100);
        var table = new FigureTable(output, options.Contains("--json"));
        string folder = Directory.CreateTempSubdirectory("fedportal-bench-").FullName;
        try
        {
            var history = new PortalHistory(rounds, institutions);
            await history.WriteAsync(Path.Combine(folder, "portal.db"), cancellationToken);
            table.Note($"{rounds} rounds of {institutions} institutions in one study; {requests} answers of each page, one after the other, whole page over HTTP on the loopback interface; milliseconds.");
            using PortalUnderTest portal = await PortalUnderTest.StartAsync(folder, cancellationToken);
            foreach ((string name, string path) in Pages(history))
            {
                await MeasureAsync(portal, table, name, path, requests, cancellationToken);
            }

            table.Finish();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static (string Name, string Path)[] Pages(PortalHistory history) =>
    [
        ("dashboard", "/"),
        ("studies", "/studies"),
        ("study", $"/studies/{history.StudyId}"),
        ("rounds, newest", "/rounds"),
        ("rounds, page 20 by number", "/rounds?sort=Number&page=20"),
        ("rounds, one state", "/rounds?state=Completed"),
        ("round", $"/rounds/{history.LastRoundId}"),
        ("api: rounds", "/api/v1/rounds"),
    ];

    private static async Task MeasureAsync(PortalUnderTest portal, FigureTable table, string name, string path, int requests, CancellationToken cancellationToken)
    {
        for (int i = 0; i < WarmUps; i++)
        {
            await portal.GetAsync(path, cancellationToken);
        }

        double[] times = new double[requests];
        for (int i = 0; i < requests; i++)
        {
            times[i] = await portal.GetAsync(path, cancellationToken);
        }

        Array.Sort(times);
        table.Row("page", name, ("p50 ms", At(times, 0.5)), ("p95 ms", At(times, 0.95)), ("slowest ms", times[^1]));
    }

    private static double At(double[] sorted, double share) => sorted[Math.Min(sorted.Length - 1, (int)Math.Ceiling(share * sorted.Length) - 1)];

    private static int Number(string[] options, string name, int otherwise)
    {
        int at = Array.IndexOf(options, name);
        return at < 0 ? otherwise : int.Parse(options[at + 1], CultureInfo.InvariantCulture);
    }
}
