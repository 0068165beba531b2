using FedPortal.Training.Imaging;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;
using Xunit;

namespace FedPortal.Tests.Training.Learning;

public sealed class GlobalModelFileTests : IDisposable
{
    private static readonly ModelLayout Layout = SmallLayout.Of(3, buffers: 2);
    private static readonly ModelCard Card = new(["healthy", "ill, or \"not\""], PreprocessingPipeline.Default(64) with { MedianRadius = 0 }, IsSynthetic: true, FederatedStrategy.PlainFedProx);
    private readonly string _folder = Directory.CreateTempSubdirectory("fedportal-test-").FullName;

    private string ModelPath => Path.Combine(_folder, "model.safetensors");

    [Fact]
    public void SavedModel_IsReadAsItWas()
    {
        GlobalModelFile.Save(ModelPath, new GlobalModel(Layout, 7, [1, -2, 3, 4, 5]), Card);

        SavedModel saved = GlobalModelFile.Load(ModelPath, _ => Layout);

        Assert.Equal([1f, -2f, 3f, 4f, 5f], saved.Model.Values.ToArray());
        Assert.Equal(7, saved.Model.Version);
        Assert.Equal(Card.Classes, saved.Card.Classes);
        Assert.Equal(Card with { Classes = [] }, saved.Card with { Classes = [] });
        Assert.Equal(Card.Pipeline.Hash, GlobalModelFile.ReadCard(ModelPath).Card.Pipeline.Hash);
    }

    [Fact]
    public void WeightsWithoutMetadata_AreNotAModel()
    {
        Safetensors.Save(ModelPath, Layout, new float[5], new Dictionary<string, string>());

        Assert.Contains("no \"fedportal_model\"", Refusal(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fedportal_model", "2", "format version 1 of the model file but it has 2")]
    [InlineData("layout", "00", "of the model file but it has 00")]
    [InlineData("pipeline_hash", "00", "of the model file but it has 00")]
    [InlineData("round", "-1", "\"round\"")]
    [InlineData("synthetic", "perhaps", "\"synthetic\"")]
    [InlineData("classes", "[]", "\"classes\"")]
    [InlineData("classes", "{", "\"classes\"")]
    [InlineData("architecture", "ResNet51", "\"architecture\"")]
    [InlineData("architecture", "17", "\"architecture\"")]
    [InlineData("strategy", "fedavg-untold", "plain-fedavg")]
    [InlineData("pipeline", "{\"Size\":3}", "8 to 1024 but got 3")]
    [InlineData("pipeline", "null", "\"pipeline\"")]
    public void OneBadEntry_IsNamed(string entry, string value, string reason)
    {
        GlobalModelFile.Save(ModelPath, new GlobalModel(Layout, 7, new float[5]), Card);
        var metadata = new Dictionary<string, string>(Safetensors.Load(ModelPath).Metadata) { [entry] = value };
        Safetensors.Save(ModelPath, Layout, new float[5], metadata);

        Assert.Contains(reason, Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void CardWithAnotherNumberOfClasses_IsNotSaved() =>
        Assert.Throws<ArgumentException>(() => GlobalModelFile.Save(ModelPath, new GlobalModel(Layout, 0, new float[5]), Card with { Classes = ["one"] }));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Refusal() => Assert.Throws<InvalidDataException>(() => GlobalModelFile.Load(ModelPath, _ => Layout)).Message;
}
