using System.CommandLine;
using System.Globalization;
using FedPortal.Site.CommandLine.Verbs;
using FedPortal.Training.Accounting;

namespace FedPortal.Site.CommandLine.Privacy;

/// <summary>The options that the privacy verbs share.</summary>
internal sealed class PrivacyOptions
{
    private readonly Option<string> _mechanism = new("--mechanism") { HelpName = "NAME", DefaultValueFactory = _ => MechanismNames.Skellam, Description = string.Join(", ", MechanismNames.All) };
    private readonly Option<int> _dimension = new("--dimension") { HelpName = "D", Required = true, Description = "values in the released vector" };
    private readonly Option<double> _clip = new("--clip") { HelpName = "C", DefaultValueFactory = _ => 1, Description = "clipping norm of one unit" };
    private readonly Option<double?> _scale = new("--scale") { HelpName = "S", Description = "lattice units for one; 65536/C if not given" };
    private readonly Option<double> _noiseMultiplier = new("--noise-multiplier") { HelpName = "Z", Required = true, Description = "standard deviation of the total noise, divided by C" };
    private readonly Option<int> _shares = new("--shares") { HelpName = "N", DefaultValueFactory = _ => 1, Description = "institutions that share the noise" };
    private readonly Option<int?> _arrived = new("--arrived") { HelpName = "K", Description = "shares that arrive; all but the dropouts if not given" };
    private readonly Option<int> _dropouts = new("--dropouts") { HelpName = "N", Description = "institutions that may stay away" };
    private readonly Option<int> _colluders = new("--colluders") { HelpName = "M", Description = "institutions that may pool what they know" };
    private readonly Option<int> _rounds = new("--rounds") { HelpName = "T", DefaultValueFactory = _ => 1, Description = "releases" };
    private readonly Option<double> _samplingRate = new("--sampling-rate") { HelpName = "Q", DefaultValueFactory = _ => 1, Description = "Poisson sampling of units, done for real; 1 is everyone" };
    private readonly Option<double> _delta = new("--delta") { HelpName = "D", DefaultValueFactory = _ => 1e-5, Description = "δ" };
    private readonly Option<string> _view = new("--view") { HelpName = "published|colluders|single|all", DefaultValueFactory = _ => "all", Description = "who looks" };
    private readonly Option<string> _unit = new("--unit") { HelpName = "institution|patient", DefaultValueFactory = _ => "institution", Description = "whose data is protected" };
    private readonly Option<bool> _tuning = new("--tuning-counted") { Description = "the rounds include the runs that chose the settings" };

    public Option<bool> Json { get; } = CommonOptions.Json();

    public void AddTo(Command command, bool withNoise)
    {
        Option[] options = [_mechanism, _dimension, _clip, _scale, _shares, _arrived, _dropouts, _colluders, _rounds, _samplingRate, _delta, _view, _unit, _tuning, Json];
        foreach (Option option in options)
        {
            command.Options.Add(option);
        }

        if (withNoise)
        {
            command.Options.Add(_noiseMultiplier);
        }
    }

    /// <exception cref="UsageException">A value makes no sense.</exception>
    public PrivacyQuestion Read(ParseResult parsed, bool withNoise)
    {
        double clip = Positive(parsed.GetValue(_clip), "--clip");
        double rate = Within(parsed.GetValue(_samplingRate), 0, 1, "--sampling-rate");
        return new PrivacyQuestion
        {
            Mechanism = OneOf(parsed.GetValue(_mechanism)!, "--mechanism", [.. MechanismNames.All]),
            Noise = new LatticeNoise(
                AtLeast(parsed.GetValue(_dimension), 1, "--dimension"),
                clip,
                Positive(parsed.GetValue(_scale) ?? (PrivacyQuestion.DefaultScaledClip / clip), "--scale"),
                withNoise ? Positive(parsed.GetValue(_noiseMultiplier), "--noise-multiplier") : 1,
                ReadShares(parsed)),
            Arrived = ReadArrived(parsed),
            Rounds = AtLeast(parsed.GetValue(_rounds), 1, "--rounds"),
            SamplingRate = rate,
            Scope = new PrivacyScope(
                Within(parsed.GetValue(_delta), double.Epsilon, 1 - 1e-12, "--delta"),
                OneOf(parsed.GetValue(_unit)!, "--unit", "institution", "patient"),
                PrivacyScope.AdjacencyOf(rate),
                parsed.GetValue(_tuning)),
            Views = ReadViews(parsed),
        };
    }

    private NoiseShares ReadShares(ParseResult parsed)
    {
        int shares = AtLeast(parsed.GetValue(_shares), 1, "--shares");
        int dropouts = AtLeast(parsed.GetValue(_dropouts), 0, "--dropouts");
        int colluders = AtLeast(parsed.GetValue(_colluders), 0, "--colluders");
        return (long)dropouts + colluders < shares
            ? new NoiseShares(shares, dropouts, colluders)
            : throw new UsageException($"--shares: {shares} leave no share after {dropouts} dropouts and {colluders} colluders.");
    }

    private int ReadArrived(ParseResult parsed)
    {
        NoiseShares shares = ReadShares(parsed);
        int arrived = parsed.GetValue(_arrived) ?? shares.MinimumContributors;
        return arrived >= 1 && arrived <= shares.Institutions
            ? arrived
            : throw new UsageException($"--arrived: expected 1 to {shares.Institutions} but got {arrived}.");
    }

    private IReadOnlyList<PrivacyView> ReadViews(ParseResult parsed)
    {
        string name = parsed.GetValue(_view)!;
        IReadOnlyList<PrivacyView> views = PrivacyAccountant.Views;
        return name == "all" ? views : [.. views.Where(view => PrivacyQuestion.NameOf(view) == OneOf(name, "--view", "published", "colluders", "single", "all"))];
    }

    internal static double Positive(double value, string option) => value is >= 1e-15 and <= 1e15
        ? value
        : throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"{option}: expected a number above 0 (1e-15 to 1e15) but got {value}."));

    private static double Within(double value, double from, double to, string option) => value >= from && value <= to
        ? value
        : throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"{option}: expected a number from {Math.Round(from, 6)} to {Math.Round(to, 6)} but got {value}."));

    private static int AtLeast(int value, int least, string option) => value >= least
        ? value
        : throw new UsageException($"{option}: expected at least {least} but got {value}.");

    private static string OneOf(string value, string option, params string[] allowed) => allowed.Contains(value)
        ? value
        : throw new UsageException($"{option}: expected {string.Join(", ", allowed)} but got '{value}'.");
}
