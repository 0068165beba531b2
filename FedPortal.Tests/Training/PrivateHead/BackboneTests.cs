using FedPortal.Training.Imaging;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;
using FedPortal.Training.Native;
using FedPortal.Training.PrivateHead;
using FedPortal.Tests.Training.Native;
using Xunit;

namespace FedPortal.Tests.Training.PrivateHead;

/// <summary>The frozen network and the public projection.</summary>
public sealed class BackboneTests : IDisposable
{
    private static readonly ComputeOptions OneThread = new(Precision: ComputePrecision.Full, Threads: 1);
    private readonly string _folder = Directory.CreateTempSubdirectory("fedportal-test-").FullName;

    [Theory]
    [InlineData(ClassifierArchitecture.ResNet50Slim, "fc")]
    [InlineData(ClassifierArchitecture.EfficientNetB0, "classifier.1")]
    public void PooledFeatures_ThroughTheLastLayer_AreTheLogits(ClassifierArchitecture architecture, string head)
    {
        using var model = ClassifierModel.Create(new ModelDescription(architecture, 3), OneThread, seed: 5);
        float[] values = new float[model.Layout.ValueCount];
        model.CopyValuesTo(values);
        ImageBatch batch = TestBatches.Stripes(count: 3, size: 32, classCount: 3);
        float[] logits = new float[9];
        model.Predict(batch, logits);
        TensorEntry weight = model.Layout.Tensors.Single(tensor => tensor.Name == head + ".weight"), bias = model.Layout.Tensors.Single(tensor => tensor.Name == head + ".bias");
        int count = weight.Shape[1];

        float[] features = new float[3 * count];
        model.Features(batch, features);

        for (int i = 0; i < 9; i++)
        {
            double expected = values[bias.Offset + (i % 3)] + Vectors.Dot(features.AsSpan(i / 3 * count, count), values.AsSpan(weight.Offset + (i % 3 * count), count));
            Assert.Equal(expected, logits[i], 1e-3);
        }
    }

    [Theory]
    [InlineData(ClassifierArchitecture.ResNet50, 1000, 3, 2048)]
    [InlineData(ClassifierArchitecture.ResNet50GroupNorm, 3, 1, 2048)]
    [InlineData(ClassifierArchitecture.ResNet50Slim, 3, 3, 512)]
    [InlineData(ClassifierArchitecture.EfficientNetB0, 4, 3, 1280)]
    public void WeightsUnderTorchvisionsNames_TellWhichNetworkTheyAre(ClassifierArchitecture architecture, int classes, int channels, int features)
    {
        var description = new ModelDescription(architecture, classes, channels);
        ModelLayout layout = ClassifierModel.LayoutOf(description);
        float[] values = new float[layout.ValueCount];
        string path = Path.Combine(_folder, "weights.safetensors");
        Safetensors.Save(path, layout, values, new Dictionary<string, string>());

        using var backbone = Backbone.Open(path, OneThread);

        Assert.Equal(description, backbone.Description);
        Assert.Equal(features, backbone.FeatureCount);
        Assert.Equal(Backbone.HashOf(layout, values), backbone.Hash);
    }

    [Fact]
    public void AFileThatIsNoBackbone_SaysWhatWasLookedFor()
    {
        string path = Path.Combine(_folder, "other.safetensors");
        var layout = new ModelLayout(new ModelDescription(ClassifierArchitecture.ResNet50Slim, 2), [new TensorEntry("something", 0, [2], false)]);
        Safetensors.Save(path, layout, [1, 2], new Dictionary<string, string>());

        InvalidDataException refusal = Assert.Throws<InvalidDataException>(() => Backbone.Open(path, OneThread));

        Assert.Contains("conv1.weight", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Projection_IsOrthonormal_AndFollowsFromItsSeed()
    {
        var statistics = new FeatureStatistics(new float[40], [.. Enumerable.Repeat(1f, 40)]);
        var one = new PublicProjection(11, statistics, 16);

        for (int a = 0; a < 16; a++)
        {
            for (int b = 0; b < 16; b++)
            {
                Assert.Equal(a == b ? 1 : 0, Vectors.Dot(one.Direction(a), one.Direction(b)), 1e-6);
            }
        }

        Assert.Equal(one.Hash, new PublicProjection(11, statistics, 16).Hash);
        Assert.NotEqual(one.Hash, new PublicProjection(12, statistics, 16).Hash);
        Assert.Throws<ArgumentException>(() => new PublicProjection(11, statistics, 41));
    }

    [Fact]
    public void ProjectedVectors_AreOneLong_AndKeepLabelsAndPatients()
    {
        var random = new Random(3);
        var pooled = new FeatureSet(20, 2, [.. Enumerable.Range(0, 60).Select(_ => (float)random.NextDouble())], [0, 1, 1], ["a", "b", "b"]);
        var projection = new PublicProjection(1, FeatureStatistics.Of(pooled), 4);

        FeatureSet features = projection.Apply(pooled);

        Assert.All(Enumerable.Range(0, 3), image => Assert.Equal(1, Vectors.Norm(features.Of(image)), 1e-5));
        Assert.Equal([0, 1, 1], features.Labels);
        Assert.Equal(["a", "b"], features.Patients.Select(patient => patient.Key));
    }

    [Fact]
    public async Task ThePhantomBackbone_SavesAndOpens_AndTellsPhantomsApart()
    {
        var pipeline = PreprocessingPipeline.Default(32);
        GlobalModel model = await PhantomBackbone.TrainAsync(pipeline, OneThread, null, TestContext.Current.CancellationToken, images: 60, new TrainingPlan { Epochs = 1 });
        string path = Path.Combine(_folder, PhantomBackbone.FileName(32));
        GlobalModelFile.Save(path, model, new ModelCard(PhantomBackbone.ClassesByStyle, pipeline, IsSynthetic: true, FederatedStrategy.PlainFedAvg));

        string found = await PhantomBackbone.EnsureAsync(_folder, pipeline, OneThread, null, TestContext.Current.CancellationToken);
        using var backbone = Backbone.Open(found, OneThread);

        Assert.Equal(path, found);
        Assert.Equal(512, backbone.FeatureCount);
        Assert.Equal(Backbone.HashOf(model.Layout, model.Values.Span), backbone.Hash);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
