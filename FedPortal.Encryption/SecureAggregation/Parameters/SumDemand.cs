namespace FedPortal.Encryption.SecureAggregation.Parameters;

/// <summary>What a round asks of a parameter set.</summary>
/// <param name="Institutions">n, the most updates that may be added.</param>
/// <param name="TotalWeight">Σw of the integer weights that institutions multiply their values with before encryption; n where all are 1.</param>
/// <param name="ValueBits">b: a value before weighting lies in [0, 2^b).</param>
/// <param name="NoiseDeviation">Standard deviation of the noise each institution adds to its weighted integer values; 0 for none.</param>
public sealed record SumDemand(int Institutions, long TotalWeight, int ValueBits, double NoiseDeviation = 0)
{
    /// <summary>A demand where every institution has weight 1.</summary>
    public static SumDemand Equal(int institutions, int valueBits, double noiseDeviation = 0) =>
        new(institutions, institutions, valueBits, noiseDeviation);

    /// <summary>⌈9·σ_noise·√n⌉: added to every sum before its lane is read, so that noise cannot push it below zero.</summary>
    public long LaneOffset => (long)Math.Ceiling(9 * NoiseDeviation * Math.Sqrt(Institutions));

    /// <summary>The largest sum without noise: Σw·(2^b − 1).</summary>
    public long LargestSum => checked(TotalWeight * ((1L << ValueBits) - 1));

    /// <summary>⌈log2(Σw(2^b−1) + 2·9·σ_noise·√n + 1)⌉.</summary>
    public int NeededLaneBits => (int)Math.Ceiling(Math.Log2(LargestSum + (2.0 * LaneOffset) + 1));

    /// <summary>Throws for numbers that make no sense for any set.</summary>
    public SumDemand Validated()
    {
        Require(Institutions is >= 1 and <= 4096, "between 1 and 4096 institutions", Institutions);
        Require(TotalWeight >= Institutions && TotalWeight <= 1L << 32, $"a total weight between {Institutions} and 2^32", TotalWeight);
        Require(ValueBits is >= 1 and <= 24, "between 1 and 24 value bits", ValueBits);
        Require(NoiseDeviation is >= 0 and <= 1e9, "a noise deviation between 0 and 1e9", NoiseDeviation);
        return this;
    }

    private static void Require(bool holds, string expected, IFormattable actual)
    {
        if (!holds)
        {
            throw new ArgumentException($"Expected {expected} but got {actual.ToString(null, null)}.");
        }
    }
}
