using System.Numerics;

namespace FedPortal.Training.Datasets.Phantoms;

/// <summary>
/// Repeatable numbers for phantoms and splits: xoshiro256** seeded by splitmix64 (Blackman and Vigna), the same on every machine and in every version of
/// .NET. It protects nobody.
/// </summary>
internal sealed class SeededRandom
{
    private ulong _a, _b, _c, _d;
    private double? _spareNormal;

    public SeededRandom(ulong seed)
    {
        ulong Split()
        {
            seed += 0x9E3779B97F4A7C15;
            ulong z = (seed ^ (seed >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }

        (_a, _b, _c, _d) = (Split(), Split(), Split(), Split());
    }

    public ulong NextBits()
    {
        ulong result = BitOperations.RotateLeft(_b * 5, 7) * 9;
        ulong shifted = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= shifted;
        _d = BitOperations.RotateLeft(_d, 45);
        return result;
    }

    /// <summary>Uniform in [0, 1).</summary>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    public float Uniform(double low, double high) => (float)(low + ((high - low) * NextDouble()));

    public bool Chance(double probability) => NextDouble() < probability;

    /// <summary>Uniform in low … high − 1.</summary>
    public int Next(int low, int high) => low + (int)(NextDouble() * (high - low));

    /// <summary>−1 or 1.</summary>
    public int Side() => Chance(0.5) ? -1 : 1;

    public float Normal(double mean, double deviation)
    {
        if (_spareNormal is { } spare)
        {
            _spareNormal = null;
            return (float)(mean + (deviation * spare));
        }

        double radius = Math.Sqrt(-2 * Math.Log(1 - NextDouble()));
        double angle = 2 * Math.PI * NextDouble();
        _spareNormal = radius * Math.Sin(angle);
        return (float)(mean + (deviation * radius * Math.Cos(angle)));
    }

    /// <summary>Counts with the given mean; from 60 on the normal distribution stands in.</summary>
    public int Poisson(double mean)
    {
        if (mean >= 60)
        {
            return Math.Max(0, (int)Math.Round(Normal(mean, Math.Sqrt(mean))));
        }

        double limit = Math.Exp(-mean);
        double product = NextDouble();
        int count = 0;
        for (; product > limit; count++)
        {
            product *= NextDouble();
        }

        return count;
    }

    /// <summary>Fisher–Yates.</summary>
    public void Shuffle<T>(Span<T> values)
    {
        for (int i = values.Length - 1; i > 0; i--)
        {
            int other = Next(0, i + 1);
            (values[i], values[other]) = (values[other], values[i]);
        }
    }
}
