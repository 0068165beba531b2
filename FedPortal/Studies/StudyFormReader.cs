using FedPortal.Training.Accounting;
using FedPortal.Training.Imaging;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;
using FedPortal.Training.Native;
using FedPortal.Training.Screening;
using FedPortal.Training.Submission;

namespace FedPortal.Studies;

/// <summary>What a form means, and what is wrong with it. A field that cannot be read has a problem here and a stand-in in the design, which is then never used.</summary>
/// <param name="Design">The design; to be used only where there is no problem, and for live advice on the fields that are right.</param>
public sealed record StudyReading(StudyDesign Design, IReadOnlyList<(Guid InstitutionId, Guid DatasetId)> Roster, Guid? HoldoutDatasetId, IReadOnlyList<FieldProblem> Problems)
{
    public IEnumerable<string> ProblemsOf(string field) => Problems.Where(problem => problem.Field == field).Select(problem => problem.Text);
}

/// <summary>Reads a <see cref="StudyForm"/>.</summary>
public static class StudyFormReader
{
    public static StudyReading Read(StudyForm form)
    {
        var fields = new FieldReader();
        List<(Guid, Guid)> roster = RosterOf(form, fields);
        Guid? holdout = HoldoutOf(form, fields);
        StudyDesign design = DesignOf(form, fields);

        // Fields that could not be read have their own words; what the design then says of their stand-ins would only confuse.
        IEnumerable<FieldProblem> whole = fields.Problems.Count > 0 ? [] : design.Problems(roster.Count).Select(text => new FieldProblem("", text));
        return new StudyReading(design, roster, holdout, [.. fields.Problems, .. whole]);
    }

    private static List<(Guid InstitutionId, Guid DatasetId)> RosterOf(StudyForm form, FieldReader fields)
    {
        if (form.Roster.Count == 0)
        {
            fields.Refuse(nameof(form.Roster), "A study needs institutions; none is chosen yet.");
        }
        else if (form.Roster.Count(seat => seat.DatasetId is null) is > 0 and int missing)
        {
            fields.Refuse(nameof(form.Roster), missing == 1 ? "One chosen institution has no data set chosen." : $"{missing} chosen institutions have no data set chosen.");
        }

        return [.. form.Roster.Where(seat => seat.DatasetId is not null).Select(seat => (seat.InstitutionId, seat.DatasetId!.Value))];
    }

    private static Guid? HoldoutOf(StudyForm form, FieldReader fields)
    {
        if (string.IsNullOrWhiteSpace(form.Holdout))
        {
            return null;
        }

        if (Guid.TryParse(form.Holdout, out Guid id))
        {
            return id;
        }

        fields.Refuse(nameof(form.Holdout), "The hold-out is not a data set.");
        return null;
    }

    private static StudyDesign DesignOf(StudyForm form, FieldReader fields)
    {
        FederatedStrategy strategy = StrategyOf(form, fields);
        int rounds = fields.Whole(nameof(form.Rounds), form.Rounds, "The number of rounds", 1, 1000);
        var design = new StudyDesign
        {
            Name = NameOf(form, fields),
            Question = QuestionOf(form, fields),
            Classes = LabelsOf(form, fields),
            Architecture = fields.Choice<ClassifierArchitecture>(nameof(form.Architecture), form.Architecture, "The network"),
            Preprocessing = PreprocessingOf(form, fields),
            Strategy = strategy,
            Training = TrainingOf(form, fields),
            Rounds = rounds,
            Quorum = fields.Whole(nameof(form.Quorum), form.Quorum, "The quorum", 1, 1000),
            DeadlineMinutes = fields.Whole(nameof(form.DeadlineMinutes), form.DeadlineMinutes, "The deadline in minutes", 1, 7 * 24 * 60),
            Seed = fields.Whole(nameof(form.Seed), form.Seed, "The seed", 0, int.MaxValue),
            Privacy = PrivacyOf(form, fields),
            Encryption = EncryptionOf(form, fields),
            Screening = ScreeningOf(form, fields),
        };
        return fields.OptionalNumber(nameof(form.ServerLearningRate), form.ServerLearningRate, "The server learning rate", 1e-6, 100) is { } rate
            ? design with { Server = ServerOptimizerOptions.For(strategy, rounds) with { LearningRate = rate } }
            : design;
    }

    private static string NameOf(StudyForm form, FieldReader fields)
    {
        string name = form.Name.Trim();
        if (name.Length is < 1 or > 100)
        {
            fields.Refuse(nameof(form.Name), $"A study needs a name of 1 to 100 characters, but it has {name.Length}.");
        }

        return name;
    }

    private static string QuestionOf(StudyForm form, FieldReader fields)
    {
        string question = form.Question.Trim();
        if (question.Length is < 1 or > 1000)
        {
            fields.Refuse(nameof(form.Question), $"Say in 1 to 1000 characters what the institutions want to know; now there are {question.Length}.");
        }

        return question;
    }

