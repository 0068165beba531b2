namespace FedPortal.Operation.Retaining;

/// <summary>How much is past its time, or was removed.</summary>
public readonly record struct RetentionCount(int Items, long Bytes = 0);

/// <summary>One kind of thing that is removed when its time is over. Register one for each kind as a service.</summary>
public interface IRetentionRule
{
    /// <summary>What it is, in the plural: "ended sessions".</summary>
    string Name { get; }

    /// <summary>What is lost when it is removed, in one sentence.</summary>
    string Consequence { get; }

    /// <summary>How many days it is kept; 0 for ever.</summary>
    int Days { get; }

    /// <param name="limit">What is older is past its time.</param>
    /// <param name="removes">False to count only.</param>
    Task<RetentionCount> ApplyAsync(DateTimeOffset limit, bool removes, CancellationToken cancellationToken);
}
