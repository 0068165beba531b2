using System.Numerics;
using System.Runtime.Intrinsics;

namespace FedPortal.Encryption.Arithmetic;

/// <summary>The number-theoretic transform of Z_q[X]/(X^N + 1).</summary>
/// <remarks>
/// With ψ the smallest primitive 2N-th root of unity, out[i] = a(ψ^(2·bitrev(i) + 1)), in [0, q): the order and the root of Microsoft SEAL,
/// so that its files can be read without a permutation. Products of polynomials are products of their transforms, word by word.
/// </remarks>
public sealed class NegacyclicNtt
{
    // LoadRepeated may read up to a vector beyond the last factor.
    private const int Padding = 8;

    private readonly ulong[] _roots;
    private readonly ulong[] _rootsShoup;
    private readonly ulong[] _inverseRoots;
    private readonly ulong[] _inverseRootsShoup;
    private readonly ulong _inverseDegree;
    private readonly LaneWidth _width;

    /// <param name="degree">N, a power of two from 4 to 32768.</param>
    /// <param name="modulus">A prime that is 1 modulo 2N.</param>
    public NegacyclicNtt(int degree, Modulus modulus)
        : this(degree, modulus, LaneWidths.Widest)
    {
    }

    internal NegacyclicNtt(int degree, Modulus modulus, LaneWidth width)
    {
        ArgumentNullException.ThrowIfNull(modulus);
        if (degree is < 4 or > 32768 || !BitOperations.IsPow2(degree))
        {
            throw new ArgumentOutOfRangeException(nameof(degree), degree, $"Expected a power of two from 4 to 32768 but got {degree}.");
        }

        if (modulus.Value % (2 * (ulong)degree) != 1)
        {
            throw new ArgumentException($"Expected a prime that is 1 modulo {2 * degree} but {modulus.Value} is {modulus.Value % (2 * (ulong)degree)}.", nameof(modulus));
        }

        Degree = degree;
        Modulus = modulus;
        Root = SmallestRoot(degree, modulus);
        (_roots, _rootsShoup) = Factors(Root);
        (_inverseRoots, _inverseRootsShoup) = Factors(modulus.Inverse(Root));
        _inverseDegree = modulus.Inverse((ulong)degree);

        // A chunk of two vectors must hold at least one whole group of each of the last stages.
        _width = degree < 4 * (int)width ? LaneWidth.One : width;
    }

    /// <summary>N.</summary>
    public int Degree { get; }

    public Modulus Modulus { get; }

    /// <summary>ψ.</summary>
    public ulong Root { get; }

    /// <summary>Transforms N residues in [0, q) in place.</summary>
    public void Forward(Span<ulong> residues)
    {
        RequireLength(residues);
        switch (_width)
        {
            case LaneWidth.Eight:
                NttKernels<EightLanes, Vector512<ulong>>.Forward(residues, _roots, _rootsShoup, Modulus.Value);
                break;
            case LaneWidth.Four:
                NttKernels<FourLanes, Vector256<ulong>>.Forward(residues, _roots, _rootsShoup, Modulus.Value);
                break;
            default:
                NttKernels<OneLane, ulong>.Forward(residues, _roots, _rootsShoup, Modulus.Value);
                break;
        }
    }

    /// <summary>Undoes <see cref="Forward"/> in place; takes and returns residues in [0, q).</summary>
    public void Inverse(Span<ulong> residues)
    {
        RequireLength(residues);
        switch (_width)
        {
            case LaneWidth.Eight:
                NttKernels<EightLanes, Vector512<ulong>>.Inverse(residues, _inverseRoots, _inverseRootsShoup, Modulus, _inverseDegree);
                break;
            case LaneWidth.Four:
                NttKernels<FourLanes, Vector256<ulong>>.Inverse(residues, _inverseRoots, _inverseRootsShoup, Modulus, _inverseDegree);
                break;
            default:
                NttKernels<OneLane, ulong>.Inverse(residues, _inverseRoots, _inverseRootsShoup, Modulus, _inverseDegree);
                break;
        }
    }

    /// <returns>The numerically smallest ψ with ψ^N = −1.</returns>
    private static ulong SmallestRoot(int degree, Modulus modulus)
    {
        ulong root = 0;
        for (ulong candidate = 2; root == 0; candidate++)
        {
            ulong power = modulus.Power(modulus.Reduce(candidate), (modulus.Value - 1) / (2 * (ulong)degree));
            root = modulus.Power(power, (ulong)degree) == modulus.Value - 1 ? power : 0;
        }

        // The primitive roots are the odd powers of any one of them.
        ulong square = modulus.Multiply(root, root);
        ulong smallest = root;
        for (int i = 1; i < degree; i++)
        {
            root = modulus.Multiply(root, square);
            smallest = ulong.Min(smallest, root);
        }

        return smallest;
    }

    /// <returns>factors[bitrev(i)] = root^i, with Shoup's quotients.</returns>
    private (ulong[] Factors, ulong[] Shoup) Factors(ulong root)
    {
        ulong[] factors = new ulong[Degree + Padding], shoup = new ulong[Degree + Padding];
        int bits = BitOperations.Log2((uint)Degree);
        ulong power = 1;
        for (int i = 0; i < Degree; i++)
        {
            int at = ReverseBits(i, bits);
            factors[at] = power;
            shoup[at] = Modulus.Shoup(power);
            power = Modulus.Multiply(power, root);
        }

        return (factors, shoup);
    }

    internal static int ReverseBits(int value, int bits)
    {
        int reversed = 0;
        for (int bit = 0; bit < bits; bit++)
        {
            reversed |= ((value >> bit) & 1) << (bits - 1 - bit);
        }

        return reversed;
    }

    private void RequireLength(ReadOnlySpan<ulong> residues)
    {
        if (residues.Length != Degree)
        {
            throw new ArgumentException($"Expected {Degree} residues but got {residues.Length}.", nameof(residues));
        }
    }
}
