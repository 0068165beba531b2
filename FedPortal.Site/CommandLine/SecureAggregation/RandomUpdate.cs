namespace FedPortal.Site.CommandLine.SecureAggregation;

/// <summary>Repeatable values in [−1, 1] for simulations (SplitMix64). They protect nobody.</summary>
internal static class RandomUpdate
{
    public static void Fill(Span<float> values, ulong seed)
    {
        ulong state = seed * 0x9E3779B97F4A7C15;
        for (int i = 0; i < values.Length; i++)
        {
            state += 0x9E3779B97F4A7C15;
            ulong z = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            values[i] = ((z >> 40) * (2f / (1 << 24))) - 1;
        }
    }
}
