using FedPortal.Training.Models;

namespace FedPortal.Training.Compression;

/// <summary>
/// Public units in which running statistics travel: a change of a variance in variances of the global model, a change of a mean in its standard
/// deviations. A change by <see cref="Reach"/> units just fits the coordinate limit.
/// </summary>
public sealed class BufferUnits
{
    /// <summary>Largest change of a running statistic in one round, in units of the global model's own.</summary>
    public const double Reach = 8;

    private const float LeastVariance = 1e-3f;

    /// <summary>A variance keeps at least this part of itself in a round, whatever noise and rounding do to the mean.</summary>
    public const float LeastPart = 0.05f;

    private readonly int _first;
    private readonly float[] _factors;
    private readonly float[] _leastChanges;

    private BufferUnits(int first, float[] factors, float[] leastChanges)
    {
        _first = first;
        _factors = factors;
        _leastChanges = leastChanges;
    }

    internal static BufferUnits None { get; } = new(int.MaxValue, [], []);

    /// <returns>Travelling value = factor · difference, for every buffer of the layout.</returns>
    internal static BufferUnits Of(GlobalModel model, double coordinateLimit)
    {
        ModelLayout layout = model.Layout;
        if (layout.ParameterCount == layout.ValueCount)
        {
            return None;
        }

        ReadOnlySpan<float> values = model.Values.Span;
        float[] factors = new float[layout.ValueCount - layout.ParameterCount];
        float[] leastChanges = new float[factors.Length];
        Array.Fill(leastChanges, float.NegativeInfinity);
        Dictionary<string, TensorEntry> byName = layout.Tensors.ToDictionary(tensor => tensor.Name);
        foreach (TensorEntry tensor in layout.Tensors.Where(tensor => tensor.IsBuffer))
        {
            bool isMean = tensor.Name.EndsWith("running_mean", StringComparison.Ordinal);
            TensorEntry? variance = isMean
                ? byName.GetValueOrDefault(tensor.Name.Replace("running_mean", "running_var", StringComparison.Ordinal))
                : tensor.Name.EndsWith("running_var", StringComparison.Ordinal) ? tensor : null;
            for (int i = 0; i < tensor.Count; i++)
            {
                double own = variance is null ? 1 : Math.Max(LeastVariance, values[variance.Offset + i]);
                int place = tensor.Offset - layout.ParameterCount + i;
                leastChanges[place] = variance == tensor ? -(1 - LeastPart) * values[tensor.Offset + i] : float.NegativeInfinity;
                factors[place] = (float)(coordinateLimit / (Reach * (isMean ? Math.Sqrt(own) : own)));
            }
        }

        return new BufferUnits(layout.ParameterCount, factors, leastChanges);
    }

    internal float Factor(int index) => index < _first ? 1 : _factors[index - _first];

    /// <summary>Multiplies values first … with their factors.</summary>
    internal void ToUnits(int first, Span<float> values)
    {
        for (int i = Math.Max(0, Math.Min(values.Length, _first - first)); i < values.Length; i++)
        {
            values[i] *= _factors[first + i - _first];
        }
    }

    /// <summary>Raises changes that would make a variance vanish or negative, and a network answer with NaN.</summary>
    internal void KeepVariances(Span<float> difference)
    {
        for (int i = 0; i < _leastChanges.Length; i++)
        {
            difference[_first + i] = Math.Max(difference[_first + i], _leastChanges[i]);
        }
    }

    /// <summary>Divides values first … by their factors.</summary>
    internal void FromUnits(int first, Span<float> values)
    {
        for (int i = Math.Max(0, Math.Min(values.Length, _first - first)); i < values.Length; i++)
        {
            values[i] /= _factors[first + i - _first];
        }
    }
}
