namespace FedPortal.Encryption.SecureAggregation.Submission;

/// <summary>An update that is on the integer lattice already: quantised, weighted, and with its noise.</summary>
public sealed class LatticeValues(ReadOnlyMemory<int> values) : ILatticeSource
{
    public long Count => values.Length;

    public void Read(long first, Span<int> destination) =>
        values.Span.Slice((int)first, destination.Length).CopyTo(destination);
}
