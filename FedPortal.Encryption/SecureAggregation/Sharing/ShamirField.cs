using System.Security.Cryptography;

namespace FedPortal.Encryption.SecureAggregation.Sharing;

/// <summary>Arithmetic modulo p = 65537 = 2^16 + 1, large enough for every sum of keys and for 65,536 helpers.</summary>
internal static class ShamirField
{
    public const int Prime = 65537;

    /// <summary>Bits of one element on the wire.</summary>
    public const int ElementBits = 17;

    /// <returns>v mod p for v in [0, 2^31). Takes no branch: 2^16 = −1 modulo p.</returns>
    public static int Reduce(uint v)
    {
        int folded = (int)(v & 0xFFFF) - (int)(v >> 16);
        return folded + (Prime & (folded >> 31));
    }

    public static int Add(int x, int y) => (x + y) % Prime;

    public static int Subtract(int x, int y) => (x + Prime - y) % Prime;

    public static int Multiply(int x, int y) => (int)((long)x * y % Prime);

    public static int Inverse(int x)
    {
        int result = 1;
        for (int exponent = Prime - 2, power = x; exponent > 0; exponent >>= 1, power = Multiply(power, power))
        {
            result = (exponent & 1) != 0 ? Multiply(result, power) : result;
        }

        return result;
    }

    /// <returns>The element as an integer in [−32768, 32768].</returns>
    public static int Centre(int x) => x > Prime / 2 ? x - Prime : x;

    /// <returns>L with f(at) = Σ L_i·f(points_i) for every polynomial f of a degree below the number of points.</returns>
    public static int[] LagrangeWeights(IReadOnlyList<int> points, int at)
    {
        int[] weights = new int[points.Count];
        for (int i = 0; i < weights.Length; i++)
        {
            int above = 1;
            int below = 1;
            for (int j = 0; j < weights.Length; j++)
            {
                if (j != i)
                {
                    above = Multiply(above, Subtract(at, points[j]));
                    below = Multiply(below, Subtract(points[i], points[j]));
                }
            }

            weights[i] = Multiply(above, Inverse(below));
        }

        return weights;
    }

    /// <returns>Uniform elements from the operating system's generator. Not for secrets in bulk.</returns>
    public static int[] RandomElements(int count)
    {
        int[] elements = new int[count];
        for (int i = 0; i < count; i++)
        {
            elements[i] = RandomNumberGenerator.GetInt32(Prime);
        }

        return elements;
    }
}
