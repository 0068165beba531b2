using System.CommandLine;
using FedPortal.Encryption.SecureAggregation.Parameters;
using FedPortal.Site.CommandLine.Simulation;
using FedPortal.Training.Accounting;
using FedPortal.Training.Protection;
using FedPortal.Training.Screening;
using FedPortal.Training.Screening.Adversaries;
using FedPortal.Training.Submission;

namespace FedPortal.Site.CommandLine.Verbs;

/// <summary>The options of <c>simulate</c> that say how rounds are protected, and who attacks them.</summary>
internal sealed class ProtectionOptions
{
    private static readonly (string Name, CompressionKind Kind)[] Compressions =
    [
        ("none", CompressionKind.None),
        ("mask", CompressionKind.RandomMask),
        ("top-k", CompressionKind.PublicTopK),
        ("head", CompressionKind.HeadOnly),
        ("low-rank", CompressionKind.LowRank),
    ];

    private static readonly (string Name, AdversaryKind Kind)[] Attacks =
    [
        ("label-flip", AdversaryKind.LabelFlip),
        ("sign-flip", AdversaryKind.SignFlip),
        ("scaling", AdversaryKind.Scaling),
        ("model-replacement", AdversaryKind.ModelReplacement),
        ("free-rider", AdversaryKind.FreeRider),
        ("backdoor", AdversaryKind.Backdoor),
    ];

    private readonly Option<double?> _noiseIntensity = CommonOptions.NumberBetween("--noise-intensity", "Z", 0, 1000, "noise of the sum in clipping norms; 0, which is no privacy from noise");
    private readonly Option<double?> _clip = CommonOptions.PositiveNumber("--clip", "C", 1e9, "clipping norm; from the training plan unless given");
    private readonly Option<double?> _limit = CommonOptions.PositiveNumber("--coordinate-limit", "L", 1e9, "largest value of one coordinate; from the training plan, or 16·C/√d with --clip");
    private readonly Option<string?> _mechanism = CommonOptions.OneOf("--mechanism", MechanismNames.Skellam, PrivacyProfile.Mechanisms);
    private readonly Option<double?> _delta = CommonOptions.PositiveNumber("--delta", "D", 0.01, "δ; 1e-5");
    private readonly Option<int?> _dropouts = CommonOptions.Number("--dropouts", "N", 0, 1000, "institutions that may stay away with the noise still whole; 0");
    private readonly Option<int?> _colluders = CommonOptions.Number("--colluders", "N", 0, 1000, "institutions that may pool what they know; 0");
    private readonly Option<int?> _valueBits = CommonOptions.Number("--value-bits", "B", 2, 16, "a value is one of 2^B levels; 8");
    private readonly Option<string?> _parameterSet = CommonOptions.OneOf("--parameter-set", "the smallest that fits", [.. ParameterSets.All.Select(set => set.Name)]);
    private readonly Option<int?> _threshold = CommonOptions.Number("--threshold", "T", 2, 4000, "institutions that can open a sum together; two thirds and one");
    private readonly Option<string?> _weighting = CommonOptions.OneOf("--weighting", "equal", ["equal", "examples"]);
    private readonly Option<int?> _sketch = CommonOptions.Number("--sketch", "K", 0, 1024, "values of a sketch, a multiple of 64; 256, 0 for none");
    private readonly Option<double?> _sketchNoise = CommonOptions.NumberBetween("--sketch-noise", "Z", 0, 1000, "noise of each sketch in clipping norms; 0");
    private readonly Option<string?> _screen = CommonOptions.OneOf("--screen", "norm", ["none", "norm", "all"]);
    private readonly Option<string?> _compression = CommonOptions.OneOf("--compression", "none", [.. Compressions.Select(entry => entry.Name)]);
    private readonly Option<double?> _keep = CommonOptions.NumberBetween("--keep", "F", 0.001, 1, "part of the values that mask and top-k send; 0.1");
    private readonly Option<int?> _rank = CommonOptions.Number("--rank", "R", 1, 256, "directions of each matrix that low-rank sends; 8");
    private readonly Option<string?> _attack = CommonOptions.OneOf("--attack", "simulate dishonest institutions, with and without the screen", [.. Attacks.Select(entry => entry.Name)]);
    private readonly Option<int?> _attackers = CommonOptions.Number("--attackers", "K", 1, 1000, "how many attack; 1");
    private readonly Option<double?> _boost = CommonOptions.NumberBetween("--boost", "F", 1, 1e6, "how many times over attackers send their update, unclipped above 1; 10 for scaling, all institutions for model-replacement, else 1");

