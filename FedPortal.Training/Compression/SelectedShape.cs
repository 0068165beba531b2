using FedPortal.Training.Models;

namespace FedPortal.Training.Compression;

/// <summary>Some coordinates travel.</summary>
/// <param name="layout">Of the model.</param>
/// <param name="chosen">Ascending, all different.</param>
internal sealed class SelectedShape(ModelLayout layout, int[] chosen) : UpdateShape(layout, chosen.Length)
{
    private protected override void EncodeCore(ReadOnlySpan<float> difference, Span<float> travelling)
    {
        for (int i = 0; i < chosen.Length; i++)
        {
            travelling[i] = difference[chosen[i]] * Units.Factor(chosen[i]);
        }
    }

    private protected override void DecodeCore(ReadOnlySpan<float> travelling, Span<float> difference)
    {
        difference.Clear();
        for (int i = 0; i < chosen.Length; i++)
        {
            difference[chosen[i]] = travelling[i] / Units.Factor(chosen[i]);
        }
    }
}
