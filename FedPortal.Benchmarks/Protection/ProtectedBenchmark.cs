using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using FedPortal.Training.Aggregation;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;

namespace FedPortal.Benchmarks.Protection;

/// <summary>
/// <c>bench protected</c>: everything between training and the next model, protected (B) against plain files of floats (A), in turns; then one round with
/// many sites, to see that the portal's memory does not grow with them.
/// </summary>
internal static class ProtectedBenchmark
{
    private const int Turns = 3;
    private const int ManySites = 200;

    public static int Run(BenchOptions options, TextWriter output)
    {
        bool isShort = options.Has("--short");
        var table = new FigureTable(output, options.IsJson);
        Compare(isShort ? 1_480_000 : 23_508_032, table);
        RunManySites(isShort ? 200_000 : 1_480_000, table);
        table.Finish();
        return 0;
    }

    private static void Compare(int values, FigureTable table)
    {
        const int Sites = 5;
        GlobalModel model = Model(values);
        ModelUpdate[] updates = [.. Enumerable.Range(0, Sites).Select(site => Update(model.Layout, site))];
        table.Note($"{Sites} sites, {values} values, {Environment.ProcessorCount} threads; seconds a site, medians of {Turns} turns; plain = write floats, read, add, mean.");
        using var round = new RoundInOneProcess(model, Sites, Environment.ProcessorCount);
        double[] plain = new double[Turns];
        double[] guarded = new double[Turns];
        for (int turn = 0; turn < Turns; turn++)
        {
            plain[turn] = Seconds(() => PlainRound(model.Layout, updates)) / Sites;
            guarded[turn] = Seconds(() => round.Play(StudySettings.Usual, turn + 1, site => updates[site])) / Sites;
        }

        double a = FigureTable.Median(plain);
        double b = FigureTable.Median(guarded);
        table.Row("round", "plain and protected", ("plain", a), ("protected", b), ("ratio", b / a));
        foreach ((string stage, double seconds) in round.Seconds)
        {
            table.Row("stage", stage, ("secondsPerSite", seconds / Turns / Sites), ("millionsPerSecond", values * (double)Turns * Sites / seconds / 1e6));
        }

        table.Row("wire", round.Protection!.Fit.Set.Name, ("megabytes", round.BytesPerUpdate / 1e6), ("plainMegabytes", values * sizeof(float) / 1e6));
    }

    private static void RunManySites(int values, FigureTable table)
    {
        GlobalModel model = Model(values);
        ModelUpdate update = Update(model.Layout, 1);
        table.Note($"{ManySites} sites in one round, {values} values; megabytes of live objects and of the process after so many uploads.");
        using var round = new RoundInOneProcess(model, ManySites, Environment.ProcessorCount);
        double seconds = Seconds(() => round.Play(StudySettings.Usual, 1, _ => update, site =>
        {
            if (site + 1 is 10 or 50 or 100 or ManySites)
            {
                double live = GC.GetTotalMemory(forceFullCollection: true) / 1e6;
                table.Row("memory", (site + 1).ToString(CultureInfo.InvariantCulture), ("liveMegabytes", live), ("ofThemEnvelopes", round.EnvelopeBytes / 1e6), ("processMegabytes", Environment.WorkingSet / 1e6));
            }
        }));
        table.Row("memory", "decrypted", ("liveMegabytes", GC.GetTotalMemory(forceFullCollection: true) / 1e6), ("ofThemEnvelopes", 0), ("processMegabytes", Environment.WorkingSet / 1e6));
        table.Row("sites", ManySites.ToString(CultureInfo.InvariantCulture), ("seconds", seconds), ("megabytesAdded", ManySites * round.BytesPerUpdate / 1e6));
        foreach ((string stage, double spent) in round.Seconds)
        {
            table.Row("stage", stage, ("secondsPerSite", spent / ManySites), ("millionsPerSecond", values * (double)ManySites / spent / 1e6));
        }
    }

    private static void PlainRound(ModelLayout layout, ModelUpdate[] updates)
    {
        string path = Path.GetTempFileName();
        try
        {
            var averaging = new PlainFederatedAveraging(layout);
            for (int site = 0; site < updates.Length; site++)
            {
                File.WriteAllBytes(path, MemoryMarshal.AsBytes(updates[site].Difference.Span));
                float[] read = new float[layout.ValueCount];
                File.ReadAllBytes(path).CopyTo(MemoryMarshal.AsBytes(read.AsSpan()));
                averaging.Add(site.ToString(CultureInfo.InvariantCulture), new ModelUpdate(layout, read, 10));
            }

            averaging.Mean();
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static GlobalModel Model(int values) => new(
        new ModelLayout(new ModelDescription(ClassifierArchitecture.ResNet50GroupNorm, 3), [new TensorEntry("weight", 0, [values], IsBuffer: false)]), 0, new float[values]);

    /// <summary>As long as the clipping norm of 1.</summary>
    private static ModelUpdate Update(ModelLayout layout, int seed)
    {
        var random = new Random(seed);
        float spread = (float)Math.Sqrt(12.0 / layout.ValueCount);
        float[] values = new float[layout.ValueCount];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (random.NextSingle() - 0.5f) * spread;
        }

        return new ModelUpdate(layout, values, 10);
    }

    private static double Seconds(Action work)
    {
        long start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
