using System.CommandLine;
using FedPortal.Site.CommandLine.Engine;
using FedPortal.Site.CommandLine.Output;
using FedPortal.Site.CommandLine.Verbs;
using FedPortal.Training.Attacks;

namespace FedPortal.Site.CommandLine.Attacks;

/// <summary>The claim that an attack is held against.</summary>
internal sealed class AttackOptions
{
    private readonly Option<double?> _claimed = CommonOptions.PositiveNumber("--claimed-epsilon", "E", 1e9, "the ε that is claimed; without it nothing is claimed");
    private readonly Option<double?> _delta = CommonOptions.PositiveNumber("--delta", "D", 0.1, "δ of the claim; 0.00001");
    private readonly Option<string> _unit = new("--unit") { HelpName = "patient|institution", DefaultValueFactory = _ => "patient", Description = "whom the claim protects; a bound for patients holds for institutions too" };

    public Option<int?> Seed { get; } = CommonOptions.Number("--seed", "S", 0, int.MaxValue, "of coins, halves and models; 1");

    public Option<bool> Json { get; } = CommonOptions.Json();

    public void AddTo(Command command)
    {
        _unit.AcceptOnlyFromAmong("patient", "institution");
        foreach (Option option in new Option[] { _claimed, _delta, _unit, Seed, Json })
        {
            command.Options.Add(option);
        }
    }

    public PrivacyClaim Claim(ParseResult parsed) =>
        new(parsed.GetValue(_claimed), parsed.GetValue(_delta) ?? 1e-5, parsed.GetValue(_unit)!, "published sum");

    public int SeedOf(ParseResult parsed) => parsed.GetValue(Seed) ?? 1;

    public static IProgress<AttackProgress> ToStandardError { get; } =
        new SynchronousProgress<AttackProgress>(progress => ProgressLine.Write(progress.Done, progress.Count, progress.Stage));
}
