using System.Numerics;
using System.Runtime.InteropServices;
using FedPortal.Encryption.Arithmetic;

namespace FedPortal.Encryption.Ckks;

/// <summary>The values of a real polynomial of degree below N at the 2N-th roots of unity, and back.</summary>
/// <remarks>
/// With ζ = e^(iπ/N), slot i is the value at ζ^(3^i mod 2N). At every power e ≡ 1 mod 4 we have ζ^(e·N/2) = i, so there the polynomial equals
/// Σ_{j&lt;N/2} (a_j + i·a_{j+N/2})·X^j: a complex transform of half the length, whose butterflies are the left half of the tree that
/// <see cref="NegacyclicNtt"/> walks. A slot with e ≡ 3 mod 4 is the conjugate of the value at 2N − e. Additions and products are never fused, so
/// every processor gives the same bits.
/// </remarks>
internal sealed class CanonicalTransform
{
    private readonly double[] _rootsReal;
    private readonly double[] _rootsImaginary;
    private readonly int[] _places;

    public CanonicalTransform(int degree)
    {
        Length = degree / 2;
        int bits = BitOperations.Log2((uint)degree);
        _rootsReal = new double[degree];
        _rootsImaginary = new double[degree];
        for (int i = 0; i < degree; i++)
        {
            (double sin, double cos) = Math.SinCos(Math.PI * NegacyclicNtt.ReverseBits(i, bits) / degree);
            (_rootsReal[i], _rootsImaginary[i]) = (cos, sin);
        }

        _places = new int[Length];
        int exponent = 1;
        for (int slot = 0; slot < Length; slot++)
        {
            int odd = slot % 2 == 0 ? exponent : (2 * degree) - exponent;
            _places[slot] = NegacyclicNtt.ReverseBits((odd - 1) / 2, bits);
            exponent = exponent * 3 % (2 * degree);
        }
    }

    /// <summary>N/2: the number of slots and of complex values.</summary>
    public int Length { get; }

    /// <summary>Where the value of each slot stands in the transform. Odd slots stand there conjugated.</summary>
    public ReadOnlySpan<int> Places => _places;

    /// <summary>From coefficients (a_j in real, a_{j+N/2} in imaginary) to values, in place.</summary>
    public void Forward(Span<double> real, Span<double> imaginary)
    {
        for (int groups = 1, stride = Length / 2; stride > 0; groups *= 2, stride /= 2)
        {
            for (int group = 0; group < groups; group++)
            {
                int at = 2 * group * stride, root = (2 * groups) + group;
                ForwardGroup(
                    real.Slice(at, stride), imaginary.Slice(at, stride), real.Slice(at + stride, stride), imaginary.Slice(at + stride, stride),
                    _rootsReal[root], _rootsImaginary[root]);
            }
        }
    }

    /// <summary>From values to coefficients multiplied by N/2, in place.</summary>
    public void Inverse(Span<double> real, Span<double> imaginary)
    {
        for (int groups = Length / 2, stride = 1; groups > 0; groups /= 2, stride *= 2)
        {
            for (int group = 0; group < groups; group++)
            {
                int at = 2 * group * stride, root = (2 * groups) + group;
                InverseGroup(
                    real.Slice(at, stride), imaginary.Slice(at, stride), real.Slice(at + stride, stride), imaginary.Slice(at + stride, stride),
                    _rootsReal[root], _rootsImaginary[root]);
            }
        }
    }

    // x' = x + w·y, y' = x − w·y.
    private static void ForwardGroup(Span<double> xr, Span<double> xi, Span<double> yr, Span<double> yi, double wr, double wi)
    {
        int i = 0;
        if (xr.Length >= Vector<double>.Count)
        {
            Span<Vector<double>> vxr = Vectors(xr), vxi = Vectors(xi), vyr = Vectors(yr), vyi = Vectors(yi);
            for (int v = 0; v < vxr.Length; v++)
            {
                Vector<double> real = (vyr[v] * wr) - (vyi[v] * wi), imaginary = (vyr[v] * wi) + (vyi[v] * wr);
                (vxr[v], vyr[v]) = (vxr[v] + real, vxr[v] - real);
                (vxi[v], vyi[v]) = (vxi[v] + imaginary, vxi[v] - imaginary);
            }

            i = xr.Length;
        }

        for (; i < xr.Length; i++)
        {
            double real = (yr[i] * wr) - (yi[i] * wi), imaginary = (yr[i] * wi) + (yi[i] * wr);
            (xr[i], yr[i]) = (xr[i] + real, xr[i] - real);
            (xi[i], yi[i]) = (xi[i] + imaginary, xi[i] - imaginary);
        }
    }

    // x' = x + y, y' = (x − y)·conj(w).
    private static void InverseGroup(Span<double> xr, Span<double> xi, Span<double> yr, Span<double> yi, double wr, double wi)
    {
        int i = 0;
        if (xr.Length >= Vector<double>.Count)
        {
            Span<Vector<double>> vxr = Vectors(xr), vxi = Vectors(xi), vyr = Vectors(yr), vyi = Vectors(yi);
            for (int v = 0; v < vxr.Length; v++)
            {
                Vector<double> real = vxr[v] - vyr[v], imaginary = vxi[v] - vyi[v];
                (vxr[v], vxi[v]) = (vxr[v] + vyr[v], vxi[v] + vyi[v]);
                (vyr[v], vyi[v]) = ((real * wr) + (imaginary * wi), (imaginary * wr) - (real * wi));
            }

            i = xr.Length;
        }

        for (; i < xr.Length; i++)
        {
            double real = xr[i] - yr[i], imaginary = xi[i] - yi[i];
            (xr[i], xi[i]) = (xr[i] + yr[i], xi[i] + yi[i]);
            (yr[i], yi[i]) = ((real * wr) + (imaginary * wi), (imaginary * wr) - (real * wi));
        }
    }

    private static Span<Vector<double>> Vectors(Span<double> values) => MemoryMarshal.Cast<double, Vector<double>>(values);
}
