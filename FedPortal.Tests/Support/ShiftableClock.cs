namespace FedPortal.Tests.Support;

/// <summary>The system's clock, moved forward by whoever cannot wait.</summary>
internal sealed class ShiftableClock : TimeProvider
{
    private TimeSpan _shift;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + _shift;

    public void Advance(TimeSpan by) => _shift += by;
}
