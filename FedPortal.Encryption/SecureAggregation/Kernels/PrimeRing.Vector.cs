using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace FedPortal.Encryption.SecureAggregation.Kernels;

/// <content>The AVX-512 path: eight residues at a time.</content>
/// <remarks>
/// Product modulo q: for x, w in [0, q), q &lt; 2^53, the double x·(w/q) is off the real quotient by less than 2 (two roundings of relative
/// size 2^−53 on a number below 2^53), and truncation adds 1. So r = x·w − ⌊x·(w/q)⌋·q, taken in wrapping 64-bit integers, lies in
/// [−2q, 3q]; adding 2q and taking two conditional subtractions (unsigned minimum) brings it to [0, 2q).
/// </remarks>
internal sealed partial class PrimeRing
{
    // Of two vectors (0..7, 8..15): the first and second halves of the butterflies, and the way back.
    private static readonly (Vector512<ulong> X, Vector512<ulong> Y, Vector512<ulong> Low, Vector512<ulong> High)[] Shuffles =
    [
        (Vector512.Create(0UL, 2, 4, 6, 8, 10, 12, 14), Vector512.Create(1UL, 3, 5, 7, 9, 11, 13, 15),
            Vector512.Create(0UL, 8, 1, 9, 2, 10, 3, 11), Vector512.Create(4UL, 12, 5, 13, 6, 14, 7, 15)),
        (Vector512.Create(0UL, 1, 4, 5, 8, 9, 12, 13), Vector512.Create(2UL, 3, 6, 7, 10, 11, 14, 15),
            Vector512.Create(0UL, 1, 8, 9, 2, 3, 10, 11), Vector512.Create(4UL, 5, 12, 13, 6, 7, 14, 15)),
        (Vector512.Create(0UL, 1, 2, 3, 8, 9, 10, 11), Vector512.Create(4UL, 5, 6, 7, 12, 13, 14, 15),
            Vector512.Create(0UL, 1, 2, 3, 8, 9, 10, 11), Vector512.Create(4UL, 5, 6, 7, 12, 13, 14, 15)),
    ];

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ForwardVector(Span<ulong> a)
    {
        var q = new VectorModulus(Modulus);
        ref ulong start = ref MemoryMarshal.GetReference(a);
        for (int blocks = 1, half = Degree / 2; half >= 8; blocks *= 2, half /= 2)
        {
            for (int block = 0; block < blocks; block++)
            {
                (ulong root, double quotient) = _forward.Vector(blocks + block);
                Vector512<ulong> w = Vector512.Create(root);
                Vector512<double> wq = Vector512.Create(quotient);
                ref ulong x = ref Unsafe.Add(ref start, 2 * block * half);
                ref ulong y = ref Unsafe.Add(ref x, half);
                for (nuint j = 0; j < (nuint)half; j += 8)
                {
                    Vector512<ulong> u = q.BelowTwice(Vector512.LoadUnsafe(ref x, j));
                    Vector512<ulong> v = q.Multiply(q.Below(q.BelowTwice(Vector512.LoadUnsafe(ref y, j))), w, wq);
                    (u + v).StoreUnsafe(ref x, j);
                    (u - v + q.Two).StoreUnsafe(ref y, j);
                }
            }
        }

        for (int stage = 2; stage >= 0; stage--)
        {
            (ulong[] roots, double[] quotients) = _forward.Narrow(stage);
            var shuffle = Shuffles[stage];
            for (nuint j = 0; j < (nuint)a.Length; j += 16)
            {
                Vector512<ulong> low = Vector512.LoadUnsafe(ref start, j);
                Vector512<ulong> high = Vector512.LoadUnsafe(ref start, j + 8);
                Vector512<ulong> u = q.BelowTwice(Avx512F.PermuteVar8x64x2(low, shuffle.X, high));
                Vector512<ulong> y = q.Below(q.BelowTwice(Avx512F.PermuteVar8x64x2(low, shuffle.Y, high)));
                Vector512<ulong> v = q.Multiply(y, Vector512.LoadUnsafe(ref roots[0], j / 2), Vector512.LoadUnsafe(ref quotients[0], j / 2));
                Vector512<ulong> sum = u + v;
                Vector512<ulong> difference = u - v + q.Two;
                Avx512F.PermuteVar8x64x2(sum, shuffle.Low, difference).StoreUnsafe(ref start, j);
                Avx512F.PermuteVar8x64x2(sum, shuffle.High, difference).StoreUnsafe(ref start, j + 8);
            }
        }

        for (nuint j = 0; j < (nuint)a.Length; j += 8)
        {
            q.Below(q.BelowTwice(Vector512.LoadUnsafe(ref start, j))).StoreUnsafe(ref start, j);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void InverseVector(Span<ulong> a)
    {
        var q = new VectorModulus(Modulus);
        ref ulong start = ref MemoryMarshal.GetReference(a);
        for (int stage = 0; stage < 3; stage++)
        {
            (ulong[] roots, double[] quotients) = _inverse.Narrow(stage);
            var shuffle = Shuffles[stage];
            for (nuint j = 0; j < (nuint)a.Length; j += 16)
            {
                Vector512<ulong> low = Vector512.LoadUnsafe(ref start, j);
                Vector512<ulong> high = Vector512.LoadUnsafe(ref start, j + 8);
                Vector512<ulong> x = Avx512F.PermuteVar8x64x2(low, shuffle.X, high);
                Vector512<ulong> y = Avx512F.PermuteVar8x64x2(low, shuffle.Y, high);
                Vector512<ulong> sum = q.BelowTwice(x + y);
                Vector512<ulong> v = q.Multiply(q.Below(q.BelowTwice(x - y + q.Two)),
                    Vector512.LoadUnsafe(ref roots[0], j / 2), Vector512.LoadUnsafe(ref quotients[0], j / 2));
                Avx512F.PermuteVar8x64x2(sum, shuffle.Low, v).StoreUnsafe(ref start, j);
                Avx512F.PermuteVar8x64x2(sum, shuffle.High, v).StoreUnsafe(ref start, j + 8);
            }
        }

        for (int blocks = Degree / 16, half = 8; blocks > 0; blocks /= 2, half *= 2)
        {
            for (int block = 0; block < blocks; block++)
            {
                (ulong root, double quotient) = _inverse.Vector(blocks + block);
                Vector512<ulong> w = Vector512.Create(root);
                Vector512<double> wq = Vector512.Create(quotient);
                ref ulong x = ref Unsafe.Add(ref start, 2 * block * half);
                ref ulong y = ref Unsafe.Add(ref x, half);
                for (nuint j = 0; j < (nuint)half; j += 8)
                {
                    Vector512<ulong> u = Vector512.LoadUnsafe(ref x, j);
                    Vector512<ulong> v = Vector512.LoadUnsafe(ref y, j);
                    q.BelowTwice(u + v).StoreUnsafe(ref x, j);
                    q.Multiply(q.Below(q.BelowTwice(u - v + q.Two)), w, wq).StoreUnsafe(ref y, j);
                }
            }
        }

        Vector512<ulong> inverse = Vector512.Create(_degreeInverse);
        Vector512<double> inverseQuotient = Vector512.Create((double)_degreeInverse / Modulus);
        for (nuint j = 0; j < (nuint)a.Length; j += 8)
        {
            Vector512<ulong> value = q.Below(Vector512.LoadUnsafe(ref start, j));
            q.Below(q.Multiply(value, inverse, inverseQuotient)).StoreUnsafe(ref start, j);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyVector(Span<ulong> a, RingFactor factor)
    {
        var q = new VectorModulus(factor.Modulus);
        ref ulong start = ref MemoryMarshal.GetReference(a);
        ref ulong values = ref MemoryMarshal.GetReference(factor.Values);
        ref double quotients = ref MemoryMarshal.GetReference(factor.Quotients);
        for (nuint j = 0; j < (nuint)a.Length; j += 8)
        {
            Vector512<ulong> product = q.Multiply(Vector512.LoadUnsafe(ref start, j),
                Vector512.LoadUnsafe(ref values, j), Vector512.LoadUnsafe(ref quotients, j));
            q.Below(product).StoreUnsafe(ref start, j);
        }
    }

    private readonly struct VectorModulus(ulong modulus)
    {
        private readonly Vector512<ulong> _one = Vector512.Create(modulus);
        private readonly Vector512<ulong> _four = Vector512.Create(4 * modulus);

        public Vector512<ulong> Two { get; } = Vector512.Create(2 * modulus);

        /// <returns>x in [0, 4q) brought to [0, 2q).</returns>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<ulong> BelowTwice(Vector512<ulong> x) => Vector512.Min(x, x - Two);

        /// <returns>x in [0, 2q) brought to [0, q).</returns>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<ulong> Below(Vector512<ulong> x) => Vector512.Min(x, x - _one);

        /// <returns>x·w mod q in [0, 2q), for x and w in [0, q) and quotient = w/q.</returns>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<ulong> Multiply(Vector512<ulong> x, Vector512<ulong> w, Vector512<double> quotient)
        {
            Vector512<long> estimate = Vector512.ConvertToInt64Native(Vector512.ConvertToDouble(x.AsInt64()) * quotient);
            Vector512<ulong> r = (x * w) - (estimate.AsUInt64() * _one) + Two;
            r = Vector512.Min(r, r - _four);
            return BelowTwice(r);
        }
    }
}
