using System.CommandLine;
using FedPortal.Site.CommandLine.Verbs;
using FedPortal.Training.Attacks;
using FedPortal.Training.PrivateHead;

namespace FedPortal.Site.CommandLine.Attacks;

/// <summary>What shadow models are trained on, and how.</summary>
/// <param name="Data">A folder, or null for phantoms.</param>
/// <param name="Regime">"head" or "network".</param>
/// <param name="Epsilon">The noise of heads is planned for this; null is without noise.</param>
/// <param name="Checkpoint">Where scores are kept between runs, or null.</param>
internal sealed record ShadowSetup(
    string? Data, int Phantoms, int Size, string Regime, string? Backbone, double? Epsilon, int Dimensions, int Rounds, int Epochs,
    string? Checkpoint, PrivacyClaim Claim, int Seed, bool Json)
{
    public const string Head = "head";
    public const string Network = "network";
}

/// <summary>The options of <c>attack lira</c> and <c>attack canary</c>.</summary>
internal sealed class ShadowOptions
{
    private readonly Option<string?> _data = new("--data") { HelpName = "DIR", Description = "labelled X-rays; all of them make the pool" };
    private readonly Option<int?> _phantoms = CommonOptions.Number("--phantoms", "N", 40, 100_000, "use N synthetic images instead (the default, with 300)");
    private readonly Option<int?> _size = CommonOptions.Number("--size", "PX", 32, 1024, "width and height that the network sees; 64");
    private readonly Option<string> _train = new("--train") { HelpName = "head|network", DefaultValueFactory = _ => ShadowSetup.Head, Description = "a head on frozen features (seconds), or a whole slim ResNet-50 each (hours for 64)" };
    private readonly Option<string?> _backbone = new("--backbone") { HelpName = "FILE", Description = "frozen network for heads; one that was trained on phantoms if not given" };
    private readonly Option<double?> _epsilon = CommonOptions.PositiveNumber("--epsilon", "E", 1e6, "train heads with the noise for this ε, which is then the claim; without it there is no noise");
    private readonly Option<int?> _dimensions = CommonOptions.Number("--dimensions", "D", 1, 64, "features after the public projection; 32");
    private readonly Option<int?> _rounds = CommonOptions.Number("--rounds", "T", 1, 10_000, "steps of a head; 20");
    private readonly Option<int?> _epochs = CommonOptions.Number("--epochs", "E", 1, 1000, "of a network; 10");
    private readonly Option<string?> _checkpoint = new("--checkpoint") { HelpName = "DIR", Description = "keep finished shadow models' scores here and go on from them" };
    private readonly AttackOptions _common = new();

    public void AddTo(Command command)
    {
        _train.AcceptOnlyFromAmong(ShadowSetup.Head, ShadowSetup.Network);
        foreach (Option option in new Option[] { _data, _phantoms, _size, _train, _backbone, _epsilon, _dimensions, _rounds, _epochs, _checkpoint })
        {
            command.Options.Add(option);
        }

        _common.AddTo(command);
    }

    /// <exception cref="UsageException">Options that exclude each other.</exception>
    public ShadowSetup Read(ParseResult parsed)
    {
        string regime = parsed.GetValue(_train)!;
        string? data = parsed.GetValue(_data);
        CommonOptions.RequireAtMostOne(parsed, _data, _phantoms);
        if (regime == ShadowSetup.Network && (parsed.GetValue(_epsilon) is not null || parsed.GetValue(_backbone) is not null))
        {
            throw new UsageException("--epsilon and --backbone: expected --train head as well; networks are trained without noise here.");
        }

        PrivacyClaim claim = _common.Claim(parsed);
        if (parsed.GetValue(_epsilon) is { } epsilon)
        {
            claim = claim.Epsilon is null
                ? claim with { Epsilon = epsilon }
                : throw new UsageException("--epsilon and --claimed-epsilon: expected at most one of them.");
        }

        return new ShadowSetup(
            data is null ? null : CommonOptions.Existing(data, "--data"), parsed.GetValue(_phantoms) ?? 300, parsed.GetValue(_size) ?? 64, regime,
            parsed.GetValue(_backbone) is { } backbone ? CommonOptions.Existing(backbone, "--backbone") : null,
            parsed.GetValue(_epsilon), parsed.GetValue(_dimensions) ?? PrivateHeadDefaults.Dimensions, parsed.GetValue(_rounds) ?? PrivateHeadDefaults.Rounds,
            parsed.GetValue(_epochs) ?? 10, parsed.GetValue(_checkpoint), claim, _common.SeedOf(parsed), parsed.GetValue(_common.Json));
    }
}
