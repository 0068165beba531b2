using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FedPortal.Encryption.Arithmetic;

/// <summary>The butterflies of Harvey's lazy transform ("Faster arithmetic for number-theoretic transforms", 2014), for any number of lanes.</summary>
/// <remarks>
/// Harvey keeps values below 4q with an exact Shoup quotient. Ours may be up to two too small (<see cref="ILanes{TVector}.MultiplyHighBelow"/>),
/// so a product is below 4q and values stay below 8q, which is below 2⁶³ for primes of 60 bits.
/// </remarks>
internal static class NttKernels<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : unmanaged
{
    /// <param name="residues">In and out in [0, q).</param>
    /// <param name="roots">roots[m + i] is the factor of group i of the stage with m groups, with a vector of padding.</param>
    /// <param name="shoup">Shoup's quotients of the roots.</param>
    /// <param name="q">The prime.</param>
    public static void Forward(Span<ulong> residues, ulong[] roots, ulong[] shoup, ulong q)
    {
        ref ulong a = ref MemoryMarshal.GetReference(residues);
        TVector modulus = TLanes.Broadcast(q), fourfold = TLanes.Broadcast(4 * q);
        int groups = 1;
        for (int stride = residues.Length / 2; stride >= TLanes.Count; stride /= 2)
        {
            for (int group = 0; group < groups; group++)
            {
                ref ulong x = ref Unsafe.Add(ref a, 2 * group * stride);
                ref ulong y = ref Unsafe.Add(ref x, stride);
                TVector w = TLanes.Broadcast(roots[groups + group]), s = TLanes.Broadcast(shoup[groups + group]);
                for (int j = 0; j < stride; j += TLanes.Count)
                {
                    (TVector sum, TVector difference) = ForwardButterfly(TLanes.Load(ref x, j), TLanes.Load(ref y, j), w, s, modulus, fourfold);
                    TLanes.Store(sum, ref x, j);
                    TLanes.Store(difference, ref y, j);
                }
            }

            groups *= 2;
        }

        FinishForward(ref a, residues.Length, ref roots[0], ref shoup[0], q);
    }

    /// <param name="residues">In and out in [0, q).</param>
    /// <param name="roots">The inverse roots in the order of <see cref="Forward"/>.</param>
    /// <param name="shoup">Shoup's quotients of the roots.</param>
    /// <param name="modulus">The prime.</param>
    /// <param name="inverseDegree">1/N mod q, which the last stage multiplies in.</param>
    public static void Inverse(Span<ulong> residues, ulong[] roots, ulong[] shoup, Modulus modulus, ulong inverseDegree)
    {
        ref ulong a = ref MemoryMarshal.GetReference(residues);
        TVector q = TLanes.Broadcast(modulus.Value), fourfold = TLanes.Broadcast(4 * modulus.Value);
        StartInverse(ref a, residues.Length, ref roots[0], ref shoup[0], q, fourfold);
        int stride = TLanes.Count;
        for (int groups = residues.Length / (2 * stride); groups > 1; groups /= 2)
        {
            for (int group = 0; group < groups; group++)
            {
                ref ulong x = ref Unsafe.Add(ref a, 2 * group * stride);
                ref ulong y = ref Unsafe.Add(ref x, stride);
                TVector w = TLanes.Broadcast(roots[groups + group]), s = TLanes.Broadcast(shoup[groups + group]);
                for (int j = 0; j < stride; j += TLanes.Count)
                {
                    (TVector sum, TVector product) = InverseButterfly(TLanes.Load(ref x, j), TLanes.Load(ref y, j), w, s, q, fourfold);
                    TLanes.Store(sum, ref x, j);
                    TLanes.Store(product, ref y, j);
                }
            }

            stride *= 2;
        }

        FinishInverse(ref a, stride, modulus, inverseDegree, modulus.Multiply(roots[1], inverseDegree));
    }

    /// <summary>x' = x + w·y, y' = x − w·y. Takes and returns values below 8q.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TVector Sum, TVector Difference) ForwardButterfly(TVector x, TVector y, TVector w, TVector s, TVector q, TVector fourfold)
    {
        TVector u = TLanes.ReduceOnce(x, fourfold);
        TVector v = Shoup(y, w, s, q);
        return (TLanes.Add(u, v), TLanes.Add(TLanes.Subtract(u, v), fourfold));
    }

    /// <summary>x' = x + y, y' = w·(x − y). Takes and returns values below 4q.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TVector Sum, TVector Product) InverseButterfly(TVector x, TVector y, TVector w, TVector s, TVector q, TVector fourfold)
    {
        TVector sum = TLanes.ReduceOnce(TLanes.Add(x, y), fourfold);
        TVector difference = TLanes.Add(TLanes.Subtract(x, y), fourfold);
        return (sum, Shoup(difference, w, s, q));
    }

    /// <summary>w·y mod q, up to a multiple of q, below 4q; y is any word.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Shoup(TVector y, TVector w, TVector s, TVector q) =>
        TLanes.Subtract(TLanes.MultiplyLow(y, w), TLanes.MultiplyLow(TLanes.MultiplyHighBelow(y, s), q));

