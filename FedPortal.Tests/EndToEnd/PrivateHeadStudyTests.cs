using FedPortal.Jobs;
using FedPortal.Studies;
using FedPortal.Training.Accounting;
using FedPortal.Training.Datasets.Phantoms;
using FedPortal.Training.Imaging;
using FedPortal.Training.Learning;
using FedPortal.Training.Ledger;
using FedPortal.Training.Models;
using FedPortal.Training.Native;
using FedPortal.Training.PrivateHead;
using FedPortal.Training.Screening;
using FedPortal.Training.Submission;
using Xunit;

namespace FedPortal.Tests.EndToEnd;

/// <summary>A private-head study from a plan file, with real processes on the loopback interface.</summary>
[Collection("Jobs")]
public class PrivateHeadStudyTests
{
    [Fact]
    public async Task EachRoundIsOneStepOfTheHead_TheBackboneStays_AndEveryLedgerVerifiesUnderItsCap()
    {
        var pipeline = PreprocessingPipeline.Plain(32);
        var plan = new ConsortiumPlan
        {
            Phantoms = new PhantomConsortiumOptions { ImageCount = 40, InstitutionCount = 3, HoldoutCount = 0, Size = 32 },
            Design = new StudyDesign
            {
                Name = "Private head",
                Question = "Does it hide each patient?",
                Classes = PhantomConsortium.Classes,
                Preprocessing = pipeline,
                Training = new TrainingPlan { LearningRate = 1 },
                Privacy = new PrivacyProfile
                {
                    Regime = PrivacyRegime.PrivateHead,
                    Unit = PrivacyUnit.Patient,
                    ClippingNorm = 3,
                    NoiseIntensity = 1.5,
                    SamplingRate = 0.5,
                    HeadDimensions = 8,
                    EpsilonCap = 8,
                },
                Encryption = new EncryptionProfile { ValueBits = 16 },
                Screening = new ScreeningProfile { Sketch = new SketchProfile { Dimensions = 0 } },
                Rounds = 2,
                Quorum = 3,
            },
        };
        using var portal = new PortalProcess("", once: false, maxAttempts: 2, plan: plan);
        GlobalModel backbone = SaveBackbone(Directory.CreateDirectory(Path.Combine(portal.DataDirectory, "sites", "_consortium", "backbones")).FullName, pipeline);

        await portal.RunToTheEndAsync(killSites: false);

        Assert.True(portal.StudyState == StudyState.Completed, portal.Log);
        Assert.Equal(Enumerable.Repeat("Accepted", 6), portal.ReadAll<string>("SELECT State FROM Participations"));
        Assert.Empty(portal.ReadAll<object>("SELECT TrainingLoss FROM Participations WHERE TrainingLoss IS NOT NULL"));

        // Below its last layer every version is the backbone; the last layer moved.
        (TensorEntry weight, TensorEntry bias) = LastLayer.Of(backbone.Layout);
        string[] hashes = [.. portal.ReadAll<string>("SELECT BlobHash FROM ModelVersions ORDER BY Version")];
        Assert.Equal(3, hashes.Length);
        foreach ((int version, string hash) in hashes.Index())
        {
            string path = Directory.EnumerateFiles(portal.DataDirectory, hash + "*", SearchOption.AllDirectories).First();
            float[] values = Safetensors.Load(path).MapTo(backbone.Layout);
            Assert.Equal(backbone.Values.Span[..weight.Offset], values.AsSpan(0, weight.Offset));
            Assert.Equal(version > 0, values.AsSpan(weight.Offset, weight.Count).ContainsAnyExcept(0f));
            Assert.Equal(version > 0, values.AsSpan(bias.Offset, bias.Count).ContainsAnyExcept(0f));
        }

        string[] ledgers = [.. Directory.EnumerateFiles(Path.Combine(portal.DataDirectory, "sites"), "*.jsonl", SearchOption.AllDirectories).Where(file => file.Contains("ledgers", StringComparison.Ordinal))];
        Assert.Equal(3, ledgers.Length);
        foreach (string ledger in ledgers)
        {
            LedgerVerification verified = LedgerVerifier.Verify(await File.ReadAllLinesAsync(ledger, TestContext.Current.CancellationToken));
            Assert.Null(verified.Problem);
            Assert.Equal("patient", verified.Header!.Unit);
            Assert.Equal("add/remove", verified.Header.Adjacency);
            Assert.Equal([0.5, 0.5], verified.Rows.Select(row => row.SamplingRate));
            Assert.InRange(((EpsilonStatement)verified.Statements[PrivacyView.PublishedSum]).Epsilon, 0.5, 8);
        }
    }

    /// <summary>Fresh weights under the name that the trained network would have, so that the test need not train it.</summary>
    private static GlobalModel SaveBackbone(string folder, PreprocessingPipeline pipeline)
    {
        using var model = ClassifierModel.Create(new ModelDescription(PhantomBackbone.Architecture, 3), new ComputeOptions(Threads: 1), seed: 1);
        float[] values = new float[model.Layout.ValueCount];
        model.CopyValuesTo(values);
        var backbone = new GlobalModel(model.Layout, 1, values);
        GlobalModelFile.Save(Path.Combine(folder, PhantomBackbone.FileName(pipeline.Size)), backbone, new ModelCard(PhantomConsortium.Classes, pipeline, IsSynthetic: true, FederatedStrategy.PlainFedAvg));
        return backbone;
    }
}
