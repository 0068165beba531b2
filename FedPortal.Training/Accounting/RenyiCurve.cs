namespace FedPortal.Training.Accounting;

/// <summary>How a Rényi curve becomes one (ε, δ).</summary>
public enum RenyiConversion
{
    /// <summary>ε(α) + ln(1−1/α) − (ln δ + ln α)/(α−1): Canonne, Kamath, Steinke 2020, Proposition 12; Balle and others 2020.</summary>
    CanonneKamathSteinke,

    /// <summary>ε(α) − ln δ/(α−1): Mironov 2017, Proposition 3. Looser; the one behind older published tables.</summary>
    Mironov,
}

/// <summary>An ε and the Rényi order that gave it.</summary>
public readonly record struct RenyiEpsilon(double Epsilon, double Order);

/// <summary>An upper bound of a mechanism's Rényi divergence at every order of a grid. Curves of successive releases add.</summary>
public sealed class RenyiCurve
{
    private readonly double[] _values;

    public RenyiCurve(RenyiOrders orders, IReadOnlyList<double> values)
    {
        if (values.Count != orders.Values.Count)
        {
            throw new ArgumentException($"Expected {orders.Values.Count} values, one for each order, but got {values.Count}.", nameof(values));
        }

        if (values.Any(value => double.IsNaN(value) || value < 0))
        {
            throw new ArgumentException("A Rényi divergence is a number of at least 0, or infinite.", nameof(values));
        }

        Orders = orders;
        _values = [.. values];
    }

    public RenyiOrders Orders { get; }

    /// <summary>In the order of <see cref="RenyiOrders.Values"/>.</summary>
    public IReadOnlyList<double> Values => _values;

    public static RenyiCurve Zero(RenyiOrders orders) => new(orders, new double[orders.Values.Count]);

    public static RenyiCurve From(RenyiOrders orders, Func<double, double> divergence) => new(orders, [.. orders.Values.Select(divergence)]);

    /// <summary>Adaptive composition.</summary>
    public RenyiCurve Add(RenyiCurve other)
    {
        if (other.Orders != Orders)
        {
            throw new ArgumentException($"Expected the grid {Orders.Name} but got {other.Orders.Name}.", nameof(other));
        }

        return new RenyiCurve(Orders, [.. _values.Zip(other._values, (a, b) => a + b)]);
    }

    /// <summary>The same release, <paramref name="count"/> times.</summary>
    public RenyiCurve Repeat(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return count == 0 ? Zero(Orders) : new RenyiCurve(Orders, [.. _values.Select(value => value * count)]);
    }

    /// <returns>The smallest ε over the grid, at least 0; infinite when δ is 0.</returns>
    public RenyiEpsilon ToEpsilon(double delta, RenyiConversion conversion = RenyiConversion.CanonneKamathSteinke)
    {
        var best = new RenyiEpsilon(double.PositiveInfinity, Orders.Values[0]);
        if (delta <= 0)
        {
            return best;
        }

        double logDelta = Math.Log(delta);
        for (int i = 0; i < _values.Length; i++)
        {
            double epsilon = Math.Max(0, _values[i] + Extra(i, logDelta, conversion));
            if (epsilon < best.Epsilon)
            {
                best = new RenyiEpsilon(epsilon, Orders.Values[i]);
            }
        }

        return best;
    }

    private double Extra(int index, double logDelta, RenyiConversion conversion) => conversion == RenyiConversion.Mironov
        ? -logDelta / (Orders.Values[index] - 1)
        : Orders.LogOneMinusInverse[index] - ((logDelta + Orders.Log[index]) / (Orders.Values[index] - 1));
}
