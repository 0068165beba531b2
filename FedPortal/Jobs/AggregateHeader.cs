namespace FedPortal.Jobs;

/// <summary>Header of a stored mean update.</summary>
internal sealed record AggregateHeader(Guid RoundId, string LayoutHash, long SampleCount, int ContributorCount)
{
    /// <summary>Of the decrypted integers; null for a plain round.</summary>
    public string? SumHash { get; init; }

    /// <summary>Without noise every value is right to this; null for a plain round.</summary>
    public double? QuantisationStep { get; init; }

    /// <summary>Largest encryption error over what would have made a value wrong; null for a plain round.</summary>
    public double? LargestResidue { get; init; }
}
