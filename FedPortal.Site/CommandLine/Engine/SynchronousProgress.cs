namespace FedPortal.Site.CommandLine.Engine;

/// <summary>Reports on the calling thread; the class of the framework would post them to the pool, out of order.</summary>
internal sealed class SynchronousProgress<T>(Action<T> report) : IProgress<T>
{
    public void Report(T value) => report(value);
}
