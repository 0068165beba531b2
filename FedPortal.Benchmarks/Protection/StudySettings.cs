using FedPortal.Training.Accounting;
using FedPortal.Training.Screening;
using FedPortal.Training.Submission;

namespace FedPortal.Benchmarks.Protection;

/// <summary>How a benchmarked study is protected.</summary>
internal sealed record StudySettings(PrivacyProfile Privacy, EncryptionProfile Encryption, ScreeningProfile Screening)
{
    /// <summary>Everything on: noise, eight bits, sketches with noise of their own.</summary>
    public static StudySettings Usual { get; } = new(
        new PrivacyProfile { NoiseIntensity = 0.001, ClippingNorm = 1 },
        new EncryptionProfile(),
        new ScreeningProfile { Sketch = new SketchProfile { NoiseIntensity = 0.01 } });
}
