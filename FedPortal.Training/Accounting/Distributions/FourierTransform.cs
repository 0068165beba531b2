using System.Numerics;

namespace FedPortal.Training.Accounting.Distributions;

/// <summary>The discrete Fourier transform of a power-of-two length, in place.</summary>
internal static class FourierTransform
{
    public static void Forward(Complex[] values) => Transform(values, -1);

    public static void Inverse(Complex[] values)
    {
        Transform(values, 1);
        for (int i = 0; i < values.Length; i++)
        {
            values[i] /= values.Length;
        }
    }

    private static void Transform(Complex[] values, int sign)
    {
        int length = values.Length;
        if (!BitOperations.IsPow2(length))
        {
            throw new ArgumentException($"Expected a power of two but got {length} values.", nameof(values));
        }

        Permute(values);
        var roots = new Complex[Math.Max(1, length / 2)];
        for (int i = 0; i < roots.Length; i++)
        {
            (double sine, double cosine) = Math.SinCos(sign * 2 * Math.PI * i / length);
            roots[i] = new Complex(cosine, sine);
        }

        for (int half = 1; half < length; half *= 2)
        {
            int stride = length / (2 * half);
            for (int start = 0; start < length; start += 2 * half)
            {
                for (int i = 0; i < half; i++)
                {
                    Complex even = values[start + i];
                    Complex odd = values[start + i + half] * roots[i * stride];
                    values[start + i] = even + odd;
                    values[start + i + half] = even - odd;
                }
            }
        }
    }

    private static void Permute(Complex[] values)
    {
        int j = 0;
        for (int i = 1; i < values.Length; i++)
        {
            int bit = values.Length >> 1;
            for (; (j & bit) != 0; bit >>= 1)
            {
                j ^= bit;
            }

            j ^= bit;
            if (i < j)
            {
                (values[i], values[j]) = (values[j], values[i]);
            }
        }
    }
}
