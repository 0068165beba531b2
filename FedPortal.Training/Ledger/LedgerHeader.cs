using FedPortal.Training.Accounting;

namespace FedPortal.Training.Ledger;

/// <summary>What never changes in a ledger. It is the first line, hashed and signed like a row.</summary>
public sealed record LedgerHeader
{
    public const int CurrentVersion = 1;

    public int FormatVersion { get; init; } = CurrentVersion;

    /// <summary>Names this ledger; a new one is begun when anything in the header must change.</summary>
    public required string LedgerId { get; init; }

    public required string Institution { get; init; }

    public required string Study { get; init; }

    /// <summary>RFC 3339, UTC.</summary>
    public required string CreatedAt { get; init; }

    /// <summary>"institution" or "patient".</summary>
    public required string Unit { get; init; }

    /// <summary>"zero-out" or "add/remove".</summary>
    public required string Adjacency { get; init; }

    public required double Delta { get; init; }

    /// <summary>The study's cap; infinite when the study promises no ε at all, and then every claim says so.</summary>
    public required double EpsilonCap { get; init; }

    /// <summary>The view that the cap holds for: a name of <see cref="PrivacyView"/>.</summary>
    public string CapView { get; init; } = nameof(PrivacyView.PublishedSum);

    public string Orders { get; init; } = RenyiOrders.Standard.Name;

    public string Conversion { get; init; } = nameof(RenyiConversion.CanonneKamathSteinke);

    public required string Mechanism { get; init; }

    public string MechanismVersion { get; init; } = "1";

    public required int Dimension { get; init; }

    /// <summary>Hash of the layout of the released vector.</summary>
    public required string LayoutHash { get; init; }

    public required double ClippingNorm { get; init; }

    public required double Scale { get; init; }

    public required double Beta { get; init; }

    public required int Institutions { get; init; }

    public required int ToleratedDropouts { get; init; }

    public required int AssumedColluders { get; init; }

    /// <summary>In words: how units are sampled for a round.</summary>
    public required string Sampling { get; init; }

    /// <summary>In words: what happens to running statistics.</summary>
    public required string BatchNormPolicy { get; init; }

    /// <summary>In words: who holds the keys that open a sum.</summary>
    public required string KeyCustody { get; init; }

    public required string CodeVersion { get; init; }

    public required bool TuningRunsCounted { get; init; }

    /// <summary>The site's public key, ECDSA P-256, as base64 of its SubjectPublicKeyInfo.</summary>
    public required string SiteKey { get; init; }

    internal NoiseShares Shares => new NoiseShares(Institutions, ToleratedDropouts, AssumedColluders).Checked();

    internal PrivacyScope Scope => new(Delta, Unit, Adjacency, TuningRunsCounted);
}
