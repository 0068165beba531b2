using FedPortal.Encryption.SecureAggregation.Rounds;

namespace FedPortal.Encryption.SecureAggregation.Submission;

/// <summary>What an institution demands of a round before it takes part, whatever the portal says.</summary>
/// <param name="MinimumInstitutions">Sums of fewer updates are refused; at least 3.</param>
/// <param name="SecurityLevel">The set must obey this column of the standard's table.</param>
/// <param name="MinimumNoiseDeviation">Rounds in which members add less noise are refused.</param>
public sealed record RoundPolicy(int MinimumInstitutions = 3, int SecurityLevel = 128, double MinimumNoiseDeviation = 0)
{
    /// <returns>One sentence for every demand that the round does not meet; empty when it meets all.</returns>
    public IReadOnlyList<string> Refusals(RoundDescription description, DateTimeOffset now)
    {
        var refusals = new List<string>();
        void Demand(bool holds, FormattableString refusal)
        {
            if (!holds)
            {
                refusals.Add(FormattableString.Invariant(refusal));
            }
        }

        int helpers = description.Helpers.Count;
        Demand(description.MinimumInstitutions >= Math.Max(3, MinimumInstitutions),
            $"Expected at least {Math.Max(3, MinimumInstitutions)} institutions in a sum but the round allows {description.MinimumInstitutions}.");
        Demand(description.Threshold > helpers / 2, $"Expected a threshold above half of {helpers} helpers but got {description.Threshold}.");
        Demand(description.Set.SecurityLevel >= SecurityLevel,
            $"Expected {SecurityLevel}-bit security but {description.Set.Name} has {description.Set.SecurityLevel}.");
        Demand(description.NoiseDeviation >= MinimumNoiseDeviation,
            $"Expected noise of at least {MinimumNoiseDeviation} but the round has {description.NoiseDeviation}.");
        Demand(now < description.Deadline, $"Expected a deadline after {now:O} but got {description.Deadline:O}.");
        return refusals;
    }
}
