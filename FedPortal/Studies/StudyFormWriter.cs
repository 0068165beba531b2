using System.Globalization;
using FedPortal.Training.Learning;

namespace FedPortal.Studies;

/// <summary>The form that reads back to a design: how a study is cloned.</summary>
public static class StudyFormWriter
{
    public static StudyForm Of(StudyDesign design, IReadOnlyList<RosterEntry> roster, Guid? holdoutDatasetId) => new()
    {
        Name = design.Name,
        Question = design.Question,
        Labels = string.Join('\n', design.Classes),
        Roster = [.. roster.OrderBy(seat => seat.Seat).Select(seat => new StudyFormSeat { InstitutionId = seat.InstitutionId, DatasetId = seat.DatasetId })],
        Holdout = $"{holdoutDatasetId}",
        Architecture = $"{design.Architecture}",
        Strategy = FederatedStrategies.NameOf(design.Strategy),
        Epochs = N(design.Training.Epochs),
        BatchSize = N(design.Training.BatchSize),
        Optimizer = $"{design.Training.Optimizer}",
        LearningRate = N(design.Training.LearningRate),
        LocalSchedule = $"{design.Training.LocalSchedule}",
        RoundSchedule = $"{design.Training.RoundSchedule}",
        WeightDecay = N(design.Training.WeightDecay),
        GradientClip = N(design.Training.GradientClip),
        ProximalTerm = N(design.Training.ProximalTerm),
        ServerLearningRate = design.Server == ServerOptimizerOptions.For(design.Strategy, design.Rounds) ? "" : N(design.Server.LearningRate),
        Seed = N(design.Seed),
        ImageSize = N(design.Preprocessing.Size),
        MedianRadius = N(design.Preprocessing.MedianRadius),
        EqualizationTiles = N(design.Preprocessing.EqualizationTiles),
        EqualizationClipLimit = N(design.Preprocessing.EqualizationClipLimit),
        LowPercentile = N(design.Preprocessing.LowPercentile),
        HighPercentile = N(design.Preprocessing.HighPercentile),
        Fit = $"{design.Preprocessing.Fit}",
        Balance = $"{design.Training.Balance}",
        LabelSmoothing = N(design.Training.LabelSmoothing),
        Augment = design.Training.Augment,
        Regime = $"{design.Privacy.Regime}",
        Mechanism = design.Privacy.Mechanism,
        NoiseIntensity = N(design.Privacy.NoiseIntensity),
        ClippingNorm = N(design.Privacy.ClippingNorm),
        Delta = N(design.Privacy.Delta),
        EpsilonCap = N(design.Privacy.EpsilonCap),
        AssumedDropouts = N(design.Privacy.AssumedDropouts),
        AssumedColluders = N(design.Privacy.AssumedColluders),
        NoiseSchedule = $"{design.Privacy.Schedule}",
        NoiseFactor = N(design.Privacy.NoiseFactor),
        ClippingFactor = N(design.Privacy.ClippingFactor),
        PhotonCount = N(design.Privacy.PhotonCount),
        SamplingRate = N(design.Privacy.SamplingRate),
        HeadDimensions = N(design.Privacy.HeadDimensions),
        EncryptionMode = $"{design.Encryption.Mode}",
        ParameterSet = design.Encryption.ParameterSet ?? "",
        ValueBits = N(design.Encryption.ValueBits),
        CoordinateLimit = N(design.Encryption.CoordinateLimit),
        Threshold = N(design.Encryption.Threshold),
        SecurityLevel = N(design.Encryption.SecurityLevel),
        SealDegree = N(design.Encryption.SealDegree),
        SealModulusBits = string.Join(", ", design.Encryption.SealModulusBits),
        SealScaleBits = N(design.Encryption.SealScaleBits),
        Weighting = $"{design.Encryption.Weighting}",
        LargestWeight = N(design.Encryption.LargestWeight),
        Compression = $"{design.Encryption.Compression.Kind}",
        CompressionFraction = N(design.Encryption.Compression.Fraction),
        CompressionRank = N(design.Encryption.Compression.Rank),
        SketchDimensions = N(design.Screening.Sketch.Dimensions),
        SketchNoise = N(design.Screening.Sketch.NoiseIntensity),
        NormLimit = N(design.Screening.NormLimit),
        RobustDeviations = N(design.Screening.RobustDeviations),
        LeastCosine = N(design.Screening.LeastCosine),
        Rounds = N(design.Rounds),
        Quorum = N(design.Quorum),
        MinimumInstitutions = N(design.Encryption.MinimumInstitutions),
        DeadlineMinutes = N(design.DeadlineMinutes),
    };

    // As people write it where that reads back to the same number, else with every digit.
    private static string N(double? value)
    {
        string plain = value?.ToString("0.##################", CultureInfo.InvariantCulture) ?? "";
        return value is null || double.Parse(plain, CultureInfo.InvariantCulture) == value ? plain : value.Value.ToString("R", CultureInfo.InvariantCulture);
    }
}
