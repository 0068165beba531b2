namespace FedPortal.Site.CommandLine.Engine;

/// <summary>Several engines that are asked side by side.</summary>
/// <param name="concurrency">Most engines that compute at once.</param>
internal sealed class EngineGroup(int concurrency) : IAsyncDisposable
{
    private readonly List<EngineProcess> _engines = [];
    private readonly SemaphoreSlim _slots = new(concurrency);

    /// <summary>In the order in which they were started.</summary>
    public IReadOnlyList<EngineProcess> Engines => _engines;

    public EngineProcess Start(string owner)
    {
        var engine = EngineProcess.Start(owner);
        _engines.Add(engine);
        return engine;
    }

    /// <summary>Asks every engine, in the order in which they were started.</summary>
    public Task<T[]> AskAllAsync<T>(Func<EngineProcess, int, CancellationToken, Task<T>> ask, CancellationToken ct) => AskAsync(_engines, ask, ct);

    /// <summary>Asks some of the engines, begun in the given order, at most as many at once as there are slots.</summary>
    /// <returns>The answers in that order. The first failure stops the others.</returns>
    public async Task<T[]> AskAsync<T>(IReadOnlyList<EngineProcess> engines, Func<EngineProcess, int, CancellationToken, Task<T>> ask, CancellationToken ct)
    {
        using var all = CancellationTokenSource.CreateLinkedTokenSource(ct);
        async Task<T> InSlotAsync(EngineProcess engine, int index)
        {
            await _slots.WaitAsync(all.Token);
            bool answered = false;
            try
            {
                T answer = await ask(engine, index, all.Token);
                answered = true;
                return answer;
            }
            finally
            {
                _slots.Release();
                if (!answered)
                {
                    await all.CancelAsync();
                }
            }
        }

        // Of several that end without an answer, the one that failed is reported: those that were stopped because of it count as cancelled.
        return await Task.WhenAll(engines.Select(InSlotAsync));
    }

    /// <summary>As <see cref="AskAsync{T}"/>, begun with the engines that have most to do, so that all end together.</summary>
    /// <param name="engines">Some of the engines.</param>
    /// <param name="workOf">How much the engine in a place has to do, against the others.</param>
    /// <param name="ask">Given the engine's place.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>The answers in the order of <paramref name="engines"/>.</returns>
    public async Task<T[]> AskLargestFirstAsync<T>(
        IReadOnlyList<EngineProcess> engines, Func<int, int> workOf, Func<EngineProcess, int, CancellationToken, Task<T>> ask, CancellationToken ct)
    {
        int[] order = [.. Enumerable.Range(0, engines.Count).OrderByDescending(workOf)];
        T[] answers = await AskAsync([.. order.Select(place => engines[place])], (engine, position, token) => ask(engine, order[position], token), ct);
        Array.Sort(order, answers);
        return answers;
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_engines.Select(engine => engine.DisposeAsync().AsTask()));
        _slots.Dispose();
    }
}
