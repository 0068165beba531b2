using System.Globalization;
using FedPortal.Training.Accounting;

namespace FedPortal.Reports;

/// <summary>A what-if question as somebody typed it: the fields have the names of the command line's options.</summary>
public sealed class WhatIf
{
    private static readonly IReadOnlyDictionary<string, string> Defaults = new Dictionary<string, string>
    {
        ["mechanism"] = MechanismNames.Skellam,
        ["dimension"] = "2049",
        ["clip"] = "1",
        ["scale"] = "",
        ["noise-multiplier"] = "5",
        ["epsilon"] = "",
        ["shares"] = "5",
        ["arrived"] = "",
        ["dropouts"] = "0",
        ["colluders"] = "1",
        ["rounds"] = "20",
        ["sampling-rate"] = "1",
        ["delta"] = "1e-5",
        ["unit"] = "institution",
        ["tuning-counted"] = "",
    };

    /// <summary>Names of all fields.</summary>
    public static IReadOnlyCollection<string> Options { get; } = [.. Defaults.Keys];

    private readonly Dictionary<string, string> _texts;
    private readonly List<string> _problems = [];

    private WhatIf(Func<string, string?> field)
    {
        _texts = Defaults.ToDictionary(pair => pair.Key, pair => field(pair.Key)?.Trim() ?? pair.Value);
        PrivacyQuestion? question = Read();
        Question = _problems.Count == 0 ? question : null;
        if (Question is not null && _texts["epsilon"].Length > 0)
        {
            Plan(Question);
        }
    }

    /// <summary>Null while there are problems.</summary>
    public PrivacyQuestion? Question { get; private set; }

    /// <summary>What makes no sense, in words.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>The smallest noise for the wanted ε, when one was given.</summary>
    public double? PlannedNoise { get; private set; }

    /// <param name="field">The typed text of an option, or null for its default.</param>
    public static WhatIf From(Func<string, string?> field) => new(field);

    /// <summary>The text of a field, typed or default.</summary>
    public string Text(string option) => _texts[option];

    /// <summary>The same question to the command line.</summary>
    public string Command()
    {
        bool plans = PlannedNoise is not null;
        IEnumerable<string> options = Defaults.Keys
            .Where(option => _texts[option].Length > 0 && (plans ? option != "noise-multiplier" : option != "epsilon") && option is not ("tuning-counted" or "arrived"))
            .Select(option => $"--{option} {_texts[option]}");
        string arrived = _texts["arrived"].Length > 0 ? $" --arrived {_texts["arrived"]}" : "";
        string tuning = _texts["tuning-counted"].Length > 0 ? " --tuning-counted" : "";
        return $"./fedportal privacy {(plans ? "plan" : "epsilon")} {string.Join(' ', options)}{arrived}{tuning}";
    }

    private PrivacyQuestion? Read()
    {
        string mechanism = _texts["mechanism"];
        string unit = _texts["unit"];
        Check(MechanismNames.All.Contains(mechanism), $"The mechanism must be one of {string.Join(", ", MechanismNames.All)}, but is \"{mechanism}\".");
        Check(unit is "institution" or "patient", $"The unit must be institution or patient, but is \"{unit}\".");
        int dimension = Whole("dimension", "The number of values", 1, 1_000_000_000);
        double clip = Number("clip", "The clipping norm", 1e-9, 1e9);
        double scale = _texts["scale"].Length == 0 ? PrivacyQuestion.DefaultScaledClip / clip : Number("scale", "The scale", 1e-9, 1e15);
        double noise = Number("noise-multiplier", "The noise", 1e-9, 1e9);
        int institutions = Whole("shares", "The number of institutions", 1, 100_000);
        int dropouts = Whole("dropouts", "The number of dropouts", 0, 100_000);
        int colluders = Whole("colluders", "The number of colluders", 0, 100_000);
        int rounds = Whole("rounds", "The number of rounds", 1, 1000);
        double rate = Number("sampling-rate", "The sampling rate", 1e-9, 1);
        double delta = Number("delta", "δ", 1e-300, 0.5);
        Check(institutions - dropouts - colluders >= 1, $"{institutions} institutions less {dropouts} dropouts and {colluders} colluders leave no share of noise.");
        if (_problems.Count > 0)
        {
            return null;
        }

        var shares = new NoiseShares(institutions, dropouts, colluders);
        int arrived = _texts["arrived"].Length == 0 ? shares.MinimumContributors : Whole("arrived", "The number of shares that arrive", 1, institutions);
        return new PrivacyQuestion
        {
            Mechanism = mechanism,
            Noise = new LatticeNoise(dimension, clip, scale, noise, shares),
            Arrived = arrived,
            Rounds = rounds,
            SamplingRate = rate,
            Scope = new PrivacyScope(delta, unit, PrivacyScope.AdjacencyOf(rate), _texts["tuning-counted"].Length > 0),
            Views = PrivacyAccountant.Views,
        };
    }

    /// <summary>As the command line does: the promise is kept against the colluders, and so against whoever sees less.</summary>
    private void Plan(PrivacyQuestion question)
    {
        double target = Number("epsilon", "The wanted ε", 1e-6, 1e6);
        if (_problems.Count == 0)
        {
            double noise = NoisePlanner.SmallestNoise(target, question.Scope.Delta, z => question.WithNoise(z).Cost(PrivacyView.Colluders, question.Rounds));
            Check(double.IsFinite(noise), $"No amount of noise keeps ε = {_texts["epsilon"]} with {question.Mechanism}.");
            PlannedNoise = double.IsFinite(noise) ? noise : null;
            Question = PlannedNoise is null ? null : question.WithNoise(noise);
        }
    }

    private int Whole(string option, string name, int least, int most)
    {
        bool isWhole = int.TryParse(_texts[option], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= least && value <= most;
        Check(isWhole, $"{name} must be a whole number from {least} to {most}, but is \"{_texts[option]}\".");
        return isWhole ? value : least;
    }

    private double Number(string option, string name, double least, double most)
    {
        bool isNumber = double.TryParse(_texts[option], NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value >= least && value <= most;
        Check(isNumber, string.Create(CultureInfo.InvariantCulture, $"{name} must be a number from {least} to {most}, but is \"{_texts[option]}\"."));
        return isNumber ? value : least;
    }

    private void Check(bool isGood, string problem)
    {
        if (!isGood)
        {
            _problems.Add(problem);
        }
    }
}