    private static string[] LabelsOf(StudyForm form, FieldReader fields)
    {
        string[] labels = [.. form.Labels.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
        if (labels.Length < 2)
        {
            fields.Refuse(nameof(form.Labels), $"A study needs at least two labels, one on each line, but has {labels.Length}.");
        }

        if (labels.GroupBy(label => label, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            fields.Refuse(nameof(form.Labels), $"The label '{twice.Key}' is there {twice.Count()} times.");
        }

        return labels;
    }

    private static FederatedStrategy StrategyOf(StudyForm form, FieldReader fields)
    {
        if (FederatedStrategies.AllNames.Contains(form.Strategy))
        {
            return FederatedStrategies.Parse(form.Strategy);
        }

        fields.Refuse(nameof(form.Strategy), $"The strategy must be one of {string.Join(", ", FederatedStrategies.AllNames)}, but is '{form.Strategy}'.");
        return FederatedStrategy.ProtectedFedAvg;
    }

    private static PreprocessingPipeline PreprocessingOf(StudyForm form, FieldReader fields)
    {
        int size = fields.Whole(nameof(form.ImageSize), form.ImageSize, "The image size", 32, 512);
        if (size % 32 != 0)
        {
            fields.Refuse(nameof(form.ImageSize), $"The image size must be a multiple of 32, but is {size}.");
        }

        double clip = fields.Number(nameof(form.EqualizationClipLimit), form.EqualizationClipLimit, "The slope limit", 0, 40, 0);
        if (clip is > 0 and < 1)
        {
            fields.Refuse(nameof(form.EqualizationClipLimit), "The slope limit must be 0 (off) or from 1 to 40.");
        }

        double low = fields.Number(nameof(form.LowPercentile), form.LowPercentile, "The black percentile", 0, 100, 1);
        double high = fields.Number(nameof(form.HighPercentile), form.HighPercentile, "The white percentile", 0, 100, 99);
        if (low >= high)
        {
            fields.Refuse(nameof(form.HighPercentile), FormattableString.Invariant($"The white percentile must be above the black one, but {high} is not above {low}."));
        }

        return new PreprocessingPipeline(size)
        {
            MedianRadius = fields.Whole(nameof(form.MedianRadius), form.MedianRadius, "The median radius", 0, 3),
            EqualizationTiles = fields.Whole(nameof(form.EqualizationTiles), form.EqualizationTiles, "The number of tiles", 1, 32),
            EqualizationClipLimit = clip,
            LowPercentile = low,
            HighPercentile = high,
            Fit = fields.Choice<AspectFit>(nameof(form.Fit), form.Fit, "The fit"),
        };
    }

    private static TrainingPlan TrainingOf(StudyForm form, FieldReader fields) => new()
    {
        Epochs = fields.Whole(nameof(form.Epochs), form.Epochs, "The number of local epochs", 1, 100),
        BatchSize = fields.Whole(nameof(form.BatchSize), form.BatchSize, "The batch size", 1, 512),
        Optimizer = fields.Choice<LocalOptimizer>(nameof(form.Optimizer), form.Optimizer, "The optimiser"),
        LearningRate = fields.Number(nameof(form.LearningRate), form.LearningRate, "The learning rate", 1e-7, 10, 1e-3),
        LocalSchedule = fields.Choice<LearningRateSchedule>(nameof(form.LocalSchedule), form.LocalSchedule, "The schedule within a round"),
        RoundSchedule = fields.Choice<LearningRateSchedule>(nameof(form.RoundSchedule), form.RoundSchedule, "The schedule over rounds"),
        WeightDecay = fields.Number(nameof(form.WeightDecay), form.WeightDecay, "Weight decay", 0, 1, 0),
        LabelSmoothing = fields.Number(nameof(form.LabelSmoothing), form.LabelSmoothing, "Label smoothing", 0, 0.5, 0),
        GradientClip = fields.Number(nameof(form.GradientClip), form.GradientClip, "The gradient clip", 0, 1000, 0),
        ProximalTerm = fields.Number(nameof(form.ProximalTerm), form.ProximalTerm, "The proximal term", 0, 100, 0),
        Balance = fields.Choice<ClassBalance>(nameof(form.Balance), form.Balance, "The class balance"),
        Augment = form.Augment,
        Seed = fields.Whole(nameof(form.Seed), form.Seed, "The seed", 0, int.MaxValue),
    };

    private static PrivacyProfile PrivacyOf(StudyForm form, FieldReader fields)
    {
        PrivacyRegime regime = fields.Choice<PrivacyRegime>(nameof(form.Regime), form.Regime, "The regime");
        return new PrivacyProfile
        {
            Regime = regime,
            Unit = regime == PrivacyRegime.PrivateHead ? PrivacyUnit.Patient : PrivacyUnit.Institution,
            Mechanism = form.Mechanism,
            NoiseIntensity = fields.Number(nameof(form.NoiseIntensity), form.NoiseIntensity, "The noise intensity", 0, 1000, 0),
            ClippingNorm = fields.Number(nameof(form.ClippingNorm), form.ClippingNorm, "The clipping norm", 1e-9, 1e9, 1),
            Delta = fields.Number(nameof(form.Delta), form.Delta, "δ", 1e-15, 0.009999, 1e-5),
            EpsilonCap = fields.OptionalNumber(nameof(form.EpsilonCap), form.EpsilonCap, "The ε cap", 1e-3, 1e12),
            AssumedDropouts = fields.Whole(nameof(form.AssumedDropouts), form.AssumedDropouts, "The number of dropouts", 0, 1000),
            AssumedColluders = fields.Whole(nameof(form.AssumedColluders), form.AssumedColluders, "The number of colluders", 0, 1000),
            Schedule = fields.Choice<NoiseScheduleKind>(nameof(form.NoiseSchedule), form.NoiseSchedule, "The noise schedule"),
            NoiseFactor = fields.Number(nameof(form.NoiseFactor), form.NoiseFactor, "The noise factor", 0.1, 10, 1),
            ClippingFactor = fields.Number(nameof(form.ClippingFactor), form.ClippingFactor, "The clipping factor", 0.1, 10, 1),
            PhotonCount = fields.OptionalNumber(nameof(form.PhotonCount), form.PhotonCount, "The photon count", 1, 1e12),
            SamplingRate = fields.Number(nameof(form.SamplingRate), form.SamplingRate, "The sampling rate", 1e-6, 1, 1),
            HeadDimensions = fields.Whole(nameof(form.HeadDimensions), form.HeadDimensions, "The number of head dimensions", 2, 2048),
        };
    }

    private static EncryptionProfile EncryptionOf(StudyForm form, FieldReader fields) => new()
    {
        Mode = fields.Choice<EncryptionMode>(nameof(form.EncryptionMode), form.EncryptionMode, "The mode"),
        ParameterSet = string.IsNullOrWhiteSpace(form.ParameterSet) ? null : form.ParameterSet,
        ValueBits = fields.Whole(nameof(form.ValueBits), form.ValueBits, "The number of value bits", 2, 16),
        CoordinateLimit = fields.OptionalNumber(nameof(form.CoordinateLimit), form.CoordinateLimit, "The coordinate limit", 1e-9, 1e9),
        Threshold = fields.OptionalWhole(nameof(form.Threshold), form.Threshold, "The threshold", 1, 4096),
        MinimumInstitutions = fields.Whole(nameof(form.MinimumInstitutions), form.MinimumInstitutions, "The fewest institutions in a sum", 3, 4096),
        SecurityLevel = fields.Whole(nameof(form.SecurityLevel), form.SecurityLevel, "The security level", 128, 256),
        Weighting = fields.Choice<UpdateWeighting>(nameof(form.Weighting), form.Weighting, "The weighting"),
        LargestWeight = fields.Whole(nameof(form.LargestWeight), form.LargestWeight, "The largest weight", 1, 64),
        SealDegree = fields.Whole(nameof(form.SealDegree), form.SealDegree, "The degree", 1024, 32768),
        SealModulusBits = ModulusOf(form, fields),
        SealScaleBits = fields.Whole(nameof(form.SealScaleBits), form.SealScaleBits, "The scale in bits", 10, 59),
        Compression = new CompressionProfile
        {
            Kind = fields.Choice<CompressionKind>(nameof(form.Compression), form.Compression, "The compression"),
            Fraction = fields.Number(nameof(form.CompressionFraction), form.CompressionFraction, "The part of values that travels", 0.001, 1, 1),
            Rank = fields.Whole(nameof(form.CompressionRank), form.CompressionRank, "The rank", 1, 256),
        },
    };

    private static int[] ModulusOf(StudyForm form, FieldReader fields)
    {
        string[] parts = form.SealModulusBits.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        int[] bits = [.. parts.Select(part => int.TryParse(part, out int value) ? value : 0)];
        if (bits.Length < 2 || bits.Any(value => value is < 20 or > 60))
        {
            fields.Refuse(nameof(form.SealModulusBits), $"The modulus is two or more primes of 20 to 60 bits, separated by commas, but is '{form.SealModulusBits}'.");
            return [60, 49];
        }

        return bits;
    }

    private static ScreeningProfile ScreeningOf(StudyForm form, FieldReader fields) => new()
    {
        Sketch = new SketchProfile
        {
            Dimensions = fields.Whole(nameof(form.SketchDimensions), form.SketchDimensions, "The size of a sketch", 0, 1024),
            NoiseIntensity = fields.Number(nameof(form.SketchNoise), form.SketchNoise, "The sketch noise", 0, 1000, 0),
        },
        NormLimit = fields.OptionalNumber(nameof(form.NormLimit), form.NormLimit, "The norm limit", 1.000001, 1000),
        RobustDeviations = fields.OptionalNumber(nameof(form.RobustDeviations), form.RobustDeviations, "The limit in robust deviations", 2, 1000),
        LeastCosine = fields.OptionalNumber(nameof(form.LeastCosine), form.LeastCosine, "The least cosine", -1, 0.999999),
    };
}
