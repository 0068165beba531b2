using System.Globalization;

namespace FedPortal.Training.Accounting;

/// <summary>What a filter answers.</summary>
/// <param name="Allowed">True when the release may happen.</param>
/// <param name="After">What could be said after it.</param>
/// <param name="Reason">Words for the log and for whoever was refused.</param>
public sealed record FilterDecision(bool Allowed, PrivacyStatement After, string Reason);

/// <summary>
/// A Rényi filter (Feldman, Zrnic 2021; Lécuyer 2021): releases may be chosen after looking at earlier ones, and as long as some order of
/// the grid stays within its share of the cap the whole is (cap, δ)-private. The site asks it before anything leaves.
/// </summary>
public sealed class PrivacyFilter
{
    private readonly RenyiOrders _orders;

    public PrivacyFilter(string name, double epsilonCap, double delta, RenyiOrders orders)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(epsilonCap);
        if (delta is not (> 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(delta), delta, "Expected a δ between 0 and 1, both excluded.");
        }

        Name = name;
        EpsilonCap = epsilonCap;
        Delta = delta;
        _orders = orders;
    }

    /// <summary>What the cap is for, for example "study 7".</summary>
    public string Name { get; }

    /// <summary>Infinite when nothing is promised: then the filter only counts.</summary>
    public double EpsilonCap { get; private set; }

    public double Delta { get; }

    /// <summary>Everything allowed so far; null when nothing was.</summary>
    public PrivacyCost? Spent { get; private set; }

    /// <summary>Asks without spending.</summary>
    public FilterDecision Ask(PrivacyCost next)
    {
        PrivacyCost after = Spent is null ? next : PrivacyCost.Add(Spent, next);
        var statement = PrivacyStatement.For(after, Delta);
        bool allowed = double.IsPositiveInfinity(EpsilonCap) || (statement is EpsilonStatement known && known.Epsilon <= EpsilonCap);
        string cap = double.IsPositiveInfinity(EpsilonCap) ? "none" : EpsilonCap.ToString("0.####", CultureInfo.InvariantCulture);
        return new FilterDecision(allowed, statement, $"{Name}: {PrivacyWording.Of(statement)} after this release, cap {cap}");
    }

    /// <summary>Asks, and spends when it is allowed.</summary>
    public FilterDecision Spend(PrivacyCost next)
    {
        FilterDecision decision = Ask(next);
        if (decision.Allowed)
        {
            Restore(next);
        }

        return decision;
    }

    /// <summary>Takes over what was spent before a restart, whether it fits the cap or not.</summary>
    public void Restore(PrivacyCost spent) => Spent = Spent is null ? spent : PrivacyCost.Add(Spent, spent);

    /// <summary>Lowers the cap, as an assessment of risk may do. Nothing can raise it.</summary>
    public void LowerCap(double epsilonCap)
    {
        if (!(epsilonCap > 0 && epsilonCap <= EpsilonCap))
        {
            throw new ArgumentOutOfRangeException(nameof(epsilonCap), epsilonCap, $"Expected a cap above 0 and at most {EpsilonCap}.");
        }

        EpsilonCap = epsilonCap;
    }

    /// <returns>How many releases of the same cost fit from here on, at most <paramref name="limit"/>.</returns>
    public int RemainingReleases(PrivacyCost each, int limit = 1_000_000)
    {
        if (each is not RenyiCost)
        {
            return 0;
        }

        PrivacyCost start = Spent ?? new RenyiCost(RenyiCurve.Zero(_orders));
        return MonotoneSearch.Largest(
            count => PrivacyStatement.For(PrivacyCost.Add(start, each.Repeat(count)), Delta) is EpsilonStatement known && known.Epsilon <= EpsilonCap,
            limit);
    }
}
