namespace FedPortal.Training.Attacks;

/// <summary>
/// The ε that a threshold attack's error rates contradict: (ε, δ)-privacy means TPR ≤ e^ε·FPR + δ and TNR ≤ e^ε·FNR + δ (Kairouz, Oh, Viswanath
/// 2015). The threshold and the side are chosen on one half of the units; exact bounds are taken on the other.
/// </summary>
internal static class ThresholdEpsilon
{
    private const string Method = "Clopper–Pearson on both error rates, joint 95 %";
    private const string Assumption = "members and non-members were dealt at random, and their scores count as independent";

    /// <summary>Two one-sided bounds at 97.5 % hold together at 95 %.</summary>
    private const double Error = 0.025;

    public static EpsilonFinding Of(MembershipTrials choosing, MembershipTrials judged, double delta)
    {
        if (!(delta is >= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(delta), delta, $"Expected δ from 0 to below 1 but got {delta}.");
        }

        double threshold = 0;
        bool finds = true;
        double best = -1;
        foreach (double candidate in MembershipStatistics.Candidates(choosing))
        {
            foreach (bool side in new[] { true, false })
            {
                double bound = Bound(choosing, candidate, side, delta);
                (threshold, finds, best) = bound > best ? (candidate, side, bound) : (threshold, finds, best);
            }
        }

        double ceiling = Math.Max(
            FromCounts(judged.Members.Count, judged.Members.Count, 0, judged.NonMembers.Count, delta),
            FromCounts(judged.NonMembers.Count, judged.NonMembers.Count, 0, judged.Members.Count, delta));
        return new EpsilonFinding(Bound(judged, threshold, finds, delta), ceiling, Confidence: 0.95, delta, Method, Assumption);
    }

    /// <param name="finds">True: who reaches the threshold is called a member. False: who does not is called a non-member.</param>
    private static double Bound(MembershipTrials trials, double threshold, bool finds, double delta)
    {
        int members = MembershipStatistics.AtLeast(trials.Members, threshold);
        int others = MembershipStatistics.AtLeast(trials.NonMembers, threshold);
        return finds
            ? FromCounts(members, trials.Members.Count, others, trials.NonMembers.Count, delta)
            : FromCounts(trials.NonMembers.Count - others, trials.NonMembers.Count, trials.Members.Count - members, trials.Members.Count, delta);
    }

    private static double FromCounts(int right, int rightOf, int wrong, int wrongOf, double delta)
    {
        double power = ClopperPearson.Lower(right, rightOf, Error) - delta;
        return power <= 0 ? 0 : Math.Max(0, Math.Log(power / ClopperPearson.Upper(wrong, wrongOf, Error)));
    }
}
