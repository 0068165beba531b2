using System.Diagnostics;

namespace FedPortal.Site.CommandLine.Simulation;

/// <summary>What a round spends its time on, in order. A plain round submits and aggregates; a protected one perturbs to decrypts instead.</summary>
internal enum Stage
{
    Decode,
    Prepare,
    Train,
    Perturb,
    Encrypt,
    Upload,
    Screen,
    Sum,
    Unlock,
    Decrypt,
    Submit,
    Aggregate,
    Apply,
    Evaluate,
}

/// <summary>Seconds by stage, summed over institutions: several work side by side, so the stages may add up to more than the wall.</summary>
internal sealed class StageSeconds
{
    private readonly double[] _seconds;

    public StageSeconds(IEnumerable<double> seconds, double wall)
    {
        _seconds = [.. seconds];
        Wall = wall;
    }

    public double Wall { get; }

    public double this[Stage stage] => _seconds[(int)stage];

    public static StageSeconds operator +(StageSeconds a, StageSeconds b) => new(a._seconds.Zip(b._seconds, (x, y) => x + y), a.Wall + b.Wall);
}

/// <summary>Adds up the seconds of one round; safe from several tasks.</summary>
internal sealed class StageClock
{
    private readonly Lock _gate = new();
    private readonly Stopwatch _wall = Stopwatch.StartNew();
    private readonly double[] _sums = new double[Enum.GetValues<Stage>().Length];

    public void Add(Stage stage, double seconds)
    {
        lock (_gate)
        {
            _sums[(int)stage] += seconds;
        }
    }

    public T Time<T>(Stage stage, Func<T> work)
    {
        var clock = Stopwatch.StartNew();
        T result = work();
        Add(stage, clock.Elapsed.TotalSeconds);
        return result;
    }

    public void Time(Stage stage, Action work) => Time(stage, () =>
    {
        work();
        return true;
    });

    /// <summary>The sums so far, with the time since this clock was made as the wall.</summary>
    public StageSeconds Read()
    {
        lock (_gate)
        {
            return new StageSeconds(_sums, _wall.Elapsed.TotalSeconds);
        }
    }
}
