using System.Numerics;

namespace FedPortal.Encryption.SecureAggregation.Kernels;

/// <summary>Powers of a root in bit-reversed order, in the forms that the scalar and the vector transforms multiply with.</summary>
internal sealed class RootTable
{
    private readonly ulong[] _roots;
    private readonly ulong[] _shoup;
    private readonly double[] _quotients;
    private readonly ulong[][] _narrowRoots = new ulong[3][];
    private readonly double[][] _narrowQuotients = new double[3][];

    public RootTable(int degree, ulong modulus, ulong root)
    {
        _roots = new ulong[degree];
        ulong power = 1;
        var step = new ShoupFactor(root, modulus);
        int shift = 32 - BitOperations.Log2((uint)degree);
        for (int i = 0; i < degree; i++)
        {
            _roots[Reverse((uint)i) >> shift] = power;
            power = step.Multiply(power);
        }

        _shoup = [.. _roots.Select(value => ShoupFactor.Quotient(value, modulus))];
        _quotients = [.. _roots.Select(value => (double)value / modulus)];
        for (int stage = 0; stage < 3; stage++)
        {
            int[] at = NarrowPlaces(degree, half: 1 << stage);
            _narrowRoots[stage] = [.. at.Select(place => _roots[place])];
            _narrowQuotients[stage] = [.. at.Select(place => _quotients[place])];
        }
    }

    public (ulong Root, ulong Quotient) Scalar(int place) => (_roots[place], _shoup[place]);

    public (ulong Root, double Quotient) Vector(int place) => (_roots[place], _quotients[place]);

    /// <summary>One root per butterfly, for the stages whose two halves have 1, 2 or 4 elements (stage 0, 1, 2).</summary>
    public (ulong[] Roots, double[] Quotients) Narrow(int stage) => (_narrowRoots[stage], _narrowQuotients[stage]);

    /// <summary>The table place of each butterfly's root, in the order in which a pair of vectors yields the butterflies.</summary>
    private static int[] NarrowPlaces(int degree, int half) =>
        [.. Enumerable.Range(0, degree / 2).Select(butterfly => (degree / (2 * half)) + (butterfly / half))];

    private static uint Reverse(uint x)
    {
        uint reversed = 0;
        for (int bit = 0; bit < 32; bit++)
        {
            reversed |= ((x >> bit) & 1) << (31 - bit);
        }

        return reversed;
    }
}
