using FedPortal.Training.Accounting;
using FedPortal.Training.Learning;

namespace FedPortal.Training.Protocol;

/// <summary>What a site needs to know of a study to decide whether its own policy allows it. Part of every assignment.</summary>
public sealed record StudyTerms
{
    public required FederatedStrategy Strategy { get; init; }

    /// <summary>False when the portal adds updates in the clear.</summary>
    public required bool IsProtected { get; init; }

    /// <summary>What the study trains and noises.</summary>
    public PrivacyRegime Regime { get; init; } = PrivacyRegime.FullNetwork;

    /// <summary>Institutions on the roster.</summary>
    public required int Institutions { get; init; }

    /// <summary>Fewest updates that a sum is made of.</summary>
    public required int MinimumInstitutions { get; init; }

    /// <summary>Name of the encryption's mode; null for a plain study.</summary>
    public string? EncryptionMode { get; init; }

    /// <summary>Name of the parameter set; null for a plain study.</summary>
    public string? ParameterSet { get; init; }

    /// <summary>The study's own cap on ε; null when it promises none.</summary>
    public double? EpsilonCap { get; init; }
}

/// <summary>What a release would cost, from the site's own ledgers.</summary>
/// <param name="Study">ε of this study after the release, at the study's δ.</param>
/// <param name="Others">Sum of ε over the site's other studies: an upper bound by composition.</param>
public sealed record EpsilonForecast(double Study, double Others);
