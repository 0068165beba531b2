using FedPortal.Training.Protocol;

namespace FedPortal.Site.Hosted;

/// <summary>How long each stage of a run took.</summary>
internal sealed class StageClock(TimeProvider clock)
{
    private readonly List<StageSeconds> _stages = [];

    public IReadOnlyList<StageSeconds> Stages => [.. _stages];

    public void Add(string stage, double seconds) => _stages.Add(new StageSeconds(stage, seconds));

    public T Time<T>(string stage, Func<T> work)
    {
        long started = clock.GetTimestamp();
        T result = work();
        Add(stage, clock.GetElapsedTime(started).TotalSeconds);
        return result;
    }

    public async Task<T> TimeAsync<T>(string stage, Func<Task<T>> work)
    {
        long started = clock.GetTimestamp();
        T result = await work();
        Add(stage, clock.GetElapsedTime(started).TotalSeconds);
        return result;
    }
}
