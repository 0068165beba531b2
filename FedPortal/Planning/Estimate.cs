namespace FedPortal.Planning;

/// <summary>A figure nobody knows exactly: its least, likeliest and greatest value, read as a triangular distribution.</summary>
public readonly record struct Estimate(double Low, double Likely, double High)
{
    public double Mean => (Low + Likely + High) / 3;

    /// <summary>What is wrong with it, or null.</summary>
    public string? Problem(string name) =>
        !double.IsFinite(Low) || !double.IsFinite(Likely) || !double.IsFinite(High) ? $"{name}: enter three numbers."
        : Low < 0 ? $"{name}: the least value must not be below 0 but is {Low}."
        : Low > Likely || Likely > High ? $"{name}: expected low ≤ likely ≤ high but got {Low}, {Likely}, {High}."
        : null;

    /// <summary>The value below which it lies with this probability: the inverse of the triangular distribution function.</summary>
    /// <param name="probability">From 0 to 1.</param>
    public double Quantile(double probability)
    {
        double width = High - Low;
        if (width <= 0)
        {
            return Likely;
        }

        return probability < (Likely - Low) / width
            ? Low + Math.Sqrt(probability * width * (Likely - Low))
            : High - Math.Sqrt((1 - probability) * width * (High - Likely));
    }
}
