using FedPortal.Encryption.SecureAggregation.Kernels;

namespace FedPortal.Encryption.SecureAggregation.Submission;

/// <summary>A clipped real update, quantised and weighted piece by piece while it is encrypted.</summary>
public sealed class QuantisedValues(ReadOnlyMemory<float> values, Quantiser quantiser, int weight = 1) : ILatticeSource
{
    public long Count => values.Length;

    public void Read(long first, Span<int> destination) =>
        quantiser.Quantise(values.Span.Slice((int)first, destination.Length), weight, destination);
}
