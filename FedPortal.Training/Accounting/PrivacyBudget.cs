namespace FedPortal.Training.Accounting;

/// <summary>All caps that hold for a site: its study's and its own. A release happens only when every filter allows it, and then every filter pays.</summary>
public sealed class PrivacyBudget(IReadOnlyList<PrivacyFilter> filters)
{
    public IReadOnlyList<PrivacyFilter> Filters { get; } = filters.Count > 0
        ? filters
        : throw new ArgumentException("Expected at least one filter but got none.", nameof(filters));

    /// <returns>The first refusal, or the last permission.</returns>
    public FilterDecision Spend(PrivacyCost next)
    {
        FilterDecision[] decisions = [.. Filters.Select(filter => filter.Ask(next))];
        if (decisions.FirstOrDefault(decision => !decision.Allowed) is { } refusal)
        {
            return refusal;
        }

        foreach (PrivacyFilter filter in Filters)
        {
            filter.Spend(next);
        }

        return decisions[^1];
    }
}
