using FedPortal.Training.Models;

namespace FedPortal.Training.Compression;

/// <summary>Everything travels.</summary>
internal sealed class WholeShape(ModelLayout layout) : UpdateShape(layout, layout.ValueCount)
{
    private protected override void EncodeCore(ReadOnlySpan<float> difference, Span<float> travelling)
    {
        difference.CopyTo(travelling);
        Units.ToUnits(0, travelling);
    }

    private protected override void DecodeCore(ReadOnlySpan<float> travelling, Span<float> difference)
    {
        travelling.CopyTo(difference);
        Units.FromUnits(0, difference);
    }
}
