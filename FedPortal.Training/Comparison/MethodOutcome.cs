using System.Text;
using FedPortal.Training.Attacks;
using FedPortal.Training.Evaluation;
using FedPortal.Training.Protocol;

namespace FedPortal.Training.Comparison;

/// <summary>What a method hands over when its rounds are done: the raw material of a <see cref="MethodResult"/>.</summary>
public sealed record MethodOutcome
{
    public required string Network { get; init; }

    public required int Values { get; init; }

    /// <summary>Site by site, in the order of the study.</summary>
    public required IReadOnlyList<SiteOutcome> Sites { get; init; }

    /// <summary>Which model the membership attack was given, in words.</summary>
    public required string Attacked { get; init; }

    public double? Epsilon { get; init; }

    public double? Delta { get; init; }

    /// <summary>With δ and unit, or that there is none.</summary>
    public string EpsilonWords { get; init; } = "no ε";

    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Turns raw material into figures with intervals.</summary>
    /// <param name="method">Its name.</param>
    /// <param name="seed">Of the run; it also seeds the bootstrap of the attack.</param>
    /// <param name="meter">What was counted while it ran.</param>
    public MethodResult ToResult(string method, int seed, MethodMeter meter)
    {
        ArgumentNullException.ThrowIfNull(meter);
        var pooled = Predictions.Concat([.. Sites.Select(site => site.Holdout)]);
        EvaluationReport report = EvaluationReports.From(pooled);
        return new MethodResult
        {
            Method = method,
            Seed = seed,
            Network = Network,
            Values = Values,
            IsSynthetic = pooled.IsSynthetic,
            HoldoutHash = HashOf(Sites),
            Accuracy = ComparedFigure.Of(report, Metric.Accuracy),
            Auroc = ComparedFigure.Of(report, Metric.Auroc),
            Sites = [.. Sites.Select(SiteOf)],
            Traffic = meter.Traffic(),
            Rounds = meter.Rounds,
            Seconds = meter.Seconds,
            CpuSeconds = meter.CpuSeconds,
            Privacy = PrivacyOf(seed),
            Notes = Notes,
        };
    }

    private static SiteResult SiteOf(SiteOutcome site)
    {
        EvaluationReport report = EvaluationReports.From(site.Holdout);
        return new SiteResult(site.Name, site.TrainImages, ComparedFigure.Of(report, Metric.Accuracy), ComparedFigure.Of(report, Metric.Auroc));
    }

    private MeasuredPrivacy PrivacyOf(int seed)
    {
        double[] members = [.. Sites.SelectMany(site => site.MemberScores)];
        double[] others = [.. Sites.SelectMany(site => site.NonMemberScores)];
        if (members.Length < MembershipTrials.Least || others.Length < MembershipTrials.Least)
        {
            return new MeasuredPrivacy(Attacked, null, null, members.Length, others.Length, Epsilon, Delta, EpsilonWords);
        }

        MembershipReport attack = MembershipStatistics.Of(new MembershipTrials(members, others), Delta ?? 0, seed);
        int units = members.Length + others.Length;
        return new MeasuredPrivacy(
            Attacked, ComparedFigure.Of(attack.Auc, units), ComparedFigure.AdvantageOf(attack.BalancedAccuracy, units), members.Length, others.Length, Epsilon, Delta, EpsilonWords);
    }

    private static string HashOf(IEnumerable<SiteOutcome> sites)
    {
        var text = new StringBuilder();
        foreach (SiteOutcome site in sites)
        {
            text.Append(site.Name).Append('\n');
            foreach ((string id, int label) in site.HoldoutIds.Zip(site.Holdout.Labels))
            {
                text.Append(id).Append(' ').Append(label).Append('\n');
            }
        }

        return ContentHash.OfText(text.ToString());
    }
}

/// <param name="Name">As shown.</param>
/// <param name="TrainImages">Training images.</param>
/// <param name="HoldoutIds">Content hashes of the held-out images.</param>
/// <param name="Holdout">What the model that this institution would use says about them.</param>
/// <param name="MemberScores">The attacker's score of every patient that was trained on.</param>
/// <param name="NonMemberScores">The same for the hold-out.</param>
public sealed record SiteOutcome(
    string Name, int TrainImages, IReadOnlyList<string> HoldoutIds, Predictions Holdout, IReadOnlyList<double> MemberScores, IReadOnlyList<double> NonMemberScores);
