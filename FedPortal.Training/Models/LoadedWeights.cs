namespace FedPortal.Training.Models;

/// <summary>One tensor read from a file: its shape and its values, row-major.</summary>
public sealed record LoadedTensor(IReadOnlyList<int> Shape, ReadOnlyMemory<float> Values);

/// <summary>Named tensors from a file, not yet matched with any network.</summary>
public sealed class LoadedWeights
{
    private const string Counter = ".num_batches_tracked";
    private static readonly string[] HeadNames = ["fc.weight", "fc.bias", "classifier.1.weight", "classifier.1.bias"];

    internal LoadedWeights(IReadOnlyDictionary<string, LoadedTensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        Tensors = tensors;
        Metadata = metadata;
    }

    /// <summary>The floating-point tensors of the file, by name.</summary>
    public IReadOnlyDictionary<string, LoadedTensor> Tensors { get; }

    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>
    /// The flat vector for <paramref name="layout"/>. Every tensor of the layout must be in the file with the same shape, and the file may hold
    /// nothing else; <see cref="InvalidDataException"/> lists the differences, with both sides.
    /// </summary>
    public float[] MapTo(ModelLayout layout)
    {
        float[] values = new float[layout.ValueCount];
        Fill(layout, values, skipped: []);
        return values;
    }

    /// <summary>
    /// As <see cref="MapTo(ModelLayout)"/>, but where the file's last layer is of another class count the values of
    /// <paramref name="initialValues"/> stay: so weights trained on 1000 classes start a network with three.
    /// </summary>
    public float[] MapToKeepingHead(ModelLayout layout, ReadOnlySpan<float> initialValues)
    {
        if (initialValues.Length != layout.ValueCount)
        {
            throw new ArgumentException($"Expected {layout.ValueCount} initial values but got {initialValues.Length}.", nameof(initialValues));
        }

        float[] values = initialValues.ToArray();
        Fill(layout, values, HasOtherClassCount(layout) ? HeadNames : []);
        return values;
    }

    private bool HasOtherClassCount(ModelLayout layout) => layout.Tensors.Any(tensor =>
        HeadNames.Contains(tensor.Name) && Tensors.TryGetValue(tensor.Name, out LoadedTensor? loaded)
        && loaded.Shape.Count == tensor.Shape.Count && loaded.Shape.Skip(1).SequenceEqual(tensor.Shape.Skip(1)) && loaded.Shape[0] != tensor.Shape[0]);

    private void Fill(ModelLayout layout, float[] values, string[] skipped)
    {
        TensorEntry[] wanted = [.. layout.Tensors.Where(tensor => !skipped.Contains(tensor.Name))];
        string[] differences = [.. DifferencesFrom(wanted, skipped)];
        if (differences.Length > 0)
        {
            string more = differences.Length > 5 ? $" and {differences.Length - 5} more." : "";
            throw new InvalidDataException($"The weights do not fit {layout.Description.Architecture}: {string.Join(" ", differences.Take(5))}{more}");
        }

        foreach (TensorEntry tensor in wanted)
        {
            Tensors[tensor.Name].Values.CopyTo(values.AsMemory(tensor.Offset, tensor.Count));
        }
    }

    private IEnumerable<string> DifferencesFrom(TensorEntry[] wanted, string[] skipped)
    {
        foreach (TensorEntry tensor in wanted)
        {
            if (!Tensors.TryGetValue(tensor.Name, out LoadedTensor? loaded))
            {
                yield return $"{tensor.Name} is missing.";
            }
            else if (!loaded.Shape.SequenceEqual(tensor.Shape))
            {
                yield return $"{tensor.Name}: expected [{string.Join(", ", tensor.Shape)}] but the file has [{string.Join(", ", loaded.Shape)}].";
            }
        }

        var known = wanted.Select(tensor => tensor.Name).Concat(skipped).ToHashSet();
        foreach (string name in Tensors.Keys.Where(name => !known.Contains(name) && !name.EndsWith(Counter, StringComparison.Ordinal)))
        {
            yield return $"{name} is not part of the network.";
        }
    }
}
