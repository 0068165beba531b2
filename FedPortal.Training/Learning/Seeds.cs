namespace FedPortal.Training.Learning;

/// <summary>Derives independent seeds for shuffling and augmentation from a few numbers, the same on every machine.</summary>
internal static class Seeds
{
    /// <summary>Mixes all parts (SplitMix64, Steele et al. 2014); neighbouring parts give unrelated seeds.</summary>
    public static int Mix(params ReadOnlySpan<int> parts)
    {
        ulong state = 0;
        foreach (int part in parts)
        {
            state = Finalise(unchecked(state + (uint)part + 0x9E3779B97F4A7C15UL));
        }

        return (int)(state >> 33);
    }

    private static ulong Finalise(ulong z)
    {
        unchecked
        {
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
            return z ^ (z >> 31);
        }
    }
}
