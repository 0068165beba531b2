using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace FedPortal.Encryption.SecureAggregation.Kernels;

/// <summary>
/// Z_q[X]/(X^N+1) for one prime q &lt; 2^53 with q = 1 modulo 2N: the number-theoretic transform and products with a prepared factor.
/// </summary>
/// <remarks>
/// ψ is the smallest primitive 2N-th root of unity; Forward gives out[i] = a(ψ^(2·bitrev(i)+1)). Residues go in and come out in [0, q).
/// The scalar path is the specification; the AVX-512 path gives the same residues. Neither branches on a residue.
/// </remarks>
internal sealed partial class PrimeRing
{
    /// <summary>Residues below this convert to double exactly, on which the vector path rests.</summary>
    public const ulong ModulusLimit = 1UL << 53;

    private readonly RootTable _forward;
    private readonly RootTable _inverse;
    private readonly ulong _degreeInverse;

    public PrimeRing(int degree, ulong modulus)
    {
        if (!BitOperations.IsPow2(degree) || degree < 16 || modulus >= ModulusLimit || (modulus - 1) % (2 * (ulong)degree) != 0)
        {
            throw new ArgumentException($"Expected N a power of two from 16 and q = 1 modulo 2N below 2^53 but got N = {degree}, q = {modulus}.");
        }

        Degree = degree;
        Modulus = modulus;
        ulong root = SmallestPrimitiveRoot(degree, modulus);
        _forward = new RootTable(degree, modulus, root);
        _inverse = new RootTable(degree, modulus, Power(root, modulus - 2, modulus));
        _degreeInverse = Power((ulong)degree, modulus - 2, modulus);
    }

    public int Degree { get; }

    public ulong Modulus { get; }

    internal static bool HasVectorPath => Avx512DQ.IsSupported;

    /// <summary>Transforms in place.</summary>
    public void Forward(Span<ulong> a)
    {
        RequireLength(a.Length);
        if (HasVectorPath)
        {
            ForwardVector(a);
        }
        else
        {
            ForwardScalar(a);
        }
    }

    /// <summary>Undoes <see cref="Forward"/> in place.</summary>
    public void Inverse(Span<ulong> a)
    {
        RequireLength(a.Length);
        if (HasVectorPath)
        {
            InverseVector(a);
        }
        else
        {
            InverseScalar(a);
        }
    }

    /// <summary>a[i] = a[i]·factor[i] mod q.</summary>
    public void Multiply(Span<ulong> a, RingFactor factor)
    {
        RequireLength(a.Length);
        RequireLength(factor.Length);
        if (HasVectorPath)
        {
            MultiplyVector(a, factor);
        }
        else
        {
            MultiplyScalar(a, factor);
        }
    }

    /// <summary>The transform of a polynomial with small signed coefficients, ready to multiply with. The caller disposes it.</summary>
    public RingFactor Prepare(ReadOnlySpan<int> coefficients)
    {
        RequireLength(coefficients.Length);
        var factor = new RingFactor(Modulus, Degree);
        Span<ulong> values = factor.Values;
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (ulong)coefficients[i] + (Modulus & (ulong)(coefficients[i] >> 31));
        }

        Forward(values);
        factor.Complete();
        return factor;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void ForwardScalar(Span<ulong> a)
    {
        ulong twice = 2 * Modulus;
        for (int blocks = 1, half = Degree / 2; blocks < Degree; blocks *= 2, half /= 2)
        {
            for (int block = 0; block < blocks; block++)
            {
                (ulong root, ulong quotient) = _forward.Scalar(blocks + block);
                Span<ulong> x = a.Slice(2 * block * half, half);
                Span<ulong> y = a.Slice((2 * block * half) + half, half);
                for (int j = 0; j < x.Length; j++)
                {
                    ulong u = ulong.Min(x[j], x[j] - twice);
                    ulong v = ShoupFactor.MultiplyLazy(y[j], root, quotient, Modulus);
                    x[j] = u + v;
                    y[j] = u - v + twice;
                }
            }
        }

        for (int i = 0; i < a.Length; i++)
        {
            ulong u = ulong.Min(a[i], a[i] - twice);
            a[i] = ulong.Min(u, u - Modulus);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void InverseScalar(Span<ulong> a)
    {
        ulong twice = 2 * Modulus;
        for (int blocks = Degree / 2, half = 1; blocks > 0; blocks /= 2, half *= 2)
        {
            for (int block = 0; block < blocks; block++)
            {
                (ulong root, ulong quotient) = _inverse.Scalar(blocks + block);
                Span<ulong> x = a.Slice(2 * block * half, half);
                Span<ulong> y = a.Slice((2 * block * half) + half, half);
                for (int j = 0; j < x.Length; j++)
                {
                    ulong sum = x[j] + y[j];
                    y[j] = ShoupFactor.MultiplyLazy(x[j] - y[j] + twice, root, quotient, Modulus);
                    x[j] = ulong.Min(sum, sum - twice);
                }
            }
        }

        var scale = new ShoupFactor(_degreeInverse, Modulus);
        for (int i = 0; i < a.Length; i++)
        {
            a[i] = scale.Multiply(a[i]);
        }
    }

    internal static void MultiplyScalar(Span<ulong> a, RingFactor factor)
    {
        for (int i = 0; i < a.Length; i++)
        {
            a[i] = factor.Multiply(i, a[i]);
        }
    }

    internal static ulong Power(ulong x, ulong exponent, ulong modulus) => (ulong)BigInteger.ModPow(x, exponent, modulus);

    private static ulong SmallestPrimitiveRoot(int degree, ulong modulus)
    {
        ulong order = 2 * (ulong)degree;
        ulong root = 0;
        for (ulong candidate = 2; root == 0; candidate++)
        {
            ulong power = Power(candidate, (modulus - 1) / order, modulus);
            root = Power(power, order / 2, modulus) == modulus - 1 ? power : 0;
        }

        // All primitive roots are the odd powers of one.
        var square = new ShoupFactor((BigInteger)root * root, modulus);
        ulong smallest = root;
        for (int i = 1; i < degree; i++)
        {
            root = square.Multiply(root);
            smallest = ulong.Min(smallest, root);
        }

        return smallest;
    }

    private void RequireLength(int length)
    {
        if (length != Degree)
        {
            throw new ArgumentException($"Expected {Degree} residues but got {length}.");
        }
    }
}
