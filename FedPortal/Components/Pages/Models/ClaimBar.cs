namespace FedPortal.Components.Pages.Models;

/// <summary>One test in the chart.</summary>
/// <param name="Found">Lower bound of ε.</param>
/// <param name="Ceiling">What so many trials could have shown.</param>
/// <param name="Claimed">Null where nothing is claimed.</param>
public sealed record ClaimBar(string Name, double Found, double Ceiling, double? Claimed)
{
    public bool Exceeds => Found > Claimed;
}
