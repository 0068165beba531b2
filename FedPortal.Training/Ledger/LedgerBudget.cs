using FedPortal.Training.Accounting;

namespace FedPortal.Training.Ledger;

/// <summary>What a ledger's cap leaves.</summary>
/// <param name="EpsilonCap">Infinite when the study promises no ε.</param>
/// <param name="CapView">The view that the cap holds for.</param>
/// <param name="Spent">In that view.</param>
/// <param name="MoreLikeTheLast">How many more rounds with the numbers of the last update fit, at most <see cref="MostCounted"/>; null without a cap or an update.</param>
public sealed record LedgerBudget(double EpsilonCap, PrivacyView CapView, PrivacyStatement Spent, int? MoreLikeTheLast)
{
    public const int MostCounted = 10_000;

    public bool HasCap => double.IsFinite(EpsilonCap);

    /// <summary>ε below the cap; null where there is no cap or what was spent has no number.</summary>
    public double? Left => !HasCap ? null : Spent switch
    {
        EpsilonStatement known => Math.Max(0, EpsilonCap - known.Epsilon),
        NothingReleased => EpsilonCap,
        _ => null,
    };
}
