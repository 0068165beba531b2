using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace FedPortal.Encryption.Arithmetic;

/// <summary>Arithmetic on vectors of residues modulo one prime of at most 60 bits.</summary>
/// <remarks>
/// Unless said otherwise every method takes and returns residues in [0, q), accepts any length, and the destination may be any of its inputs
/// (the same span, not one shifted against it).
/// </remarks>
public static class ModularVector
{
    /// <summary>destination[i] = x[i] + y[i].</summary>
    public static void Add(ReadOnlySpan<ulong> x, ReadOnlySpan<ulong> y, Modulus modulus, Span<ulong> destination)
    {
        ArgumentNullException.ThrowIfNull(modulus);
        Run(new AddResidues(modulus.Value), x, y, x, destination);
    }

    /// <summary>destination[i] = x[i] − y[i].</summary>
    public static void Subtract(ReadOnlySpan<ulong> x, ReadOnlySpan<ulong> y, Modulus modulus, Span<ulong> destination)
    {
        ArgumentNullException.ThrowIfNull(modulus);
        Run(new SubtractResidues(modulus.Value), x, y, x, destination);
    }

    /// <summary>destination[i] = −x[i].</summary>
    public static void Negate(ReadOnlySpan<ulong> x, Modulus modulus, Span<ulong> destination)
    {
        ArgumentNullException.ThrowIfNull(modulus);
        Run(new NegateResidues(modulus.Value), x, x, x, destination);
    }

    /// <summary>destination[i] = x[i]·y[i] for y with its Shoup quotients (<see cref="Shoup"/>). x may hold any words.</summary>
    public static void Multiply(ReadOnlySpan<ulong> x, ReadOnlySpan<ulong> y, ReadOnlySpan<ulong> yShoup, Modulus modulus, Span<ulong> destination)
    {
        ArgumentNullException.ThrowIfNull(modulus);
        Run(new MultiplyResidues(modulus.Value), x, y, yShoup, destination);
    }

    /// <summary>destination[i] = x[i]·y[i], by Barrett. For a y that is used more than once the other overload is faster.</summary>
    public static void Multiply(ReadOnlySpan<ulong> x, ReadOnlySpan<ulong> y, Modulus modulus, Span<ulong> destination)
    {
        ArgumentNullException.ThrowIfNull(modulus);
        RequireLength(y.Length, x.Length, nameof(y));
        RequireLength(destination.Length, x.Length, nameof(destination));
        for (int i = 0; i < x.Length; i++)
        {
            destination[i] = modulus.Multiply(x[i], y[i]);
        }
    }

    /// <summary>destination[i] = (x[i] − y[i])·factor, the last step of dividing by a dropped prime.</summary>
    public static void SubtractAndScale(ReadOnlySpan<ulong> x, ReadOnlySpan<ulong> y, ulong factor, Modulus modulus, Span<ulong> destination)
    {
        ArgumentNullException.ThrowIfNull(modulus);
        Run(new SubtractAndScale(modulus.Value, factor, modulus.Shoup(factor)), x, y, x, destination);
    }

    /// <summary>destination[i] = (x[i] + shift) mod q for words x with x + shift below 2⁶³.</summary>
    public static void Reduce(ReadOnlySpan<ulong> x, ulong shift, Modulus modulus, Span<ulong> destination)
    {
        ArgumentNullException.ThrowIfNull(modulus);
        Run(new ReduceWords(modulus.Value, modulus.Ratio, shift), x, x, x, destination);
    }

    /// <summary>destination[i] = x[i] mod q for signed x of absolute value up to 2⁶⁰.</summary>
    public static void Reduce(ReadOnlySpan<long> x, Modulus modulus, Span<ulong> destination)
    {
        ArgumentNullException.ThrowIfNull(modulus);
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<long, ulong>(x);
        Run(new ReduceSignedWords(modulus.Value, modulus.Ratio), words, words, words, destination);
    }

    /// <summary>destination[i] = x[i] mod q for samples with |x| &lt; q.</summary>
    public static void FromSamples(ReadOnlySpan<short> x, Modulus modulus, Span<ulong> destination)
    {
        ArgumentNullException.ThrowIfNull(modulus);
        FromSamples(x, modulus, destination, LaneWidths.Widest);
    }

    /// <summary>destination[i] = (x[i] + samples[i] + shift) mod q for words x below 2⁶⁰ and a shift below q.</summary>
    public static void AddSamples(ReadOnlySpan<ulong> x, ReadOnlySpan<short> samples, ulong shift, Modulus modulus, Span<ulong> destination)
    {
        ArgumentNullException.ThrowIfNull(modulus);
        RunSamples(new ReduceSum(modulus.Value, modulus.Ratio, modulus.Value + shift), x, samples, destination);
    }

    /// <summary>destination[i] = (x[i] − samples[i] + shift) mod q for words x below 2⁶⁰ and a shift up to q.</summary>
    public static void SubtractSamples(ReadOnlySpan<ulong> x, ReadOnlySpan<short> samples, ulong shift, Modulus modulus, Span<ulong> destination)
    {
        ArgumentNullException.ThrowIfNull(modulus);
        RunSamples(new ReduceDifference(modulus.Value, modulus.Ratio, modulus.Value + shift), x, samples, destination);
    }

    /// <summary>destination[i] = ⌊x[i]·2⁶⁴/q⌋, the quotients that make a later product with x fast.</summary>
    public static void Shoup(ReadOnlySpan<ulong> x, Modulus modulus, Span<ulong> destination)
    {
        ArgumentNullException.ThrowIfNull(modulus);
        RequireLength(destination.Length, x.Length, nameof(destination));
        for (int i = 0; i < x.Length; i++)
        {
            destination[i] = modulus.Shoup(x[i]);
        }
    }

