using FedPortal.Studies;
using FedPortal.Tests.Training.Native;
using FedPortal.Training.Accounting;
using FedPortal.Training.Compression;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;
using FedPortal.Training.Native;
using FedPortal.Training.Perturbation;
using FedPortal.Training.PrivateHead;
using FedPortal.Training.Protection;
using FedPortal.Training.Screening;
using FedPortal.Training.Submission;
using Xunit;

namespace FedPortal.Tests.Training.PrivateHead;

/// <summary>A private head as a protected round sees it: inside the last layer of a whole network.</summary>
public class HeadRoundTests
{
    private const int Features = 512;
    private const int Dimensions = 8;

    private static readonly PrivacyProfile Privacy = new()
    {
        Regime = PrivacyRegime.PrivateHead,
        Unit = PrivacyUnit.Patient,
        ClippingNorm = 1000,
        NoiseIntensity = 1e-6,
        SamplingRate = 1,
        HeadDimensions = Dimensions,
    };

    private static readonly EncryptionProfile Encryption = new() { ValueBits = 16, CoordinateLimit = 64 };
    private static readonly ScreeningProfile Screening = new() { Sketch = new SketchProfile { Dimensions = 0 } };

    [Fact]
    public void WhatTravels_IsTheLastLayerAlongPublicDirections_AndComesBackThere()
    {
        GlobalModel model = Model();
        UpdateShape shape = UpdateShape.ForHead(model, Dimensions, 1);
        (TensorEntry weight, TensorEntry bias) = LastLayer.Of(model.Layout);
        float[] travelling = [.. Enumerable.Range(0, shape.Dimension).Select(i => MathF.Cos(i))];
        float[] difference = new float[model.Layout.ValueCount], again = new float[shape.Dimension];

        shape.Decode(travelling, difference);
        shape.Encode(difference, again);

        Assert.Equal((Dimensions + 1) * 3, shape.Dimension);
        Assert.Equal(travelling, again, (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.All(difference[..weight.Offset], value => Assert.Equal(0, value));
        Assert.Equal(Vectors.Norm(travelling), Vectors.Norm(difference), 1e-4);
        Assert.Equal(travelling[(3 * Dimensions)..], difference[bias.Offset..(bias.Offset + 3)]);
        Assert.Throws<ArgumentException>(() => UpdateShape.ForHead(model, Features + 1, 1));
    }

    [Fact]
    public void OneRound_IsOneStepOfGradientDescent_AlongTheDirections()
    {
        GlobalModel model = Model();
        FeatureSet[] sites = [.. Enumerable.Range(0, 3).Select(site => HeadSamples.Features(6 + site, Features, 3, seed: site, imagesEach: 2, prefix: $"s{site}-"))];
        UpdateShape shape = RoundProtection.ShapeOf(Privacy, Encryption, model, 1, new byte[32]);
        var protection = RoundProtection.For(Privacy, Encryption, Screening, shape, [1, 1, 1], 1);

        // The mean of what three institutions send, as the portal would decrypt it, then the portal's step.
        PerturbedUpdate[] sent = [.. sites.Select((features, site) => HeadPerturbation.Perturb(protection, model, features, HeadSamples.Words((byte)site)))];
        float[] mean = [.. Enumerable.Range(0, shape.Dimension).Select(i => (float)(sent.Sum(update => (long)update.Lattice.Span[i]) / (protection.Scale * 3)))];
        float[] difference = new float[model.Layout.ValueCount];
        shape.Decode(mean, difference);
        var design = new StudyDesign
        {
            Name = "Head",
            Question = "?",
            Classes = ["a", "b", "c"],
            Privacy = Privacy,
            Encryption = Encryption,
            Screening = Screening,
            Training = new TrainingPlan { LearningRate = 0.5 },
            Rounds = 3,
            Quorum = 3,
        };
        double rate = design.ServerFor(3, declaredImages: 21).LearningRate;

        double[] expected = new double[(3 * Features) + 3];
        float[] gradient = new float[expected.Length];
        foreach (FeatureSet features in sites)
        {
            foreach ((_, int[] images) in features.Patients)
            {
                LastLayer.HeadOf(model).PatientGradient(features, images, gradient);
                for (int i = 0; i < gradient.Length; i++)
                {
                    expected[i] -= 0.5 * gradient[i] / 21;
                }
            }
        }

        (TensorEntry weight, TensorEntry bias) = LastLayer.Of(model.Layout);
        float[] full = new float[model.Layout.ValueCount], along = new float[shape.Dimension], projected = new float[full.Length];
        for (int i = 0; i < expected.Length; i++)
        {
            full[i < weight.Count ? weight.Offset + i : bias.Offset + i - weight.Count] = (float)expected[i];
        }

        shape.Encode(full, along);
        shape.Decode(along, projected);
        Assert.Empty(design.Problems(3));
        Assert.True(Vectors.Norm(projected) > 1e-3);
        Assert.All(projected.Zip(difference), pair => Assert.Equal(pair.First, rate * pair.Second, 2e-4));
    }

    [Fact]
    public void ThePatientIsTheUnit_SamplingIsCharged_AndWhatContradictsThatIsNamed()
    {
        GlobalModel model = Model();
        PrivacyProfile sampled = Privacy with { ClippingNorm = 1, NoiseIntensity = 2, SamplingRate = 0.25 };
        UpdateShape shape = RoundProtection.ShapeOf(sampled, Encryption with { CoordinateLimit = null }, model, 1, new byte[32]);

        var protection = RoundProtection.For(sampled, Encryption with { CoordinateLimit = null }, Screening, shape, [1, 1, 1], 1);

        Assert.Equal(0.25, protection.UpdateRelease.SamplingRate);
        Assert.Equal(64, shape.CoordinateLimit);
        Assert.Equal(512, protection.Noise.ScaledClip, 0.5);
        IReadOnlyList<string> problems = RoundProtection.Problems(
            Privacy with { NoiseIntensity = 0 }, Encryption with { ValueBits = 8, Weighting = UpdateWeighting.ByExamples }, new ScreeningProfile(), 3);
        Assert.Equal(4, problems.Count(problem => problem.Contains("private head", StringComparison.OrdinalIgnoreCase)));
    }

    private static GlobalModel Model()
    {
        ModelLayout layout = ClassifierModel.LayoutOf(new ModelDescription(ClassifierArchitecture.ResNet50Slim, 3));
        return new GlobalModel(layout, 0, new float[layout.ValueCount]);
    }
}
