using System.Runtime.InteropServices;
using System.Security.Cryptography;
using FedPortal.Training.Accounting.Distributions;

namespace FedPortal.Training.Perturbation;

/// <summary>
/// Draws many integers from one symmetric, unimodal distribution. The support is cut into blocks of 2^b neighbours, narrow against the
/// standard deviation. An alias table (Walker, Vose) picks a block by its largest probability, the place inside is uniform, and a second
/// number accepts it with p/p_max: nearly always without having to compute p.
/// </summary>
/// <remarks>
/// How exact: block weights are integers that sum to 2¹⁰⁴ and are compared without rounding, so up to 8 standard deviations every
/// probability is right to a relative 2⁻⁴⁰. What lies beyond the last block, a mass below 2⁻⁷⁰, is never drawn. Time depends on the
/// values drawn: whoever can time single draws at the site learns something about the noise.
/// </remarks>
public sealed class NoiseTable
{
    internal const int ColumnBits = 11;

    internal const int WeightBits = 104;

    private const int Columns = 1 << ColumnBits;
    private const int FractionBits = 64 - ColumnBits;
    private const int LowBits = WeightBits - ColumnBits - FractionBits;
    private const int SamplesAtOnce = 256;

    private readonly Func<long, double> _logProbability;
    private readonly ulong[] _thresholds = new ulong[Columns];
    private readonly ulong[] _lowThresholds = new ulong[Columns];
    private readonly ushort[] _aliases = new ushort[Columns];
    private readonly uint[] _sureBelow = new uint[Columns];
    private readonly double[] _logHeights;
    private readonly int _blockBits;
    private readonly int _first;

    private NoiseTable(Func<long, double> logProbability, double variance)
    {
        _logProbability = logProbability;
        Variance = variance;
        double deviation = Math.Sqrt(variance);
        int reach = FindReach(logProbability, deviation);
        _blockBits = Math.Max(0, (int)Math.Floor(Math.Log2(Math.Max(1, deviation / 48))));
        int halfBlocks = (reach >> _blockBits) + 1;
        _first = -(halfBlocks << _blockBits);
        _logHeights = new double[2 * halfBlocks];
        for (int block = 0; block < _logHeights.Length; block++)
        {
            SetBlock(block);
        }

        Weights = BlockWeights(_logHeights);
        AliasColumns.Fill(Weights, WeightBits, (column, threshold, alias) =>
        {
            _thresholds[column] = (ulong)(threshold >> LowBits);
            _lowThresholds[column] = (ulong)(threshold & ((UInt128.One << LowBits) - 1));
            _aliases[column] = (ushort)alias;
        });
    }

    /// <summary>The variance that is drawn, and that must be charged.</summary>
    public double Variance { get; }

    /// <summary>No sample is larger in absolute value.</summary>
    public int Bound => -_first;

    internal IReadOnlyList<UInt128> Weights { get; }

    internal int BlockBits => _blockBits;

    internal int First => _first;

    /// <summary>Skellam noise of variance μ, from 10⁻⁶ to 10¹⁶.</summary>
    public static NoiseTable Skellam(double variance) => new(x => SkellamDistribution.LogProbability(x, variance), Checked(variance));

    /// <summary>
    /// The discrete Gaussian: probability proportional to e^(−x²/2σ²). Its variance is σ² to double precision because σ must be at least 8;
    /// then also the sum of several is a discrete Gaussian up to a factor e^(10^−270).
    /// </summary>
    public static NoiseTable DiscreteGaussian(double variance) => variance >= 64
        ? new(x => (-x * (double)x / (2 * variance)) - (0.5 * Math.Log(2 * Math.PI * variance)), Checked(variance))
        : throw new ArgumentOutOfRangeException(nameof(variance), variance, "Expected a variance of at least 64 lattice units squared; raise the scale.");

    /// <summary>Overwrites the destination with independent samples.</summary>
    public void Fill(RandomWords words, Span<int> destination)
    {
        destination.Clear();
        AddTo(words, destination);
    }