    /// <returns>The place of the first word that is not below q, or −1.</returns>
    internal static int IndexOfUnreduced(ReadOnlySpan<ulong> words, Modulus modulus)
    {
        var bound = new Vector<ulong>(modulus.Value);
        int i = 0;
        while (i <= words.Length - Vector<ulong>.Count && Vector.LessThanAll(new Vector<ulong>(words[i..]), bound))
        {
            i += Vector<ulong>.Count;
        }

        while (i < words.Length && words[i] < modulus.Value)
        {
            i++;
        }

        return i == words.Length ? -1 : i;
    }

    internal static void FromSamples(ReadOnlySpan<short> x, Modulus modulus, Span<ulong> destination, LaneWidth width)
    {
        RequireLength(destination.Length, x.Length, nameof(destination));
        int done = width switch
        {
            LaneWidth.Eight => LiftSamples<EightLanes, Vector512<ulong>>(x, modulus.Value, destination, 0),
            LaneWidth.Four => LiftSamples<FourLanes, Vector256<ulong>>(x, modulus.Value, destination, 0),
            _ => 0,
        };
        LiftSamples<OneLane, ulong>(x, modulus.Value, destination, done);
    }

    /// <summary>Whole vectors first, what is left word by word.</summary>
    internal static void Run<TOperation>(
        TOperation operation, ReadOnlySpan<ulong> x, ReadOnlySpan<ulong> y, ReadOnlySpan<ulong> z, Span<ulong> destination, LaneWidth? width = null)
        where TOperation : struct, IResidueOperation
    {
        RequireLength(y.Length, x.Length, nameof(y));
        RequireLength(z.Length, x.Length, nameof(z));
        RequireLength(destination.Length, x.Length, nameof(destination));
        int done = (width ?? LaneWidths.Widest) switch
        {
            LaneWidth.Eight => Loop<TOperation, EightLanes, Vector512<ulong>>(operation, x, y, z, destination, 0),
            LaneWidth.Four => Loop<TOperation, FourLanes, Vector256<ulong>>(operation, x, y, z, destination, 0),
            _ => 0,
        };
        Loop<TOperation, OneLane, ulong>(operation, x, y, z, destination, done);
    }

    /// <returns>The number of words written: a whole number of vectors.</returns>
    private static int Loop<TOperation, TLanes, TVector>(
        TOperation operation, ReadOnlySpan<ulong> x, ReadOnlySpan<ulong> y, ReadOnlySpan<ulong> z, Span<ulong> destination, int from)
        where TOperation : struct, IResidueOperation
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged
    {
        ref ulong xs = ref MemoryMarshal.GetReference(x);
        ref ulong ys = ref MemoryMarshal.GetReference(y);
        ref ulong zs = ref MemoryMarshal.GetReference(z);
        ref ulong result = ref MemoryMarshal.GetReference(destination);
        int i = from;
        for (; i <= destination.Length - TLanes.Count; i += TLanes.Count)
        {
            TVector value = operation.Apply<TLanes, TVector>(TLanes.Load(ref xs, i), TLanes.Load(ref ys, i), TLanes.Load(ref zs, i));
            TLanes.Store(value, ref result, i);
        }

        return i;
    }

    internal static void RunSamples<TOperation>(
        TOperation operation, ReadOnlySpan<ulong> x, ReadOnlySpan<short> samples, Span<ulong> destination, LaneWidth? width = null)
        where TOperation : struct, IResidueOperation
    {
        RequireLength(samples.Length, x.Length, nameof(samples));
        RequireLength(destination.Length, x.Length, nameof(destination));
        int done = (width ?? LaneWidths.Widest) switch
        {
            LaneWidth.Eight => SampleLoop<TOperation, EightLanes, Vector512<ulong>>(operation, x, samples, destination, 0),
            LaneWidth.Four => SampleLoop<TOperation, FourLanes, Vector256<ulong>>(operation, x, samples, destination, 0),
            _ => 0,
        };
        SampleLoop<TOperation, OneLane, ulong>(operation, x, samples, destination, done);
    }

    private static int SampleLoop<TOperation, TLanes, TVector>(
        TOperation operation, ReadOnlySpan<ulong> x, ReadOnlySpan<short> samples, Span<ulong> destination, int from)
        where TOperation : struct, IResidueOperation
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged
    {
        ref ulong xs = ref MemoryMarshal.GetReference(x);
        ref short ys = ref MemoryMarshal.GetReference(samples);
        ref ulong result = ref MemoryMarshal.GetReference(destination);
        int i = from;
        for (; i <= destination.Length - TLanes.Count; i += TLanes.Count)
        {
            TVector sample = TLanes.LoadSigned(ref ys, i);
            TLanes.Store(operation.Apply<TLanes, TVector>(TLanes.Load(ref xs, i), sample, sample), ref result, i);
        }

        return i;
    }

    private static int LiftSamples<TLanes, TVector>(ReadOnlySpan<short> x, ulong q, Span<ulong> destination, int from)
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged
    {
        ref short samples = ref MemoryMarshal.GetReference(x);
        ref ulong result = ref MemoryMarshal.GetReference(destination);
        TVector modulus = TLanes.Broadcast(q);
        int i = from;
        for (; i <= destination.Length - TLanes.Count; i += TLanes.Count)
        {
            TVector value = TLanes.LoadSigned(ref samples, i);
            TLanes.Store(TLanes.Add(value, TLanes.And(TLanes.SignMask(value), modulus)), ref result, i);
        }

        return i;
    }

    private static void RequireLength(int actual, int expected, string name)
    {
        if (actual != expected)
        {
            throw new ArgumentException($"Expected {expected} words but got {actual}.", name);
        }
    }
}
