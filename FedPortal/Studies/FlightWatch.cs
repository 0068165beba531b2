using System.Globalization;
using System.Text.Json;
using FedPortal.Training.Accounting;
using FedPortal.Training.Protocol;

namespace FedPortal.Studies;

/// <summary>Holds a run against its signed flight plan before each round is opened, so that a plan is left before it is overspent and not after.</summary>
public static class FlightWatch
{
    // ε is compared after the same sum in another order.
    private const double Rounding = 1e-9;

    /// <param name="plan">As signed.</param>
    /// <param name="design">The study's settings now.</param>
    /// <param name="activeInstitutions">Institutions of the roster that may still take part.</param>
    /// <param name="spending">From the ledgers.</param>
    /// <returns>Why the next round must not be opened, in words for a person, or null.</returns>
    public static string? Deviation(FlightPlan plan, StudyDesign design, int activeInstitutions, StudySpending spending)
    {
        if (JsonSerializer.Serialize(design, ProtocolJson.Options) != JsonSerializer.Serialize(plan.Design, ProtocolJson.Options))
        {
            return $"The study's settings are not those of its flight plan any more: {Difference(plan.Design, design)}.";
        }

        int fewest = Math.Max(plan.Design.Quorum, plan.Privacy?.FewestContributors ?? 1);
        if (activeInstitutions < fewest)
        {
            return $"The flight plan needs {fewest} institutions in a round but only {activeInstitutions} of its {plan.Roster.Count} may take part.";
        }

        return plan.Privacy is { } privacy ? privacy.Views.Select(loss => Overspend(plan, privacy, loss, spending)).FirstOrDefault(reason => reason is not null) : null;
    }

    private static string? Overspend(FlightPlan plan, PlannedPrivacy privacy, PlannedLoss loss, StudySpending spending)
    {
        if (loss.Limit is not { } limit || !Enum.TryParse(loss.View, out PrivacyView view) || !spending.Sums.TryGetValue(view, out PrivacyStatement? spent))
        {
            return null;
        }

        string allowed = string.Create(CultureInfo.InvariantCulture, $"ε = {limit:0.####} ({PrivacyWording.Adversary(view, privacy.AssumedColluders)})");
        return spent switch
        {
            EpsilonStatement { Epsilon: var epsilon } when epsilon > limit * (1 + Rounding) =>
                string.Create(CultureInfo.InvariantCulture, $"The flight plan allows {allowed} for the whole study but the ledgers have charged {epsilon:0.####} for {spending.Releases} updates."),
            EpsilonStatement when spending.Releases >= plan.Design.Rounds =>
                $"The flight plan pays for {plan.Design.Rounds} updates of each institution and {spending.Releases} were charged, those of failed attempts among them: another would pass its {allowed}.",
            EpsilonStatement or NothingReleased => null,
            var other => $"The flight plan allows {allowed} but the ledgers say {PrivacyWording.Of(other)}.",
        };
    }

    private static string Difference(StudyDesign planned, StudyDesign now) => (planned, now) switch
    {
        _ when planned.Encryption != now.Encryption => "the encryption was changed",
        _ when planned.Privacy != now.Privacy => "the noise was changed",
        _ when planned.Strategy != now.Strategy => "the strategy was changed",
        _ when planned.Rounds != now.Rounds => $"{planned.Rounds} rounds became {now.Rounds}",
        _ => "training, screening or preprocessing was changed",
    };
}
