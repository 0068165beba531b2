using System.Collections.Frozen;

namespace FedPortal.Studies;

/// <summary>The pages on which a study is written, in their order.</summary>
public enum StudyStep
{
    Question,
    Roster,
    Model,
    Preprocessing,
    Balance,
    Noise,
    Encryption,
    Rounds,
    Plan,
}

/// <summary>Something wrong with one field of a study that is being written.</summary>
/// <param name="Field">The name of a property of <see cref="StudyForm"/>, or empty where several fields do not fit together.</param>
/// <param name="Text">For a person.</param>
public sealed record FieldProblem(string Field, string Text)
{
    private static readonly FrozenDictionary<string, StudyStep> Steps = new Dictionary<StudyStep, string[]>
    {
        [StudyStep.Question] = [nameof(StudyForm.Name), nameof(StudyForm.Question), nameof(StudyForm.Labels)],
        [StudyStep.Roster] = [nameof(StudyForm.Roster), nameof(StudyForm.Holdout)],
        [StudyStep.Model] =
        [
            nameof(StudyForm.Architecture), nameof(StudyForm.Strategy), nameof(StudyForm.Epochs), nameof(StudyForm.BatchSize), nameof(StudyForm.Optimizer), nameof(StudyForm.LearningRate),
            nameof(StudyForm.LocalSchedule), nameof(StudyForm.RoundSchedule), nameof(StudyForm.WeightDecay), nameof(StudyForm.GradientClip), nameof(StudyForm.ProximalTerm),
            nameof(StudyForm.ServerLearningRate), nameof(StudyForm.Seed),
        ],
        [StudyStep.Preprocessing] =
        [
            nameof(StudyForm.ImageSize), nameof(StudyForm.MedianRadius), nameof(StudyForm.EqualizationTiles), nameof(StudyForm.EqualizationClipLimit),
            nameof(StudyForm.LowPercentile), nameof(StudyForm.HighPercentile), nameof(StudyForm.Fit),
        ],
        [StudyStep.Balance] = [nameof(StudyForm.Balance), nameof(StudyForm.LabelSmoothing)],
        [StudyStep.Noise] =
        [
            nameof(StudyForm.Regime), nameof(StudyForm.Mechanism), nameof(StudyForm.NoiseIntensity), nameof(StudyForm.ClippingNorm), nameof(StudyForm.Delta), nameof(StudyForm.EpsilonCap),
            nameof(StudyForm.AssumedDropouts), nameof(StudyForm.AssumedColluders), nameof(StudyForm.NoiseSchedule), nameof(StudyForm.NoiseFactor), nameof(StudyForm.ClippingFactor),
            nameof(StudyForm.PhotonCount), nameof(StudyForm.SamplingRate), nameof(StudyForm.HeadDimensions),
        ],
        [StudyStep.Encryption] =
        [
            nameof(StudyForm.EncryptionMode), nameof(StudyForm.ParameterSet), nameof(StudyForm.ValueBits), nameof(StudyForm.CoordinateLimit), nameof(StudyForm.Threshold), nameof(StudyForm.SecurityLevel),
            nameof(StudyForm.SealDegree), nameof(StudyForm.SealModulusBits), nameof(StudyForm.SealScaleBits), nameof(StudyForm.Weighting), nameof(StudyForm.LargestWeight),
            nameof(StudyForm.Compression), nameof(StudyForm.CompressionFraction), nameof(StudyForm.CompressionRank),
        ],
        [StudyStep.Rounds] =
        [
            nameof(StudyForm.Rounds), nameof(StudyForm.Quorum), nameof(StudyForm.MinimumInstitutions), nameof(StudyForm.DeadlineMinutes), nameof(StudyForm.SketchDimensions),
            nameof(StudyForm.SketchNoise), nameof(StudyForm.NormLimit), nameof(StudyForm.RobustDeviations), nameof(StudyForm.LeastCosine),
        ],
    }.SelectMany(step => step.Value.Select(field => KeyValuePair.Create(field, step.Key))).ToFrozenDictionary();

    /// <summary>The page with the field; <see cref="StudyStep.Plan"/> for what no single page can mend.</summary>
    public StudyStep Step => Steps.GetValueOrDefault(Field, StudyStep.Plan);
}
