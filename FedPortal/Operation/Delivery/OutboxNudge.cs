namespace FedPortal.Operation.Delivery;

/// <summary>Wakes the sender when something new waits. A lost nudge costs only time: it also looks by the clock.</summary>
public sealed class OutboxNudge : IDisposable
{
    private readonly SemaphoreSlim _signal = new(0, 1);

    public void Now()
    {
        try
        {
            _signal.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is awake already.
        }
    }

    public Task WaitAsync(TimeSpan most, CancellationToken cancellationToken) => _signal.WaitAsync(most, cancellationToken);

    public void Dispose() => _signal.Dispose();
}
