using FedPortal.Training.Accounting;

namespace FedPortal.Training.Ledger;

/// <summary>One row of the file. All fields are flat so that JSON and CSV hold the same.</summary>
public sealed record LedgerRow
{
    public required int Sequence { get; init; }

    public required string PreviousHash { get; init; }

    /// <summary>RFC 3339, UTC.</summary>
    public required string Time { get; init; }

    public required int Round { get; init; }

    public required int Attempt { get; init; }

    public required string Kind { get; init; }

    public required string Mechanism { get; init; }

    public required double ClippingNorm { get; init; }

    public required double Scale { get; init; }

    public required double L1 { get; init; }

    public required double L2 { get; init; }

    public required double LInfinity { get; init; }

    public required double LocalNoise { get; init; }

    public required double Dimension { get; init; }

    public required double SamplingRate { get; init; }

    public required int Steps { get; init; }

    public required IReadOnlyList<string> Contributors { get; init; }

    public required bool NormCheckPassed { get; init; }

    public required IReadOnlyList<string> CiphertextHashes { get; init; }

    public required string SumHash { get; init; }

    public required double LargestResidue { get; init; }

    public required string Sampler { get; init; }

    /// <summary>False: the filter refused, nothing left, and the row costs nothing.</summary>
    public required bool Allowed { get; init; }

    public required string FilterReason { get; init; }

    /// <summary>Rényi divergences of this release at the header's orders; empty where there is no curve.</summary>
    public required IReadOnlyList<double> SumCurve { get; init; }

    public required IReadOnlyList<double> ColludersCurve { get; init; }

    public required IReadOnlyList<double> SingleCurve { get; init; }

    /// <summary>ε after this row, as a number, or "infinite", "not accounted", "nothing released".</summary>
    public required string SumEpsilon { get; init; }

    public required string ColludersEpsilon { get; init; }

    public required string SingleEpsilon { get; init; }

    internal ReleaseParameters Parameters => new()
    {
        Mechanism = Mechanism,
        L1 = L1,
        L2 = L2,
        LInfinity = LInfinity,
        LocalNoise = LocalNoise,
        Dimension = Dimension,
        SamplingRate = SamplingRate,
        Steps = Steps,
    };

    internal IReadOnlyList<double> Curve(PrivacyView view) => view switch
    {
        PrivacyView.PublishedSum => SumCurve,
        PrivacyView.Colluders => ColludersCurve,
        _ => SingleCurve,
    };

    internal string Epsilon(PrivacyView view) => view switch
    {
        PrivacyView.PublishedSum => SumEpsilon,
        PrivacyView.Colluders => ColludersEpsilon,
        _ => SingleEpsilon,
    };
}
