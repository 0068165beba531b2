namespace FedPortal.Training.Attacks;

/// <summary>What an attacker's score was for everyone who took part in training and for everyone who did not. Higher means "took part".</summary>
public sealed class MembershipTrials
{
    /// <summary>Half chooses the threshold and half is judged by it: with fewer there is nothing to say.</summary>
    public const int Least = 20;

    /// <param name="members">One score for each unit (patient or image) that was trained on; finite.</param>
    /// <param name="nonMembers">The same for units that were not.</param>
    /// <exception cref="ArgumentException">Fewer than <see cref="Least"/> of either, or a score that is not a number.</exception>
    public MembershipTrials(IReadOnlyList<double> members, IReadOnlyList<double> nonMembers)
    {
        Check(members, "members");
        Check(nonMembers, "non-members");
        Members = members;
        NonMembers = nonMembers;
    }

    private MembershipTrials(double[] members, double[] nonMembers)
    {
        Members = members;
        NonMembers = nonMembers;
    }

    public IReadOnlyList<double> Members { get; }

    public IReadOnlyList<double> NonMembers { get; }

    /// <summary>Deals members and non-members into halves, each at random.</summary>
    internal (MembershipTrials First, MembershipTrials Second) Halves(int seed)
    {
        double[] members = [.. Members];
        double[] others = [.. NonMembers];
        var random = new Random(seed);
        random.Shuffle(members);
        random.Shuffle(others);
        int half = members.Length / 2;
        int otherHalf = others.Length / 2;
        return (new MembershipTrials(members[..half], others[..otherHalf]), new MembershipTrials(members[half..], others[otherHalf..]));
    }

    private static void Check(IReadOnlyList<double> scores, string who)
    {
        if (scores.Count < Least)
        {
            throw new ArgumentException($"Expected at least {Least} {who} for a membership attack but got {scores.Count}.", nameof(scores));
        }

        if (scores.Any(score => !double.IsFinite(score)))
        {
            throw new ArgumentException($"Expected finite scores but one of the {who} has none.", nameof(scores));
        }
    }
}
