using FedPortal.Training.Accounting;
using FedPortal.Training.Compression;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;
using FedPortal.Training.Protection;
using FedPortal.Training.Screening;
using FedPortal.Training.Submission;

namespace FedPortal.Site.CommandLine.Simulation;

/// <summary>How a simulated study is protected.</summary>
internal sealed record ProtectionSettings(PrivacyProfile Privacy, EncryptionProfile Encryption, ScreeningProfile Screening)
{
    /// <summary>True when no clipping norm was given: then it follows from the training plan and the number of images.</summary>
    public bool AdvisesClipping { get; init; }

    /// <summary>The same with everything filled in.</summary>
    public ProtectionSettings For(GlobalModel model, TrainingPlan plan, long largestExamples)
    {
        if (!AdvisesClipping)
        {
            return this;
        }

        int dimension = UpdateShape.For(Encryption.Compression, model, clippingNorm: 1, coordinateLimit: null, seed: []).Dimension;
        var bounds = UpdateBounds.For(plan, dimension, largestExamples);
        double waiting = WaitingFactor(model.Layout.ValueCount, dimension);
        return new ProtectionSettings(
            Privacy with { ClippingNorm = waiting * bounds.Norm },
            Encryption with { CoordinateLimit = Encryption.CoordinateLimit ?? waiting * bounds.Coordinate },
            Screening);
    }

    /// <summary>With error feedback a value waits about values/travelling rounds, and what adds up meanwhile at random grows with the root of that.</summary>
    private double WaitingFactor(int values, int travelling) =>
        Encryption.Compression.FeedsBack ? Math.Sqrt((double)values / travelling) : 1;

    /// <summary>The same with sketches but no rule that acts on them.</summary>
    public ProtectionSettings WithoutRules() => this with { Screening = Screening with { NormLimit = null, RobustDeviations = null, LeastRelativeNorm = null, LeastCosine = null } };
}
