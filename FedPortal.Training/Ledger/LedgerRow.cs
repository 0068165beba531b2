using FedPortal.Training.Accounting;

namespace FedPortal.Training.Ledger;

/// <summary>What a release is.</summary>
public static class ReleaseKinds
{
    public const string Update = "update";

    public const string FailedRound = "failed-round";

    public const string Sketch = "sketch";

    public const string QuantileCount = "quantile-count";

    public const string Metric = "metric";

    public const string Export = "export";

    public static IReadOnlyList<string> All { get; } = [Update, FailedRound, Sketch, QuantileCount, Metric, Export];
}

/// <summary>One release as its maker describes it; the ledger adds its place in the chain and what it costs.</summary>
public sealed record LedgerRelease
{
    public required int Round { get; init; }

    public int Attempt { get; init; } = 1;

    /// <summary>One of <see cref="ReleaseKinds"/>.</summary>
    public string Kind { get; init; } = ReleaseKinds.Update;

    /// <summary>C of this round.</summary>
    public required double ClippingNorm { get; init; }

    /// <summary>s of this round.</summary>
    public required double Scale { get; init; }

    public required ReleaseParameters Parameters { get; init; }

    /// <summary>The institutions whose shares are in the sum. A site that writes before the sum is known names k_min of them at most.</summary>
    public required IReadOnlyList<string> Contributors { get; init; }

    /// <summary>Whether the exact integer norm was within the bound; the norm itself is never written.</summary>
    public required bool NormCheckPassed { get; init; }

    public IReadOnlyList<string> CiphertextHashes { get; init; } = [];

    public string SumHash { get; init; } = "";

    /// <summary>Largest distance of a decrypted value from the lattice.</summary>
    public double LargestResidue { get; init; }

    /// <summary>Which sampler drew the noise, with its version.</summary>
    public string Sampler { get; init; } = "table-1/aes-128-ctr";
}

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
