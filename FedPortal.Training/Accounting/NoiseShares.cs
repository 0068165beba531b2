namespace FedPortal.Training.Accounting;

/// <summary>Who looks at the noise.</summary>
public enum PrivacyView
{
    /// <summary>Anyone who sees the published sum only.</summary>
    PublishedSum,

    /// <summary>The assumed number of members of the consortium together: they know their own noise and take it off the sum.</summary>
    Colluders,

    /// <summary>Whoever can see one institution's update on its own: one share of noise.</summary>
    SingleUpdate,
}

/// <summary>How the noise of a sum is shared out. Only the shares that arrive, and that the adversary did not add himself, count.</summary>
/// <param name="Institutions">n, everyone who is asked to submit.</param>
/// <param name="ToleratedDropouts">How many may stay away and the promise still holds.</param>
/// <param name="AssumedColluders">How many may pool what they know.</param>
public sealed record NoiseShares(int Institutions, int ToleratedDropouts = 0, int AssumedColluders = 0)
{
    /// <summary>n − dropouts − colluders: the shares that must reach the full noise.</summary>
    public int SizedFor => Institutions - ToleratedDropouts - AssumedColluders;

    /// <summary>k_min: with fewer contributors the round must be aborted.</summary>
    public int MinimumContributors => Institutions - ToleratedDropouts;

    /// <summary>The same shares after checking them.</summary>
    /// <exception cref="ArgumentException">No honest share would be left.</exception>
    public NoiseShares Checked()
    {
        if (Institutions < 1 || ToleratedDropouts < 0 || AssumedColluders < 0 || SizedFor < 1)
        {
            throw new ArgumentException(
                $"Expected at least one share after dropouts and colluders but got {Institutions} − {ToleratedDropouts} − {AssumedColluders}.");
        }

        return this;
    }

    /// <returns>The variance that each institution adds so that <see cref="SizedFor"/> of them reach the total.</returns>
    public double LocalVariance(double totalVariance) => totalVariance / Checked().SizedFor;

    /// <returns>How many shares of noise stand between the adversary and one institution's values.</returns>
    public int SharesSeen(PrivacyView view, int contributors) => view switch
    {
        PrivacyView.PublishedSum => contributors,
        PrivacyView.Colluders => Math.Max(0, contributors - AssumedColluders),
        PrivacyView.SingleUpdate => 1,
        _ => throw new ArgumentOutOfRangeException(nameof(view), view, "There are three views."),
    };
}
