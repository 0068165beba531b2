using System.Diagnostics;

namespace FedPortal.Training.Comparison;

/// <summary>Counts what a method sends and how long its rounds take.</summary>
/// <param name="sites">Institutions of the study.</param>
/// <param name="cpuSeconds">Processor time spent so far by all processes that work for the method.</param>
public sealed class MethodMeter(int sites, Func<double> cpuSeconds)
{
    private readonly long[] _up = new long[sites];
    private readonly long[] _down = new long[sites];

    /// <summary>Went from one institution to another and is in both sums.</summary>
    private long _direct;

    /// <summary>Finished rounds.</summary>
    public int Rounds { get; private set; }

    public double Seconds { get; private set; }

    public double CpuSeconds { get; private set; }

    /// <summary>An institution sends a file to the server.</summary>
    public void Sends(int site, string path) => Sends(site, LengthOf(path));

    /// <summary>An institution sends bytes to the server.</summary>
    public void Sends(int site, long bytes) => _up[site] += bytes;

    /// <summary>An institution fetches a file from the server.</summary>
    public void Fetches(int site, string path) => Fetches(site, LengthOf(path));

    /// <summary>An institution fetches bytes from the server.</summary>
    public void Fetches(int site, long bytes) => _down[site] += bytes;

    /// <summary>Every institution fetches a file from the server.</summary>
    public void AllFetch(string path)
    {
        for (int site = 0; site < _down.Length; site++)
        {
            Fetches(site, path);
        }
    }

    /// <summary>One institution hands a file to another; nobody else carries it.</summary>
    public void Passes(int from, int to, string path)
    {
        long bytes = LengthOf(path);
        _up[from] += bytes;
        _down[to] += bytes;
        _direct += bytes;
    }

    /// <summary>Times one round, or work that counts like one.</summary>
    public async Task<T> RoundAsync<T>(Func<Task<T>> work)
    {
        double cpu = cpuSeconds();
        var clock = Stopwatch.StartNew();
        T result = await work();
        Seconds += clock.Elapsed.TotalSeconds;
        CpuSeconds += cpuSeconds() - cpu;
        Rounds++;
        return result;
    }

    /// <summary>The same, of work that hands nothing on.</summary>
    public Task RoundAsync(Func<Task> work) => RoundAsync(async () =>
    {
        await work();
        return true;
    });

    /// <summary>What was counted so far.</summary>
    public MethodTraffic Traffic() => new(_up.Sum() / _up.Length, _down.Sum() / _down.Length, _up.Sum() + _down.Sum() - _direct);

    private static long LengthOf(string path) => new FileInfo(path).Length;
}
