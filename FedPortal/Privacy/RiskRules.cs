using System.Globalization;
using FedPortal.Training.Accounting;

namespace FedPortal.Privacy;

/// <summary>What one rule says.</summary>
/// <param name="Rule">Its name.</param>
/// <param name="Finding">What it looked at and found.</param>
/// <param name="Restriction">What follows; none when the rule does not apply.</param>
public sealed record RiskReason(string Rule, string Finding, RiskRestriction Restriction);

/// <summary>What all rules together say, with every reason.</summary>
public sealed record RiskOutcome(IReadOnlyList<RiskReason> Reasons)
{
    /// <summary>Every rule raises the noise on its own, so the factors multiply; one that stops is enough.</summary>
    public RiskRestriction Restriction => new()
    {
        NoiseFactor = Reasons.Aggregate(1.0, (factor, reason) => factor * reason.Restriction.NoiseFactor),
        Stops = Reasons.Any(reason => reason.Restriction.Stops),
    };
}

/// <summary>
/// The rules by which an assessment of risk lowers what coming rounds may spend: more noise, or no further round. None of them can
/// raise spending, and the study's cap stays fixed, so the promise that was made holds whatever they say.
/// </summary>
public static class RiskRules
{
    /// <summary>Images younger than this can still be linked with a patient's current record.</summary>
    public const int FreshMonths = 12;

    /// <summary>Images younger than this are still likely to be in use.</summary>
    public const int RecentMonths = 36;

    public const double SomeMoreNoise = 1.1;
    public const double MoreNoise = 1.25;
    public const double MuchMoreNoise = 1.5;

    /// <param name="inputs">What is known.</param>
    /// <param name="agreed">The study's settings.</param>
    /// <param name="institutions">Of the roster.</param>
    public static RiskOutcome Assess(RiskInputs inputs, PrivacyProfile agreed, int institutions) =>
        new([Attacks(inputs.Attacks), Age(inputs.NewestImageMonths), Colluders(inputs.Colluders, agreed, institutions), NoiseAtAll(agreed)]);

    private static RiskReason Attacks(IReadOnlyList<AttackFigure> attacks)
    {
        const string Rule = "Outcome of the attack tests";
        if (attacks.Count == 0)
        {
            return new(Rule, "No attack test has finished, so there is no outcome to go by. That is no evidence of safety.", RiskRestriction.None);
        }

        AttackFigure worst = attacks.MaxBy(attack => attack.EpsilonFound)!;
        if (attacks.FirstOrDefault(attack => attack.Exceeds) is { } broken)
        {
            return new(Rule, Text($"{broken.Name} found ε ≥ {broken.EpsilonFound:0.00} where ε = {broken.EpsilonClaimed:0.00} is claimed: the claim is wrong. No further round until people have found out why."), new() { Stops = true });
        }

        if (worst.EpsilonFound <= 0)
        {
            return new(Rule, Text($"None of {attacks.Count} attack tests found anything. That proves nothing, and lowers nothing."), RiskRestriction.None);
        }

        bool isMuch = worst.EpsilonClaimed is not { } claimed || worst.EpsilonFound > claimed / 2;
        string held = worst.EpsilonClaimed is { } epsilon ? Text($"of ε = {epsilon:0.00} claimed") : "where nothing is claimed";
        double factor = isMuch ? MuchMoreNoise : MoreNoise;
        return new(Rule, Text($"{worst.Name} found ε ≥ {worst.EpsilonFound:0.00} {held}: {factor:0.##} times the noise."), new() { NoiseFactor = factor });
    }

    private static RiskReason Age(int? months)
    {
        const string Rule = "Age of the data";
        return months switch
        {
            null => new(Rule, Text($"Nobody has declared how old the newest images are; they are taken to be fresh: {MoreNoise:0.##} times the noise."), new() { NoiseFactor = MoreNoise }),
            < FreshMonths => new(Rule, Text($"The newest images are {months} months old, below {FreshMonths}: they can be linked with current records: {MoreNoise:0.##} times the noise."), new() { NoiseFactor = MoreNoise }),
            < RecentMonths => new(Rule, Text($"The newest images are {months} months old, below {RecentMonths}: {SomeMoreNoise:0.##} times the noise."), new() { NoiseFactor = SomeMoreNoise }),
            _ => new(Rule, Text($"The newest images are {months} months old: nothing follows from their age."), RiskRestriction.None),
        };
    }

    private static RiskReason Colluders(int colluders, PrivacyProfile agreed, int institutions)
    {
        const string Rule = "Assumed colluders";
        if (colluders <= agreed.AssumedColluders)
        {
            return new(Rule, Text($"{colluders} institutions are thought to collude and the study assumes {agreed.AssumedColluders}: nothing follows. Fewer never lower the noise."), RiskRestriction.None);
        }

        // Shares sized for the honest ones that are left then: the variance of each grows by the quotient, its deviation by the root.
        int agreedShares = agreed.SharesOf(institutions).SizedFor;
        int honestShares = institutions - agreed.AssumedDropouts - colluders;
        double factor = Math.Sqrt((double)agreedShares / Math.Max(1, honestShares));
        return honestShares >= 1
            ? new(Rule, Text($"{colluders} institutions are thought to collude but the study assumes {agreed.AssumedColluders}: {honestShares} shares must do what {agreedShares} did, {factor:0.##} times the noise."), new() { NoiseFactor = factor })
            : new(Rule, Text($"{colluders} of {institutions} institutions are thought to collude and {agreed.AssumedDropouts} may stay away: no honest share of noise would be left. No further round."), new() { Stops = true });
    }

    private static RiskReason NoiseAtAll(PrivacyProfile agreed) => new(
        "Noise of the study",
        agreed.HasNoise
            ? Text($"The study adds noise of z = {agreed.NoiseIntensity:0.####}; factors apply to it.")
            : "The study adds no noise: a factor changes nothing, and only stopping it lowers what it reveals.",
        RiskRestriction.None);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