    /// <summary>Adds an independent sample to every value. No value may come within <see cref="Bound"/> of the ends of the type.</summary>
    public void AddTo(RandomWords words, Span<int> values)
    {
        Span<ulong> random = stackalloc ulong[2 * SamplesAtOnce];
        while (!values.IsEmpty)
        {
            Span<int> part = values[..Math.Min(SamplesAtOnce, values.Length)];
            words.Fill(random);
            AddBlock(words, random, part);
            values = values[part.Length..];
        }

        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(random));
    }

    /// <returns>The exact probability that one pass picks the block and the place of x and accepts it, before the division by the total.</returns>
    internal double AcceptanceOf(long x) => Math.Exp(_logProbability(x) - _logHeights[(int)((x - _first) >> _blockBits)]);

    private void AddBlock(RandomWords words, ReadOnlySpan<ulong> random, Span<int> values)
    {
        ReadOnlySpan<ulong> thresholds = _thresholds;
        ReadOnlySpan<ushort> aliases = _aliases;
        ReadOnlySpan<uint> sureBelow = _sureBelow;
        int placeMask = (1 << _blockBits) - 1;
        for (int i = 0; i < values.Length; i++)
        {
            ulong pick = random[2 * i];
            ulong rest = random[(2 * i) + 1];
            int column = (int)(pick >> FractionBits);
            ulong fraction = pick & ((1UL << FractionBits) - 1);
            ulong threshold = thresholds[column];
            int alias = aliases[column];
            int block = fraction < threshold ? column : alias;
            bool plain = (uint)(rest >> 32) < sureBelow[block] & fraction != threshold;
            values[i] += plain ? _first + (block << _blockBits) + ((int)rest & placeMask) : Draw(words, pick, rest);
        }
    }

    /// <summary>The same draw in full, from the same two words, and again from fresh words until one is accepted.</summary>
    private int Draw(RandomWords words, ulong pick, ulong rest)
    {
        while (true)
        {
            int column = (int)(pick >> FractionBits);
            ulong fraction = pick & ((1UL << FractionBits) - 1);
            bool own = fraction < _thresholds[column]
                || (fraction == _thresholds[column] && words.Next() >> (64 - LowBits) < _lowThresholds[column]);
            int block = own ? column : _aliases[column];
            int x = _first + (block << _blockBits) + ((int)rest & ((1 << _blockBits) - 1));
            if ((uint)(rest >> 32) < _sureBelow[block])
            {
                return x;
            }

            // 64 bits: the 32 that were seen, then 32 fresh ones.
            double uniform = (((rest >> 32) << 32) | (words.Next() >> 32)) * Math.Pow(2, -64);
            if (uniform < AcceptanceOf(x))
            {
                return x;
            }

            pick = words.Next();
            rest = words.Next();
        }
    }

    private void SetBlock(int block)
    {
        long low = _first + ((long)block << _blockBits);
        long high = low + (1L << _blockBits) - 1;
        long nearest = low >= 0 ? low : high < 0 ? high : 0;
        long farthest = Math.Abs(low) > Math.Abs(high) ? low : high;
        _logHeights[block] = _logProbability(nearest);
        double least = Math.Exp(_logProbability(farthest) - _logHeights[block]);
        _sureBelow[block] = (uint)Math.Max(0, Math.Floor(least * (1 - 1e-9) * uint.MaxValue));
    }

    private static UInt128[] BlockWeights(double[] logHeights)
    {
        double total = LogSpace.Sum(logHeights);
        UInt128[] weights = [.. logHeights.Select(height => (UInt128)(Math.Exp(height - total) * Math.Pow(2, WeightBits)))];
        UInt128 sum = weights.Aggregate(UInt128.Zero, (a, b) => a + b);
        int largest = Array.IndexOf(weights, weights.Max());

        // Rounding left a little of 2^104 over, or took too much: a relative 2^-50 of the largest block.
        weights[largest] = unchecked(weights[largest] + ((UInt128.One << WeightBits) - sum));
        return weights;
    }

    /// <summary>The smallest x for which p(x)·(σ+1), a bound of the mass beyond, is below 2⁻⁷⁸.</summary>
    private static int FindReach(Func<long, double> logProbability, double deviation)
    {
        bool IsFar(long x) => logProbability(x) + Math.Log(deviation + 1) < -78 * Math.Log(2);
        long high = 1;
        while (!IsFar(high))
        {
            high *= 2;
        }

        long low = high / 2;
        while (high - low > 1)
        {
            long middle = (low + high) / 2;
            (low, high) = IsFar(middle) ? (low, middle) : (middle, high);
        }

        return (int)high;
    }

    private static double Checked(double variance) => variance is >= 1e-6 and <= 1e16
        ? variance
        : throw new ArgumentOutOfRangeException(nameof(variance), variance, "Expected a variance from 1e-6 to 1e16.");
}
