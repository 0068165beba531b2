using FedPortal.Training.Models;

namespace FedPortal.Training.Compression;

/// <summary>A size without a mapping.</summary>
internal sealed class PlannedShape(ModelLayout layout, int dimension) : UpdateShape(layout, dimension)
{
    private const string Reason = "This shape is a plan: make one from the model to encode with it.";

    private protected override void EncodeCore(ReadOnlySpan<float> difference, Span<float> travelling) => throw new InvalidOperationException(Reason);

    private protected override void DecodeCore(ReadOnlySpan<float> travelling, Span<float> difference) => throw new InvalidOperationException(Reason);
}
