namespace FedPortal.Studies;

/// <summary>
/// A study as it is being written: every field as it was typed, right or wrong, so that nothing a person entered is lost or silently replaced.
/// <see cref="StudyFormReader"/> makes a design of it, or says what is wrong.
/// </summary>
public sealed record StudyForm
{
    // Question and labels.
    public string Name { get; set; } = "";

    public string Question { get; set; } = "";

    /// <summary>One label a line, in the order of the network's outputs.</summary>
    public string Labels { get; set; } = "normal\npneumonia";

    // Roster.
    public IList<StudyFormSeat> Roster { get; init; } = [];

    public string Holdout { get; set; } = "";

    // Network and local training.
    public string Architecture { get; set; } = "ResNet50Slim";

    public string Strategy { get; set; } = "fedavg";

    public string Epochs { get; set; } = "2";

    public string BatchSize { get; set; } = "8";

    public string Optimizer { get; set; } = "AdamW";

    public string LearningRate { get; set; } = "0.001";

    public string LocalSchedule { get; set; } = "Constant";

    public string RoundSchedule { get; set; } = "Constant";

    public string WeightDecay { get; set; } = "0.01";

    public string GradientClip { get; set; } = "5";

    public string ProximalTerm { get; set; } = "0";

    /// <summary>Empty: the strategy's usual value.</summary>
    public string ServerLearningRate { get; set; } = "";

    public string Seed { get; set; } = "1";

    // Preprocessing.
    public string ImageSize { get; set; } = "64";

    public string MedianRadius { get; set; } = "1";

    public string EqualizationTiles { get; set; } = "4";

    public string EqualizationClipLimit { get; set; } = "2";

    public string LowPercentile { get; set; } = "1";

    public string HighPercentile { get; set; } = "99";

    public string Fit { get; set; } = "Pad";

    /// <summary>The data set whose image is previewed; it is no part of the study.</summary>
    public string PreviewDataset { get; set; } = "";

    // Balance.
    public string Balance { get; set; } = "LogitAdjustment";

    public string LabelSmoothing { get; set; } = "0.05";

    public bool Augment { get; set; } = true;

    // Privacy.
    public string Regime { get; set; } = "FullNetwork";

    public string Mechanism { get; set; } = "skellam";

    public string NoiseIntensity { get; set; } = "0.0001";

    public string ClippingNorm { get; set; } = "1";

    public string Delta { get; set; } = "0.00001";

    /// <summary>Empty: no cap.</summary>
    public string EpsilonCap { get; set; } = "";

    public string AssumedDropouts { get; set; } = "0";

    public string AssumedColluders { get; set; } = "0";

    public string NoiseSchedule { get; set; } = "Constant";

    public string NoiseFactor { get; set; } = "1";

    public string ClippingFactor { get; set; } = "1";

    /// <summary>Empty: off.</summary>
    public string PhotonCount { get; set; } = "";

    public string SamplingRate { get; set; } = "1";

    public string HeadDimensions { get; set; } = "32";

    // Encryption.
    public string EncryptionMode { get; set; } = "OneTimeKey";

    /// <summary>Empty: chosen by the portal.</summary>
    public string ParameterSet { get; set; } = "";

    public string ValueBits { get; set; } = "8";

    /// <summary>Empty: 16 times the mean coordinate of a clipped update.</summary>
    public string CoordinateLimit { get; set; } = "";

    /// <summary>Empty: ⌊2n/3⌋ + 1.</summary>
    public string Threshold { get; set; } = "";

    public string SecurityLevel { get; set; } = "128";

    public string SealDegree { get; set; } = "4096";

    public string SealModulusBits { get; set; } = "60, 49";

    public string SealScaleBits { get; set; } = "40";

    public string Weighting { get; set; } = "Equal";

    public string LargestWeight { get; set; } = "8";

    public string Compression { get; set; } = "None";

    public string CompressionFraction { get; set; } = "0.1";

    public string CompressionRank { get; set; } = "8";

    // Screening.
    public string SketchDimensions { get; set; } = "256";

    public string SketchNoise { get; set; } = "0";

    /// <summary>Empty: off.</summary>
    public string NormLimit { get; set; } = "1.5";

    /// <summary>Empty: off.</summary>
    public string RobustDeviations { get; set; } = "";

    /// <summary>Empty: off.</summary>
    public string LeastCosine { get; set; } = "";

    // Quorum and rounds.
    public string Rounds { get; set; } = "12";

    public string Quorum { get; set; } = "3";

    public string MinimumInstitutions { get; set; } = "3";

    public string DeadlineMinutes { get; set; } = "60";
}

/// <summary>One chosen institution; the data set may still be missing.</summary>
public sealed record StudyFormSeat
{
    public Guid InstitutionId { get; set; }

    public Guid? DatasetId { get; set; }
}
