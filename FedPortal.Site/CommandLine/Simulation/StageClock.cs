using System.Diagnostics;

namespace FedPortal.Site.CommandLine.Simulation;

/// <summary>Adds up the seconds of one round; safe from several tasks.</summary>
internal sealed class StageClock
{
    private readonly Lock _gate = new();
    private readonly Stopwatch _wall = Stopwatch.StartNew();
    private StageSeconds _sum = new(0, 0, 0, 0, 0, 0, 0, 0);

    public void Add(StageSeconds seconds)
    {
        lock (_gate)
        {
            _sum += seconds;
        }
    }

    public void AddDecode(double seconds) => Add(Nothing with { Decode = seconds });

    public void AddPrepare(double seconds) => Add(Nothing with { Prepare = seconds });

    public void AddTrain(double seconds) => Add(Nothing with { Train = seconds });

    public void AddEvaluate(double seconds) => Add(Nothing with { Evaluate = seconds });

    public void AddSubmit(double seconds) => Add(Nothing with { Submit = seconds });

    public T TimeSubmit<T>(Func<T> work) => Time(work, AddSubmit);

    public T TimeAggregate<T>(Func<T> work) => Time(work, seconds => Add(Nothing with { Aggregate = seconds }));

    public T TimeApply<T>(Func<T> work) => Time(work, seconds => Add(Nothing with { Apply = seconds }));

    public T TimeEvaluate<T>(Func<T> work) => Time(work, AddEvaluate);

    /// <summary>The sums so far, with the time since this clock was made as the wall.</summary>
    public StageSeconds Read()
    {
        lock (_gate)
        {
            return _sum with { Wall = _wall.Elapsed.TotalSeconds };
        }
    }

    private static StageSeconds Nothing => new(0, 0, 0, 0, 0, 0, 0, 0);

    private static T Time<T>(Func<T> work, Action<double> add)
    {
        var clock = Stopwatch.StartNew();
        T result = work();
        add(clock.Elapsed.TotalSeconds);
        return result;
    }
}
