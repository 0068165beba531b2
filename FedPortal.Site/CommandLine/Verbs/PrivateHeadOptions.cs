using System.CommandLine;
using FedPortal.Site.CommandLine.Simulation;
using FedPortal.Training.Imaging;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;
using FedPortal.Training.PrivateHead;

namespace FedPortal.Site.CommandLine.Verbs;

/// <summary>The options of <c>simulate --regime private-head</c>, besides those that every regime has.</summary>
internal sealed class PrivateHeadOptions
{
    /// <summary>q of DP-SGD.</summary>
    private const double PatientSamplingRate = 0.2;

    public Option<double?> Epsilon { get; } = CommonOptions.PositiveNumber("--epsilon", "E", 1e6, "private-head, dp-sgd: ε that the noise is planned for; 4");

    public Option<double?> SamplingRate { get; } = CommonOptions.PositiveNumber("--sampling-rate", "Q", 1, "private-head, dp-sgd: probability with which a patient takes part in a step; 0.5, for dp-sgd 0.2");

    public Option<double?> PatientClip { get; } = CommonOptions.PositiveNumber("--patient-clip", "C", 1e6, "private-head, dp-sgd: longest gradient of one patient; 1");

    public Option<int?> HeadDimensions { get; } = CommonOptions.Number("--head-dimensions", "D", 2, 2048, "private-head: features after the public projection; 32");

    public Option<string?> Backbone { get; } = new("--backbone") { HelpName = "FILE", Description = "private-head: frozen weights (safetensors of simulate --save, or under torchvision's names); without it a network trained on phantoms" };

    public Option<int?> Repeats { get; } = CommonOptions.Number("--repeats", "N", 1, 1000, "private-head: whole trainings with fresh randomness, to show its influence; 1");

    public Option<bool> TuningCounted { get; } = new("--tuning-counted") { Description = "private-head, dp-sgd: the rounds include the runs that chose the settings" };

    public Option<string?> Ledger { get; } = new("--ledger") { HelpName = "FILE", Description = "private-head: write the privacy ledger" };

    public IEnumerable<Option> All =>
        [Epsilon, SamplingRate, PatientClip, HeadDimensions, Backbone, Repeats, TuningCounted, Ledger];

    /// <exception cref="UsageException">An option was given that means nothing in the regime.</exception>
    public void RequireNone(ParseResult parsed, bool byPatient)
    {
        Option[] allowed = byPatient ? [Epsilon, SamplingRate, PatientClip, TuningCounted] : [];
        if (CommonOptions.FirstGiven(parsed, All.Except(allowed)) is { } misplaced)
        {
            throw new UsageException($"{misplaced.Name}: expected --regime private-head as well.");
        }
    }

    /// <summary>Noise for each patient of each institution by itself. A round has as many steps as show every patient once an epoch on average.</summary>
    public PatientNoisePlan PatientNoise(ParseResult parsed, ProtectionOptions protection, int epochs, int rounds, ClassifierArchitecture architecture)
    {
        if (architecture is not (ClassifierArchitecture.ResNet50GroupNorm or ClassifierArchitecture.ResNet50Slim))
        {
            throw new UsageException("--model: dp-sgd needs resnet50-gn or resnet50-slim; BatchNorm mixes the patients of a batch.");
        }

        double rate = parsed.GetValue(SamplingRate) ?? PatientSamplingRate;
        return new PatientNoisePlan
        {
            SamplingRate = rate,
            ClippingNorm = parsed.GetValue(PatientClip) ?? 1,
            NoiseMultiplier = 1,
            Steps = (int)Math.Ceiling(epochs / rate),
        }.WithNoiseFor(parsed.GetValue(Epsilon) ?? PrivateHeadDefaults.Epsilon, parsed.GetValue(protection.Delta) ?? PrivateHeadDefaults.Delta, rounds);
    }

    /// <summary>Fills in all defaults, which were chosen on phantoms only.</summary>
    public PrivateHeadSetup Setup(
        ParseResult parsed, ProtectionOptions protection, FederationImages images, PreprocessingPipeline pipeline, SimulationResources resources, int? rounds, double? learningRate)
    {
        int missing = parsed.GetValue(protection.Dropouts) ?? 0;
        int curious = parsed.GetValue(protection.Colluders) ?? 0;
        if (missing + curious >= images.Institutions.Count)
        {
            throw new UsageException($"--dropouts, --colluders: {images.Institutions.Count} institutions leave no share after {missing} and {curious}.");
        }

        return new PrivateHeadSetup
        {
            Images = images,
            Pipeline = pipeline,
            BackbonePath = parsed.GetValue(Backbone) is { } path ? CommonOptions.Existing(path, "--backbone") : null,
            CacheFolder = CacheFolder(),
            ProjectionSeed = PrivateHeadDefaults.ProjectionSeed,
            Dimensions = parsed.GetValue(HeadDimensions) ?? PrivateHeadDefaults.Dimensions,
            Epsilon = parsed.GetValue(Epsilon) ?? PrivateHeadDefaults.Epsilon,
            Delta = parsed.GetValue(protection.Delta) ?? PrivateHeadDefaults.Delta,
            Rounds = rounds ?? PrivateHeadDefaults.Rounds,
            SamplingRate = parsed.GetValue(SamplingRate) ?? PrivateHeadDefaults.SamplingRate,
            ClippingNorm = parsed.GetValue(PatientClip) ?? PrivateHeadDefaults.ClippingNorm,
            LearningRate = learningRate ?? PrivateHeadDefaults.LearningRate,
            Momentum = PrivateHeadDefaults.Momentum,
            Dropouts = missing,
            Colluders = curious,
            Repeats = parsed.GetValue(Repeats) ?? 1,
            TuningRunsCounted = parsed.GetValue(TuningCounted),
            LedgerPath = parsed.GetValue(Ledger) is { } ledger ? CommonOptions.Writable(ledger, "--ledger") : null,
            Resources = resources,
        };
    }

    /// <summary>Where backbones that were trained on phantoms are kept.</summary>
    internal static string CacheFolder()
    {
        string local = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
        return Path.Combine(local.Length > 0 ? local : Path.GetTempPath(), "fedportal", "backbones");
    }
}
