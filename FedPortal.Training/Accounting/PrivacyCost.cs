namespace FedPortal.Training.Accounting;

/// <summary>What one release costs: a curve, a certain loss, or an honest "not known". Never a zero that means one of the others.</summary>
public abstract record PrivacyCost
{
    private protected PrivacyCost()
    {
    }

    /// <summary>Costs of successive releases: a known loss of everything wins, then what is not accounted, then curves add.</summary>
    public static PrivacyCost Add(PrivacyCost a, PrivacyCost b) => (a, b) switch
    {
        (UnboundedCost, _) => a,
        (_, UnboundedCost) => b,
        (UnaccountedCost, _) => a,
        (_, UnaccountedCost) => b,
        (RenyiCost one, RenyiCost other) => new RenyiCost(one.Curve.Add(other.Curve)),
        _ => throw new InvalidOperationException("There is no other kind of cost."),
    };

    /// <summary>The same release several times.</summary>
    public PrivacyCost Repeat(int count) => this is RenyiCost cost ? new RenyiCost(cost.Curve.Repeat(count)) : this;
}

/// <summary>A Rényi curve.</summary>
public sealed record RenyiCost(RenyiCurve Curve) : PrivacyCost;

/// <summary>The mechanism is known to bound nothing: ε is infinite.</summary>
public sealed record UnboundedCost(string Reason) : PrivacyCost;

/// <summary>The accountant does not know the mechanism, or knows no curve for it: it must not be taken for free.</summary>
public sealed record UnaccountedCost(string Reason) : PrivacyCost;
