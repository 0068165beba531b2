using System.Text.Json;
using FedPortal.Training.Accounting;
using FedPortal.Training.Learning;
using FedPortal.Training.Protocol;
using FedPortal.Training.Screening;
using FedPortal.Training.Submission;
using Xunit;

namespace FedPortal.Tests.Training.Protection;

public class ProfileTests
{
    private static readonly PrivacyProfile Privacy = new()
    {
        Regime = PrivacyRegime.PrivateHead,
        Unit = PrivacyUnit.Patient,
        Mechanism = MechanismNames.DiscreteGaussian,
        NoiseIntensity = 1.5,
        ClippingNorm = 2.25,
        Delta = 1e-6,
        EpsilonCap = 4,
        AssumedDropouts = 1,
        AssumedColluders = 1,
        Schedule = NoiseScheduleKind.Geometric,
        NoiseFactor = 0.9,
        ClippingFactor = 1.1,
        PhotonCount = 3000,
        SamplingRate = 0.25,
        HeadDimensions = 64,
    };

    private static readonly EncryptionProfile Encryption = new()
    {
        Mode = EncryptionMode.SealCompatible,
        ParameterSet = "precise",
        ValueBits = 12,
        CoordinateLimit = 0.5,
        Threshold = 4,
        MinimumInstitutions = 4,
        SecurityLevel = 192,
        Weighting = UpdateWeighting.ByExamples,
        LargestWeight = 4,
        SealDegree = 8192,
        SealModulusBits = [60, 40, 60],
        SealScaleBits = 38,
        Compression = new CompressionProfile { Kind = CompressionKind.RandomMask, Fraction = 0.25, Rank = 4, ErrorFeedback = false },
    };

    private static readonly ScreeningProfile Screening = new()
    {
        Sketch = new SketchProfile { Dimensions = 512, NoiseIntensity = 0.5 },
        NormLimit = 2,
        RobustDeviations = 6,
        LeastRelativeNorm = 0.25,
        LeastCosine = -0.5,
        HistoryRounds = 7,
        LeastCompared = 5,
        SumCheckDeviations = 8,
    };

    [Fact]
    public void Defaults_HaveNoProblems()
    {
        Assert.Empty(new PrivacyProfile().Problems(5));
        Assert.Empty(new EncryptionProfile().Problems(5));
        Assert.Empty(new ScreeningProfile().Problems());
        Assert.Equal(MechanismNames.None, new PrivacyProfile().ReleasedMechanism);
        Assert.Equal(4, new EncryptionProfile().ThresholdFor(5));
    }

    [Fact]
    public void Json_RoundTripKeepsEveryField()
    {
        Assert.Equal(Privacy, RoundTrip(Privacy));
        Assert.Equal(Encryption, RoundTrip(Encryption));
        Assert.Equal(Screening, RoundTrip(Screening));
        Assert.Empty(Privacy.Problems(5));
        Assert.Empty(Encryption.Problems(5));
        Assert.Empty(Screening.Problems());
    }

    [Fact]
    public void Problems_NameBothSides()
    {
        AssertProblem("NaN", new PrivacyProfile { NoiseIntensity = double.NaN }.Problems(5));
        AssertProblem("-1", new PrivacyProfile { ClippingNorm = -1 }.Problems(5));
        AssertProblem("gauss", new PrivacyProfile { Mechanism = "gauss" }.Problems(5));
        AssertProblem("noise", new PrivacyProfile { EpsilonCap = 1 }.Problems(5));
        AssertProblem("3 dropouts and 2 colluders", new PrivacyProfile { AssumedDropouts = 3, AssumedColluders = 2 }.Problems(5));
        AssertProblem("go together", new PrivacyProfile { Unit = PrivacyUnit.Patient }.Problems(5));
        AssertProblem("tiny", new EncryptionProfile { ParameterSet = "tiny" }.Problems(5));
        AssertProblem("17", new EncryptionProfile { ValueBits = 17 }.Problems(5));
        AssertProblem("is 2", new EncryptionProfile { Threshold = 2 }.Problems(5));
        AssertProblem("2 of the roster", new EncryptionProfile().Problems(2));
        AssertProblem("0.0001", new EncryptionProfile { Compression = new CompressionProfile { Fraction = 0.0001 } }.Problems(5));
        AssertProblem("100", new ScreeningProfile { Sketch = new SketchProfile { Dimensions = 100 } }.Problems());
        AssertProblem("0.5", new ScreeningProfile { NormLimit = 0.5 }.Problems());
    }

    [Fact]
    public void Strategies_KnowTheirProtectionAndTheirBase()
    {
        Assert.Equal([3, 4, 5], Enum.GetValues<FederatedStrategy>().Where(strategy => strategy.IsProtected()).Select(strategy => (int)strategy));
        Assert.Equal(StrategyBase.FedProx, FederatedStrategy.ProtectedFedProx.Base());
        Assert.Equal(StrategyBase.FedAdam, FederatedStrategy.PlainFedAdam.Base());
        Assert.Equal(FederatedStrategy.ProtectedFedAvg, FederatedStrategies.Parse("fedavg"));
    }

    private static T RoundTrip<T>(T profile) => JsonSerializer.Deserialize<T>(JsonSerializer.Serialize(profile, ProtocolJson.Options), ProtocolJson.Options)!;

    private static void AssertProblem(string words, IReadOnlyList<string> problems) =>
        Assert.Contains(problems, problem => problem.Contains(words, StringComparison.Ordinal));
}
