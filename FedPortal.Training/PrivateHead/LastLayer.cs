using FedPortal.Training.Models;

namespace FedPortal.Training.PrivateHead;

/// <summary>The last layer of a network: the head, where a study trains nothing else.</summary>
public static class LastLayer
{
    /// <returns>Weights, class × feature, and biases.</returns>
    public static (TensorEntry Weight, TensorEntry Bias) Of(ModelLayout layout)
    {
        TensorEntry weight = layout.Tensors.Single(tensor => tensor.Name is "fc.weight" or "classifier.1.weight");
        return (weight, layout.Tensors.Single(tensor => tensor.Name == weight.Name.Replace(".weight", ".bias", StringComparison.Ordinal)));
    }

    /// <returns>The places of its weights and biases in the flat vector, ascending.</returns>
    public static int[] Places(ModelLayout layout)
    {
        (TensorEntry weight, TensorEntry bias) = Of(layout);
        return [.. Enumerable.Range(weight.Offset, weight.Count).Concat(Enumerable.Range(bias.Offset, bias.Count)).Order()];
    }

    /// <returns>The last layer of a model as a head on its pooled features.</returns>
    public static LinearHead HeadOf(GlobalModel model)
    {
        (TensorEntry weight, TensorEntry bias) = Of(model.Layout);
        ReadOnlySpan<float> values = model.Values.Span;
        return new LinearHead(weight.Shape[1], weight.Shape[0], [.. values.Slice(weight.Offset, weight.Count), .. values.Slice(bias.Offset, bias.Count)]);
    }

    /// <returns>The values with a last layer of zeros: every class is equally likely.</returns>
    public static float[] Cleared(ModelLayout layout, float[] values)
    {
        (TensorEntry weight, TensorEntry bias) = Of(layout);
        float[] cleared = [.. values];
        cleared.AsSpan(weight.Offset, weight.Count).Clear();
        cleared.AsSpan(bias.Offset, bias.Count).Clear();
        return cleared;
    }
}
