using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FedPortal.Encryption.SecureAggregation.Kernels;

/// <summary>Real values in [−bound, bound] to integers in [0, 2^bits − 1] and, for a sum of them, back.</summary>
/// <remarks>Level = ⌊x·k + bound·k + ½⌋ with k = (2^bits − 1)/(2·bound) in single precision; values beyond the bound are clipped, NaN is refused.</remarks>
public sealed class Quantiser
{
    private readonly float _scale;
    private readonly float _shift;
    private readonly float _top;

    /// <param name="bound">The largest absolute value; positive and finite.</param>
    /// <param name="bits">1 to 16.</param>
    public Quantiser(float bound, int bits)
    {
        if (!(bound > 0 && float.IsFinite(bound)) || bits is < 1 or > 16)
        {
            throw new ArgumentException($"Expected a positive bound and 1 to 16 bits but got {bound} and {bits}.");
        }

        Bound = bound;
        Bits = bits;
        _top = (1 << bits) - 1;
        _scale = _top / (2 * bound);
        _shift = (_top / 2) + 0.5f;
    }

    public float Bound { get; }

    public int Bits { get; }

    /// <summary>The difference between neighbouring levels.</summary>
    public double Step => 2.0 * Bound / _top;

    /// <summary>Expected root mean square error of the mean of so many quantised values: step/√(12·n).</summary>
    public double MeanError(int institutions) => Step / Math.Sqrt(12.0 * institutions);

    /// <summary>destination[i] = weight · level of values[i].</summary>
    /// <exception cref="ArgumentException">A value is NaN.</exception>
    public void Quantise(ReadOnlySpan<float> values, int weight, Span<int> destination)
    {
        if (destination.Length != values.Length)
        {
            throw new ArgumentException($"Expected {values.Length} places but got {destination.Length}.", nameof(destination));
        }

        int done = Vector512.IsHardwareAccelerated ? QuantiseVector(values, weight, destination) : 0;
        QuantiseScalar(values[done..], weight, destination[done..]);
    }

    /// <returns>The real value of a sum of weighted levels: step·sum − bound·Σw.</returns>
    public double Real(long sum, long totalWeight) => (Step * sum) - ((double)Bound * totalWeight);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void QuantiseScalar(ReadOnlySpan<float> values, int weight, Span<int> destination)
    {
        for (int i = 0; i < values.Length; i++)
        {
            RequireNumber(!float.IsNaN(values[i]));
            float product = values[i] * _scale;
            float level = float.Min(float.Max(product + _shift, 0), _top);
            destination[i] = weight * (int)level;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int QuantiseVector(ReadOnlySpan<float> values, int weight, Span<int> destination)
    {
        Vector512<float> scale = Vector512.Create(_scale), shift = Vector512.Create(_shift), top = Vector512.Create(_top);
        Vector512<int> factor = Vector512.Create(weight);
        Vector512<float> numbers = Vector512<float>.AllBitsSet;
        int i = 0;
        for (; i <= values.Length - Vector512<float>.Count; i += Vector512<float>.Count)
        {
            Vector512<float> x = Vector512.Create(values[i..]);
            numbers &= Vector512.Equals(x, x);
            Vector512<float> level = Vector512.MinNative(Vector512.MaxNative((x * scale) + shift, Vector512<float>.Zero), top);
            (Vector512.ConvertToInt32Native(level) * factor).CopyTo(destination[i..]);
        }

        RequireNumber(Vector512.EqualsAll(numbers.AsInt32(), Vector512<int>.AllBitsSet));
        return i;
    }

    private static void RequireNumber(bool isNumber)
    {
        if (!isNumber)
        {
            throw new ArgumentException("Expected numbers to quantise but got NaN.");
        }
    }
}
