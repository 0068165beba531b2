using System.Buffers.Binary;
using System.Text;
using FedPortal.Training.Models;
using Xunit;

namespace FedPortal.Tests.Training.Models;

public sealed class SafetensorsTests : IDisposable
{
    private static readonly ModelLayout Layout = LayoutWithClasses(3);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fedportal-safetensors-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Save_ThenLoad_ReturnsValuesAndMetadata()
    {
        string path = Path.Combine(_folder.FullName, "model.safetensors");
        float[] values = [.. Enumerable.Range(0, Layout.ValueCount).Select(i => i * 0.1f)];
        values[0] = float.NegativeInfinity;

        Safetensors.Save(path, Layout, values, new Dictionary<string, string> { ["round"] = "7 \"ü\"" });
        LoadedWeights loaded = Safetensors.Load(path);

        Assert.Equal(values, loaded.MapTo(Layout));
        Assert.Equal("7 \"ü\"", loaded.Metadata["round"]);
        Assert.Equal([path], Directory.GetFiles(_folder.FullName));
    }

    [Fact]
    public void Load_ReadsBytesWrittenByHand()
    {
        byte[] bf16 = [0x80, 0x3f, 0x00, 0xc0], f16 = [0x00, 0x3c, 0x00, 0xb8];
        byte[] file = FileOf("""{"a":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]},"b":{"dtype":"F16","shape":[2,1],"data_offsets":[4,8]},"n":{"dtype":"I64","shape":[],"data_offsets":[8,16]}}  """, [.. bf16, .. f16, .. new byte[8]]);

        LoadedWeights loaded = Safetensors.Load(new MemoryStream(file));

        Assert.Equal([1f, -2f], loaded.Tensors["a"].Values.ToArray());
        Assert.Equal([1f, -0.5f], loaded.Tensors["b"].Values.ToArray());
        Assert.Equal([2, 1], loaded.Tensors["b"].Shape);
        Assert.Equal(2, loaded.Tensors.Count);
    }

    [Theory]
    [InlineData("""[]""", 0, "malformed")]
    [InlineData("""{"a":1}""", 0, "malformed")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}""", 4, "malformed")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1]}}""", 4, "malformed")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", 4, "malformed")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2147483647,2147483647,2147483647,2147483647],"data_offsets":[0,4]}}""", 4, "malformed")]
    [InlineData("""{"__metadata__":{"a":{"b":"c"}}}""", 0, "malformed")]
    [InlineData("""{"a":{"dtype":"F99","shape":[1],"data_offsets":[0,4]}}""", 4, "Tensor a has the unknown type F99.")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "negative dimension")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}""", 4, "Expected 2 data offsets of tensor a but got 1.")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "Expected 8 bytes of tensor a")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "Expected 4 bytes of tensor a")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}""", 4, "Expected 4 bytes of tensor a")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "overlap or leave a hole")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "overlap or leave a hole")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "names a twice")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 3, "Expected 4 bytes of tensor data but the file has 3.")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 5, "Expected 4 bytes of tensor data but the file has 5.")]
    public void Load_OfAMalformedHeader_SaysWhy(string header, int dataLength, string reason)
    {
        byte[] file = FileOf(header, new byte[dataLength]);

        var error = Assert.Throws<InvalidDataException>(() => Safetensors.Load(new MemoryStream(file)));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(1UL << 62)]
    [InlineData(3UL)]
    public void Load_OfAHeaderLongerThanTheFile_NamesBothLengths(ulong length)
    {
        byte[] file = new byte[10];
        BinaryPrimitives.WriteUInt64LittleEndian(file, length);

        var error = Assert.Throws<InvalidDataException>(() => Safetensors.Load(new MemoryStream(file)));

        Assert.Contains($"at most 2 bytes but it claims {length}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OfAnyDamagedFile_LoadsOrThrowsInvalidData()
    {
        using var whole = new MemoryStream();
        Safetensors.Save(whole, Layout, new float[Layout.ValueCount], new Dictionary<string, string>());
        var random = new Random(1);

        for (int i = 0; i < 3000; i++)
        {
            byte[] damaged = whole.ToArray()[..random.Next((int)whole.Length + 1)];
            for (int k = 0; k < 3 && damaged.Length > 0; k++)
            {
                damaged[random.Next(Math.Min(damaged.Length, 300))] = (byte)random.Next(256);
            }

            Exception? error = Record.Exception(() => Safetensors.Load(new MemoryStream(damaged)));
            Assert.True(error is null or InvalidDataException, error?.ToString());
        }
    }

    [Fact]
    public void MapTo_ListsMissingUnknownAndMisshapenTensors()
    {
        LoadedWeights loaded = Load("""{"conv1.weight":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"extra":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8);

        var error = Assert.Throws<InvalidDataException>(() => loaded.MapTo(Layout));

        Assert.Contains("conv1.weight: expected [2, 3, 1, 1] but the file has [1].", error.Message, StringComparison.Ordinal);
        Assert.Contains("fc.weight is missing.", error.Message, StringComparison.Ordinal);
        Assert.Contains("extra is not part of the network.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MapToKeepingHead_TakesTheBodyOfANetworkWithOtherClasses()
    {
        ModelLayout thousand = LayoutWithClasses(1000);
        using var stream = new MemoryStream();
        Safetensors.Save(stream, thousand, [.. Enumerable.Repeat(1f, thousand.ValueCount)], new Dictionary<string, string>());
        stream.Position = 0;
        LoadedWeights loaded = Safetensors.Load(stream);
        float[] initial = [.. Enumerable.Repeat(2f, Layout.ValueCount)];

        float[] mapped = loaded.MapToKeepingHead(Layout, initial);

        Assert.All(mapped[..6], value => Assert.Equal(1f, value));
        Assert.All(mapped[6..], value => Assert.Equal(2f, value));
        Assert.Throws<InvalidDataException>(() => loaded.MapTo(Layout));
        Assert.All(loaded.MapToKeepingHead(thousand, new float[thousand.ValueCount]), value => Assert.Equal(1f, value));
    }

    [Fact]
    public void MapTo_StepsOverTorchvisionsBatchCounters()
    {
        using var stream = new MemoryStream();
        Safetensors.Save(stream, Layout, new float[Layout.ValueCount], new Dictionary<string, string>());
        byte[] saved = stream.ToArray();
        int length = BinaryPrimitives.ReadInt32LittleEndian(saved), data = saved.Length - 8 - length;
        string header = Encoding.UTF8.GetString(saved, 8, length).TrimEnd()[..^1];
        string withCounter = $$$"""{{{header}}},"bn1.num_batches_tracked":{"dtype":"I64","shape":[],"data_offsets":[{{{data}}},{{{data + 8}}}] } }""";

        LoadedWeights loaded = Load(withCounter, data + 8);

        Assert.Equal(Layout.ValueCount, loaded.MapTo(Layout).Length);
    }

    private static LoadedWeights Load(string header, int dataLength) => Safetensors.Load(new MemoryStream(FileOf(header, new byte[dataLength])));

    private static byte[] FileOf(string header, byte[] data)
    {
        byte[] text = Encoding.UTF8.GetBytes(header), length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, text.Length);
        return [.. length, .. text, .. data];
    }

    private static ModelLayout LayoutWithClasses(int classes) => new(
        new ModelDescription(ClassifierArchitecture.ResNet50, classes),
        [new TensorEntry("conv1.weight", 0, [2, 3, 1, 1], false), new TensorEntry("fc.weight", 6, [classes, 4], false), new TensorEntry("fc.bias", 6 + (4 * classes), [classes], false)]);
}