    // The stages whose stride is below a vector, in registers, and the reduction to [0, q).
    private static void FinishForward(ref ulong a, int length, ref ulong roots, ref ulong shoup, ulong q)
    {
        TVector modulus = TLanes.Broadcast(q), twofold = TLanes.Broadcast(2 * q), fourfold = TLanes.Broadcast(4 * q);
        if (TLanes.Count == 1)
        {
            for (int i = 0; i < length; i++)
            {
                TLanes.Store(FullyReduce(TLanes.Load(ref a, i), modulus, twofold, fourfold), ref a, i);
            }

            return;
        }

        for (int i = 0; i < length; i += 2 * TLanes.Count)
        {
            TVector low = TLanes.Load(ref a, i), high = TLanes.Load(ref a, i + TLanes.Count);
            if (TLanes.Count == 8)
            {
                (low, high) = ForwardInRegisters(low, high, length, i, 4, ref roots, ref shoup, modulus, fourfold);
            }

            (low, high) = ForwardInRegisters(low, high, length, i, 2, ref roots, ref shoup, modulus, fourfold);
            (low, high) = ForwardInRegisters(low, high, length, i, 1, ref roots, ref shoup, modulus, fourfold);
            TLanes.Store(FullyReduce(low, modulus, twofold, fourfold), ref a, i);
            TLanes.Store(FullyReduce(high, modulus, twofold, fourfold), ref a, i + TLanes.Count);
        }
    }

    private static void StartInverse(ref ulong a, int length, ref ulong roots, ref ulong shoup, TVector q, TVector fourfold)
    {
        if (TLanes.Count == 1)
        {
            return;
        }

        for (int i = 0; i < length; i += 2 * TLanes.Count)
        {
            TVector low = TLanes.Load(ref a, i), high = TLanes.Load(ref a, i + TLanes.Count);
            (low, high) = InverseInRegisters(low, high, length, i, 1, ref roots, ref shoup, q, fourfold);
            (low, high) = InverseInRegisters(low, high, length, i, 2, ref roots, ref shoup, q, fourfold);
            if (TLanes.Count == 8)
            {
                (low, high) = InverseInRegisters(low, high, length, i, 4, ref roots, ref shoup, q, fourfold);
            }

            TLanes.Store(low, ref a, i);
            TLanes.Store(high, ref a, i + TLanes.Count);
        }
    }

    /// <summary>The last stage of the inverse, with 1/N multiplied in: x' = (x + y)/N, y' = w·(x − y)/N, in [0, q).</summary>
    private static void FinishInverse(ref ulong a, int stride, Modulus modulus, ulong inverseDegree, ulong factor)
    {
        TVector q = TLanes.Broadcast(modulus.Value), twofold = TLanes.Broadcast(2 * modulus.Value), fourfold = TLanes.Broadcast(4 * modulus.Value);
        TVector n = TLanes.Broadcast(inverseDegree), nShoup = TLanes.Broadcast(modulus.Shoup(inverseDegree));
        TVector w = TLanes.Broadcast(factor), wShoup = TLanes.Broadcast(modulus.Shoup(factor));
        ref ulong b = ref Unsafe.Add(ref a, stride);
        for (int j = 0; j < stride; j += TLanes.Count)
        {
            TVector x = TLanes.Load(ref a, j), y = TLanes.Load(ref b, j);
            TVector sum = Shoup(TLanes.Add(x, y), n, nShoup, q);
            TVector product = Shoup(TLanes.Add(TLanes.Subtract(x, y), fourfold), w, wShoup, q);
            TLanes.Store(TLanes.ReduceOnce(TLanes.ReduceOnce(sum, twofold), q), ref a, j);
            TLanes.Store(TLanes.ReduceOnce(TLanes.ReduceOnce(product, twofold), q), ref b, j);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TVector Low, TVector High) ForwardInRegisters(
        TVector low, TVector high, int length, int at, int stride, ref ulong roots, ref ulong shoup, TVector q, TVector fourfold)
    {
        int group = (length + at) / (2 * stride);
        (TVector x, TVector y) = TLanes.Split(low, high, stride);
        TVector w = TLanes.LoadRepeated(ref roots, group, stride), s = TLanes.LoadRepeated(ref shoup, group, stride);
        (TVector sum, TVector difference) = ForwardButterfly(x, y, w, s, q, fourfold);
        return TLanes.Join(sum, difference, stride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TVector Low, TVector High) InverseInRegisters(
        TVector low, TVector high, int length, int at, int stride, ref ulong roots, ref ulong shoup, TVector q, TVector fourfold)
    {
        int group = (length + at) / (2 * stride);
        (TVector x, TVector y) = TLanes.Split(low, high, stride);
        TVector w = TLanes.LoadRepeated(ref roots, group, stride), s = TLanes.LoadRepeated(ref shoup, group, stride);
        (TVector sum, TVector product) = InverseButterfly(x, y, w, s, q, fourfold);
        return TLanes.Join(sum, product, stride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector FullyReduce(TVector x, TVector q, TVector twofold, TVector fourfold) =>
        TLanes.ReduceOnce(TLanes.ReduceOnce(TLanes.ReduceOnce(x, fourfold), twofold), q);
}
