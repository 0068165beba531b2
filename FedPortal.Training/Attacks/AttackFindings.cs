using FedPortal.Training.Evaluation;

namespace FedPortal.Training.Attacks;

/// <summary>A measured rate with its 95 % interval.</summary>
/// <param name="Value">In [0, 1].</param>
/// <param name="Lower">Null where there is no spread to estimate it from.</param>
/// <param name="Upper">As <paramref name="Lower"/>.</param>
/// <param name="Method">How the interval was made; empty without one.</param>
public sealed record AttackRate(double Value, double? Lower, double? Upper, string Method);

/// <summary>How many members an attacker finds who may accuse few others wrongly.</summary>
/// <param name="FalsePositiveRate">The rate allowed.</param>
/// <param name="TruePositiveRate">Null when there were fewer non-members than <paramref name="NonMembersNeeded"/>: such a rate cannot be seen then.</param>
/// <param name="Lower">95 % Clopper–Pearson.</param>
/// <param name="Upper">95 % Clopper–Pearson.</param>
/// <param name="NonMembersNeeded">One over the rate.</param>
public sealed record LowFalsePositives(double FalsePositiveRate, double? TruePositiveRate, double? Lower, double? Upper, int NonMembersNeeded);

/// <summary>A lower bound of ε that an attack gives. It is never an upper one: a weak attack says nothing about privacy.</summary>
/// <param name="LowerBound">The audit found ε ≥ this; 0 when it found nothing.</param>
/// <param name="Ceiling">What a perfect attack would have shown with as many trials.</param>
/// <param name="Confidence">For example 0.95.</param>
/// <param name="Delta">δ of the claim under test.</param>
/// <param name="Method">How the bound was made.</param>
/// <param name="Assumption">What it rests on; empty when on nothing but the coins of the experiment.</param>
public sealed record EpsilonFinding(double LowerBound, double Ceiling, double Confidence, double Delta, string Method, string Assumption);

/// <summary>What a membership attack found.</summary>
/// <param name="Members">Units that took part.</param>
/// <param name="NonMembers">Units that did not.</param>
/// <param name="Auc">Probability that a member scores above a non-member; ½ is guessing.</param>
/// <param name="BalancedAccuracy">At a threshold chosen on one half of the units and judged on the other; advantage = 2 × this − 1.</param>
/// <param name="LowFalsePositives">At false-positive rates of 10 %, 1 % and 0.1 %.</param>
/// <param name="Epsilon">The lower bound.</param>
/// <param name="Roc">At most 101 points, by rising false-positive rate.</param>
public sealed record MembershipReport(
    int Members,
    int NonMembers,
    AttackRate Auc,
    AttackRate BalancedAccuracy,
    IReadOnlyList<LowFalsePositives> LowFalsePositives,
    EpsilonFinding Epsilon,
    IReadOnlyList<RocPoint> Roc)
{
    /// <summary>How much better than guessing, from −1 to 1 (Yeom and others 2018).</summary>
    public double Advantage => (2 * BalancedAccuracy.Value) - 1;
}
