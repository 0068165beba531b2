namespace FedPortal.Training.Accounting;

/// <summary>What can be said after some releases. "Nothing released" and "not accounted" are not ε = 0.</summary>
public abstract record PrivacyStatement
{
    private protected PrivacyStatement()
    {
    }

    /// <returns>The statement for a cost; null is no release at all.</returns>
    public static PrivacyStatement For(PrivacyCost? cost, double delta) => cost switch
    {
        null => new NothingReleased(),
        UnboundedCost unbounded => new UnboundedStatement(unbounded.Reason),
        UnaccountedCost unaccounted => new UnaccountedStatement(unaccounted.Reason),
        RenyiCost known => FromCurve(known.Curve, delta),
        _ => throw new InvalidOperationException("There is no other kind of cost."),
    };

    private static PrivacyStatement FromCurve(RenyiCurve curve, double delta)
    {
        (double epsilon, double order) = curve.ToEpsilon(delta);
        return double.IsInfinity(epsilon)
            ? new UnboundedStatement("No order gives a finite ε for this δ.")
            : new EpsilonStatement(epsilon, order);
    }
}

/// <summary>A proven bound, and the Rényi order that gave it.</summary>
public sealed record EpsilonStatement(double Epsilon, double Order) : PrivacyStatement;

/// <summary>ε is infinite, and why.</summary>
public sealed record UnboundedStatement(string Reason) : PrivacyStatement;

/// <summary>At least one release has no known bound.</summary>
public sealed record UnaccountedStatement(string Reason) : PrivacyStatement;

/// <summary>Nothing has left the house.</summary>
public sealed record NothingReleased : PrivacyStatement;
