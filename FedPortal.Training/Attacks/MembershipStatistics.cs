using FedPortal.Training.Evaluation;

namespace FedPortal.Training.Attacks;

/// <summary>From an attacker's scores to rates with intervals.</summary>
public static class MembershipStatistics
{
    /// <summary>Replicates of the bootstrap over units.</summary>
    public const int Replicates = 1000;

    private const double OneSided = 0.0125;
    private static readonly double[] Rates = [0.1, 0.01, 0.001];

    /// <param name="trials">The attacker's scores.</param>
    /// <param name="delta">δ of the claim under test, in [0, 1).</param>
    /// <param name="seed">Deals the units into two halves and seeds the bootstrap: the same scores give the same report.</param>
    public static MembershipReport Of(MembershipTrials trials, double delta, int seed = 1)
    {
        ArgumentNullException.ThrowIfNull(trials);
        (MembershipTrials choosing, MembershipTrials judged) = trials.Halves(seed);
        return new MembershipReport(
            trials.Members.Count,
            trials.NonMembers.Count,
            AucOf(trials, seed),
            BalancedAccuracyOf(choosing, judged),
            [.. Rates.Select(rate => LowFalsePositivesOf(trials, rate))],
            ThresholdEpsilon.Of(choosing, judged, delta),
            RocOf(trials));
    }

    /// <summary>Probability that a member scores above a non-member, ties half (Mann–Whitney).</summary>
    public static double Auc(IReadOnlyList<double> members, IReadOnlyList<double> nonMembers)
    {
        double[] others = [.. nonMembers.Order()];
        double sum = 0;
        foreach (double score in members)
        {
            (int below, int upTo) = Around(others, score);
            sum += below + (0.5 * (upTo - below));
        }

        return sum / ((double)members.Count * others.Length);
    }

    /// <summary>How many reach the threshold.</summary>
    internal static int AtLeast(IReadOnlyList<double> scores, double threshold) => scores.Count(score => score >= threshold);

    private static AttackRate AucOf(MembershipTrials trials, int seed)
    {
        double value = Auc(trials.Members, trials.NonMembers);
        var random = new Random(seed);
        double[] replicates = new double[Replicates];
        for (int i = 0; i < replicates.Length; i++)
        {
            replicates[i] = Auc(Drawn(trials.Members, random), Drawn(trials.NonMembers, random));
        }

        Array.Sort(replicates);
        return replicates[0] == replicates[^1]
            ? new AttackRate(value, null, null, "")
            : new AttackRate(value, replicates[Replicates / 40], replicates[^((Replicates / 40) + 1)], EvaluationReports.PercentileBootstrap);
    }

    private static double[] Drawn(IReadOnlyList<double> scores, Random random)
    {
        double[] drawn = new double[scores.Count];
        for (int i = 0; i < drawn.Length; i++)
        {
            drawn[i] = scores[random.Next(scores.Count)];
        }

        return drawn;
    }

    private static AttackRate BalancedAccuracyOf(MembershipTrials choosing, MembershipTrials judged)
    {
        double threshold = Candidates(choosing).MaxBy(candidate =>
            (AtLeast(choosing.Members, candidate) / (double)choosing.Members.Count) - (AtLeast(choosing.NonMembers, candidate) / (double)choosing.NonMembers.Count));
        int found = AtLeast(judged.Members, threshold);
        int cleared = judged.NonMembers.Count - AtLeast(judged.NonMembers, threshold);
        double value = ((found / (double)judged.Members.Count) + (cleared / (double)judged.NonMembers.Count)) / 2;

        // Both rates at 97.5 %, so that their mean holds at 95 %.
        double lower = (ClopperPearson.Lower(found, judged.Members.Count, OneSided) + ClopperPearson.Lower(cleared, judged.NonMembers.Count, OneSided)) / 2;
        double upper = (ClopperPearson.Upper(found, judged.Members.Count, OneSided) + ClopperPearson.Upper(cleared, judged.NonMembers.Count, OneSided)) / 2;
        return new AttackRate(value, lower, upper, "Clopper–Pearson");
    }

    private static LowFalsePositives LowFalsePositivesOf(MembershipTrials trials, double rate)
    {
        int needed = (int)Math.Round(1 / rate);
        if (trials.NonMembers.Count < needed)
        {
            return new LowFalsePositives(rate, null, null, null, needed);
        }

        // The threshold is just above so many non-members that no more than the rate reach it.
        double[] falling = [.. trials.NonMembers.OrderDescending()];
        int allowed = (int)Math.Floor(rate * falling.Length);
        int found = trials.Members.Count(score => score > falling[allowed]);
        const double Error = 0.025;
        return new LowFalsePositives(
            rate, found / (double)trials.Members.Count, ClopperPearson.Lower(found, trials.Members.Count, Error), ClopperPearson.Upper(found, trials.Members.Count, Error), needed);
    }

    /// <summary>At most 101 thresholds, spread over all scores.</summary>
    internal static IReadOnlyList<double> Candidates(MembershipTrials trials) =>
        ModelCurves.Thinned<double>([.. trials.Members.Concat(trials.NonMembers).Distinct().Order()]);

    private static IReadOnlyList<RocPoint> RocOf(MembershipTrials trials) =>
    [
        new(0, 0),
        .. Candidates(trials).Reverse().Select(threshold => new RocPoint(
            AtLeast(trials.NonMembers, threshold) / (double)trials.NonMembers.Count,
            AtLeast(trials.Members, threshold) / (double)trials.Members.Count)),
    ];

    private static (int Below, int UpTo) Around(double[] sorted, double score) => (First(sorted, value => value >= score), First(sorted, value => value > score));

    private static int First(double[] sorted, Func<double, bool> holds)
    {
        int low = 0;
        int high = sorted.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = holds(sorted[middle]) ? (low, middle) : (middle + 1, high);
        }

        return low;
    }
}
