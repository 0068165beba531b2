using FedPortal.Training.Accounting;

namespace FedPortal.Training.Ledger;

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
