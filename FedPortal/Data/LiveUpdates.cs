using System.Collections.Concurrent;

namespace FedPortal.Data;

/// <summary>What kind of thing changed.</summary>
public enum LiveSubject
{
    Institution,
    Dataset,
    Study,
    Round,
    Account,
    Consultation,
    Alert,
    Comparison,
}

/// <param name="Subject">Kind of the changed thing.</param>
/// <param name="Id">Its id.</param>
/// <param name="StudyId">The study it belongs to, or null.</param>
public readonly record struct LiveUpdate(LiveSubject Subject, Guid Id, Guid? StudyId = null);

/// <summary>Tells open pages that something was saved. It carries no data: a page asks its store again.</summary>
public sealed class LiveUpdates(ILogger<LiveUpdates> logger)
{
    private readonly ConcurrentDictionary<Guid, Action<LiveUpdate>> _subscribers = new();
    private Action<LiveUpdate>? _relay;

    /// <summary>Calls <paramref name="onUpdate"/>, on the thread of whoever saved, until the result is disposed. Return quickly from it.</summary>
    public IDisposable Subscribe(Action<LiveUpdate> onUpdate)
    {
        var key = Guid.NewGuid();
        _subscribers[key] = onUpdate;
        return new Subscription(() => _subscribers.TryRemove(key, out _));
    }

    public void Publish(LiveUpdate update)
    {
        Deliver(update);
        Volatile.Read(ref _relay)?.Invoke(update);
    }

    /// <summary>Also tells other portals of what is published here.</summary>
    internal void RelayBy(Action<LiveUpdate> relay) => Volatile.Write(ref _relay, relay);

    /// <summary>Tells this portal's pages only.</summary>
    internal void Deliver(LiveUpdate update)
    {
        foreach (Action<LiveUpdate> subscriber in _subscribers.Values)
        {
            try
            {
                subscriber(update);
            }
            catch (ObjectDisposedException gone)
            {
                logger.LogDebug(gone, "A page left while {Subject} {Id} changed", update.Subject, update.Id);
            }
        }
    }

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
