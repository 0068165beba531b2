namespace FedPortal.Encryption.SecureAggregation.Parameters;

/// <summary>The sets that a round may name. A set is never changed: a new choice of numbers gets a new name.</summary>
public static class ParameterSets
{
    private const ulong Prime45 = 35_184_371_613_697;
    private const ulong Prime46 = 70_368_743_669_761;
    private const ulong Prime50 = 1_125_899_906_826_241; // 2^50 − 2^14 + 1

    public static ParameterSet Compact { get; } = new("compact", 2048, [Prime50], 3, 13, 6, 8, 32, 128);

    public static ParameterSet Precise { get; } = new("precise", 2048, [9_007_199_254_614_017], 2, 21, 6, 16, 32, 128);

    public static ParameterSet Wide { get; } = new("wide", 2048, [562_949_953_392_641], 2, 18, 5, 8, 1024, 128);

    public static ParameterSet WidePrecise { get; } = new("wide-precise", 4096, [Prime45, Prime46], 3, 26, 5, 16, 1024, 128);

    /// <summary>All sets, the smallest on the wire first; at equal size the one with the shorter key first.</summary>
    public static IReadOnlyList<ParameterSet> All { get; } =
    [
        Compact,
        Compact with { Name = "compact-256", Degree = 4096, SecurityLevel = 256 },
        Wide,
        Wide with { Name = "wide-256", Degree = 4096, Primes = [562_949_953_216_513], SecurityLevel = 256 },
        Precise,
        Precise with { Name = "precise-256", Degree = 4096, Primes = [9_007_199_254_429_697], SecurityLevel = 256 },
        WidePrecise,
        WidePrecise with { Name = "wide-precise-256", Degree = 8192, SecurityLevel = 256 },
    ];

    /// <exception cref="ArgumentException">No set has that name.</exception>
    public static ParameterSet Get(string name) =>
        All.FirstOrDefault(set => set.Name == name)
        ?? throw new ArgumentException($"Expected one of {string.Join(", ", All)} but got the parameter set '{name}'.", nameof(name));
}
