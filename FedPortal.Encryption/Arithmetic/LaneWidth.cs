namespace FedPortal.Encryption.Arithmetic;

/// <summary>How many 64-bit words the kernels take at a time.</summary>
internal enum LaneWidth
{
    One = 1,
    Four = 4,
    Eight = 8,
}

internal static class LaneWidths
{
    /// <summary>The widest that this processor has.</summary>
    public static LaneWidth Widest { get; } = EightLanes.IsSupported ? LaneWidth.Eight : FourLanes.IsSupported ? LaneWidth.Four : LaneWidth.One;

    /// <summary>All that this processor has, so that tests and benchmarks can compare them in one run.</summary>
    public static IEnumerable<LaneWidth> Supported => Enum.GetValues<LaneWidth>().Where(width => width <= Widest);
}
