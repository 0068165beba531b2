namespace FedPortal.Privacy;

/// <summary>What an attack test on a model of the study found.</summary>
/// <param name="Name">For people.</param>
/// <param name="EpsilonFound">The lower bound of ε that it certifies; 0 when it found nothing.</param>
/// <param name="EpsilonClaimed">What was claimed of that model; null where nothing is claimed.</param>
public sealed record AttackFigure(string Name, double EpsilonFound, double? EpsilonClaimed)
{
    /// <summary>The claim is wrong.</summary>
    public bool Exceeds => EpsilonFound > EpsilonClaimed;
}

/// <summary>What an assessment of risk looks at.</summary>
/// <param name="Attacks">Finished attack tests.</param>
/// <param name="NewestImageMonths">Age of the newest images in months, as the institutions declare it; null when nobody knows.</param>
/// <param name="Colluders">How many institutions are now thought to pool what they know.</param>
public sealed record RiskInputs(IReadOnlyList<AttackFigure> Attacks, int? NewestImageMonths, int Colluders);
