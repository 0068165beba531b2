using System.Globalization;
using System.Numerics;
using FedPortal.Encryption.Ckks;

namespace FedPortal.Encryption.SecureAggregation.Parameters;

/// <summary>Whether a demand fits a set, with how much room, or with both sides of what does not fit.</summary>
/// <param name="Set">The set.</param>
/// <param name="Demand">What the round asks.</param>
/// <param name="MarginBits">log2 of Δ over what the errors need; negative when they do not fit.</param>
/// <param name="Refusals">One sentence for every rule that is broken; empty when the demand fits.</param>
public sealed record SetFit(ParameterSet Set, SumDemand Demand, double MarginBits, IReadOnlyList<string> Refusals)
{
    /// <summary>A coefficient's error must stay below this many standard deviations: 2·Q(9.1) · 2^23 coefficients ≤ 2^−40.</summary>
    public const double ErrorDeviations = 9.1;

    public bool Fits => Refusals.Count == 0;

    /// <summary>Applies the margin rule Δ &gt; 2·9.1·√(n(σ²+4^drop/12)), the lane rule and the security table.</summary>
    public static SetFit Evaluate(ParameterSet set, SumDemand demand, int securityLevel = 128)
    {
        demand.Validated();
        var refusals = new List<string>();
        if (demand.NeededLaneBits > set.LaneBits)
        {
            string asked = Text($"{demand.Institutions} institutions, total weight {demand.TotalWeight}, {demand.ValueBits} value bits, noise {demand.NoiseDeviation}");
            refusals.Add($"A sum needs {demand.NeededLaneBits} bits ({asked}) but a lane of {set.Name} has {set.LaneBits}.");
        }

        double needed = 2 * ErrorDeviations * set.ErrorDeviation(demand.Institutions);
        double delta = (double)set.Delta;
        if (delta <= needed)
        {
            refusals.Add(Text($"The errors of {demand.Institutions} institutions need Δ above {needed:F0} but {set.Name} has Δ = {delta:F0}."));
        }

        double modulusBits = BigInteger.Log(set.Modulus, 2);
        int allowed = AllowedModulusBits(set, securityLevel);
        if (modulusBits > allowed)
        {
            refusals.Add(Text($"{securityLevel}-bit security allows a modulus of {allowed} bits at N = {set.Degree} but {set.Name} has {modulusBits:F1}."));
        }

        return new SetFit(set, demand, Math.Log2(delta / needed), refusals);
    }

    /// <exception cref="ArgumentException">The demand does not fit; the message names both sides.</exception>
    public SetFit Required() => Fits ? this : throw new ArgumentException(string.Join(" ", Refusals));

    /// <summary>The fitting set with the fewest bytes a value.</summary>
    /// <exception cref="ArgumentException">No set fits; the message says why for each.</exception>
    public static SetFit Choose(SumDemand demand, int securityLevel = 128)
    {
        SetFit[] fits = [.. ParameterSets.All.Select(set => Evaluate(set, demand, securityLevel))];
        return fits.Where(fit => fit.Fits).MinBy(fit => fit.Set.BytesPerValue)
            ?? throw new ArgumentException("No parameter set fits. " + string.Join(" ", fits.SelectMany(fit => fit.Refusals)));
    }

    /// <returns>What the homomorphic encryption standard's table allows for the set's degree.</returns>
    /// <exception cref="ArgumentException">The level is not 128, 192 or 256.</exception>
    public static int AllowedModulusBits(ParameterSet set, int securityLevel) => securityLevel is 128 or 192 or 256
        ? SecurityStandard.MaxCoeffModulusBits(set.Degree, (SecurityLevel)securityLevel)
        : throw new ArgumentException($"Expected a security level of 128, 192 or 256 but got {securityLevel}.");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