    public IEnumerable<Option> All =>
    [
        _noiseIntensity, _clip, _limit, _mechanism, _delta, _dropouts, _colluders, _valueBits, _parameterSet, _threshold, _weighting, _sketch, _sketchNoise, _screen,
        _compression, _keep, _rank, _attack, _attackers, _boost,
    ];

    /// <summary>The options that also mean something to a private head.</summary>
    public Option<double?> Delta => _delta;

    public Option<int?> Dropouts => _dropouts;

    public Option<int?> Colluders => _colluders;

    public static string NameOf(CompressionKind kind) => Array.Find(Compressions, entry => entry.Kind == kind).Name;

    public static string NameOf(AdversaryKind kind) => Array.Find(Attacks, entry => entry.Kind == kind).Name;

    /// <exception cref="UsageException">The settings contradict each other.</exception>
    public ProtectionSettings Settings(ParseResult parsed, int institutions)
    {
        var defaults = new ProtectionSettings(new PrivacyProfile(), new EncryptionProfile(), new ScreeningProfile());
        string screen = parsed.GetValue(_screen) ?? "norm";
        var settings = new ProtectionSettings(
            defaults.Privacy with
            {
                NoiseIntensity = parsed.GetValue(_noiseIntensity) ?? 0,
                ClippingNorm = parsed.GetValue(_clip) ?? 1,
                Mechanism = parsed.GetValue(_mechanism) ?? MechanismNames.Skellam,
                Delta = parsed.GetValue(_delta) ?? defaults.Privacy.Delta,
                AssumedDropouts = parsed.GetValue(_dropouts) ?? 0,
                AssumedColluders = parsed.GetValue(_colluders) ?? 0,
            },
            defaults.Encryption with
            {
                ValueBits = parsed.GetValue(_valueBits) ?? defaults.Encryption.ValueBits,
                CoordinateLimit = parsed.GetValue(_limit),
                ParameterSet = parsed.GetValue(_parameterSet),
                Threshold = parsed.GetValue(_threshold),
                Weighting = parsed.GetValue(_weighting) == "examples" ? UpdateWeighting.ByExamples : UpdateWeighting.Equal,
                Compression = new CompressionProfile
                {
                    Kind = Array.Find(Compressions, entry => entry.Name == (parsed.GetValue(_compression) ?? "none")).Kind,
                    Fraction = parsed.GetValue(_keep) ?? 0.1,
                    Rank = parsed.GetValue(_rank) ?? 8,
                },
            },
            Rules(screen) with
            {
                Sketch = new SketchProfile { Dimensions = parsed.GetValue(_sketch) ?? defaults.Screening.Sketch.Dimensions, NoiseIntensity = parsed.GetValue(_sketchNoise) ?? 0 },
            })
        {
            AdvisesClipping = parsed.GetValue(_clip) is null,
        };
        IReadOnlyList<string> problems = RoundProtection.Problems(settings.Privacy, settings.Encryption, settings.Screening, institutions);
        return problems.Count == 0 ? settings : throw new UsageException($"{string.Join(" ", problems)} Or take a plain strategy.");
    }

    /// <exception cref="UsageException">More attackers than institutions, or attackers without an attack.</exception>
    public AttackPlan? Attack(ParseResult parsed, int institutions)
    {
        if (parsed.GetValue(_attack) is not { } name)
        {
            return parsed.GetValue(_attackers) is null && parsed.GetValue(_boost) is null
                ? null
                : throw new UsageException("--attackers and --boost: expected --attack as well.");
        }

        AdversaryKind kind = Array.Find(Attacks, entry => entry.Name == name).Kind;
        int attackers = parsed.GetValue(_attackers) ?? 1;
        return attackers < institutions
            ? new AttackPlan(kind, attackers, parsed.GetValue(_boost) ?? Adversary.UsualBoost(kind, institutions))
            : throw new UsageException($"--attackers: expected fewer than the {institutions} institutions but got {attackers}.");
    }

    private static ScreeningProfile Rules(string screen) => screen switch
    {
        "none" => new ScreeningProfile { NormLimit = null },
        "all" => ScreeningProfile.AllRules,
        _ => new ScreeningProfile(),
    };
}
