namespace FedPortal.Training.Models;

/// <summary>The consortium's model after some round. Version 0 is the start; round n makes version n.</summary>
public sealed class GlobalModel
{
    public GlobalModel(ModelLayout layout, int version, float[] values)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(version);
        if (values.Length != layout.ValueCount)
        {
            throw new ArgumentException($"Expected {layout.ValueCount} values but got {values.Length}.", nameof(values));
        }

        Layout = layout;
        Version = version;
        Values = values;
    }

    public ModelLayout Layout { get; }

    public int Version { get; }

    /// <summary>The flat vector, in the order of <see cref="ModelLayout"/>. The model owns it; nobody else may write to it.</summary>
    public ReadOnlyMemory<float> Values { get; }

    /// <summary>How the model moved since an earlier version of the same layout.</summary>
    public float[] ChangeSince(GlobalModel earlier)
    {
        if (earlier.Layout.Hash != Layout.Hash)
        {
            throw new ArgumentException($"Expected layout {Layout.Hash} but the earlier model has {earlier.Layout.Hash}.", nameof(earlier));
        }

        float[] change = Values.ToArray();
        ReadOnlySpan<float> start = earlier.Values.Span;
        for (int i = 0; i < change.Length; i++)
        {
            change[i] -= start[i];
        }

        return change;
    }

    /// <returns>The next version: this one moved by a difference in the order of the layout.</returns>
    public GlobalModel MovedBy(ReadOnlySpan<float> difference)
    {
        if (difference.Length != Values.Length)
        {
            throw new ArgumentException($"Expected {Values.Length} differences but got {difference.Length}.", nameof(difference));
        }

        float[] values = Values.ToArray();
        for (int i = 0; i < values.Length; i++)
        {
            values[i] += difference[i];
        }

        return new GlobalModel(Layout, Version + 1, values);
    }
}
