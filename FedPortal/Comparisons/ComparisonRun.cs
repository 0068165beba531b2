using FedPortal.Runs;

namespace FedPortal.Comparisons;

/// <summary>One comparison of methods. What is finished of it stays on record, however it ended.</summary>
public sealed class ComparisonRun : LongRun
{
    /// <exception cref="ArgumentException">The order has problems.</exception>
    public ComparisonRun(ComparisonOrder order, string startedBy, DateTimeOffset now)
        : base(startedBy, now)
    {
        ArgumentNullException.ThrowIfNull(order);
        if (order.Problems() is { Count: > 0 } problems)
        {
            throw new ArgumentException(string.Join(" ", problems), nameof(order));
        }

        Order = order;
    }

    private ComparisonRun()
    {
        // For EF Core.
    }

    public ComparisonOrder Order { get; private set; } = ComparisonOrder.Usual;

    /// <summary>The method that runs now; empty while there is none.</summary>
    public string Method { get; private set; } = "";

    /// <summary>The <see cref="Training.Comparison.ComparisonReport"/> as JSON, as far as it is; null before the first method is finished.</summary>
    public string? ReportJson { get; private set; }

    public DateTimeOffset? BegunAt { get; private set; }

    public override string Title => $"Comparison of {Order.Methods.Count} methods on {Order.Subject}";

    public void Begin(DateTimeOffset now)
    {
        BeginRun(now);
        BegunAt = now;
    }

    /// <param name="method">The one that runs.</param>
    /// <param name="stage">What it is doing.</param>
    /// <param name="fraction">0 to 1, of the whole.</param>
    /// <param name="reportJson">What is finished so far, or null for no change.</param>
    public void Show(string method, string stage, double fraction, string? reportJson, DateTimeOffset now)
    {
        Show(stage, fraction, now);
        Method = method;
        ReportJson = reportJson ?? ReportJson;
    }

    public void Finish(string reportJson, DateTimeOffset now)
    {
        FinishRun(now);
        ReportJson = reportJson;
        Method = "";
    }
}
