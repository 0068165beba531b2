using System.Globalization;

namespace FedPortal.Training.Accounting;

/// <summary>A fixed list of Rényi orders. Its name is written into ledgers, so a grid never changes once it has a name.</summary>
public sealed class RenyiOrders
{
    private RenyiOrders(string name, double[] values)
    {
        Name = name;
        Values = values;
        Log = [.. values.Select(order => Math.Log(order))];
        LogOneMinusInverse = [.. values.Select(order => Math.Log(1 - (1 / order)))];
    }

    /// <summary>All integers from 2 to 128, and 256. The grid of the ledger.</summary>
    public static RenyiOrders Standard { get; } = new("int2..128,256", [.. Integers(2, 128), 256]);

    /// <summary>All integers from 2 to 128.</summary>
    public static RenyiOrders IntegersOnly { get; } = new("int2..128", [.. Integers(2, 128)]);

    /// <summary>The grid of the PyTorch and TensorFlow tutorials: fractional orders, so only for the Gaussian mechanism.</summary>
    public static RenyiOrders Tutorial { get; } =
        new("1.1..10.9 step .1,12..63", [.. Enumerable.Range(11, 99).Select(tenths => tenths / 10.0), .. Integers(12, 63)]);

    public string Name { get; }

    public IReadOnlyList<double> Values { get; }

    /// <summary>ln α of each order: a ledger of 1,000 rows asks 400,000 times.</summary>
    internal double[] Log { get; }

    /// <summary>ln(1 − 1/α) of each order.</summary>
    internal double[] LogOneMinusInverse { get; }

    /// <returns>The grid of that name.</returns>
    /// <exception cref="ArgumentException">No grid has the name.</exception>
    public static RenyiOrders Named(string name) =>
        new[] { Standard, IntegersOnly, Tutorial }.FirstOrDefault(orders => orders.Name == name)
        ?? throw new ArgumentException($"Expected an order grid ({Standard.Name}; {IntegersOnly.Name}; {Tutorial.Name}) but got '{name}'.", nameof(name));

    /// <returns>The order as an integer.</returns>
    /// <exception cref="ArgumentException">The order has a fraction or is below 2.</exception>
    internal static int RequireInteger(double order) =>
        order >= 2 && order == Math.Floor(order)
            ? (int)order
            : throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"Expected an integer order of at least 2 but got {order}."), nameof(order));

    private static IEnumerable<double> Integers(int first, int last) => Enumerable.Range(first, last - first + 1).Select(order => (double)order);
}
