using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using FedPortal.Training.Datasets;
using FedPortal.Training.Imaging;
using FedPortal.Training.Models;
using FedPortal.Training.Native;

namespace FedPortal.Training.PrivateHead;

/// <summary>
/// A frozen network that turns images into pooled features. It must not have been trained on images that the study protects: what it learned
/// from them would leave uncounted.
/// </summary>
public sealed class Backbone : IDisposable
{
    private readonly ClassifierModel _model;

    private Backbone(ClassifierModel model, string hash)
    {
        _model = model;
        Hash = hash;
        FeatureCount = LastLayer.Of(model.Layout).Weight.Shape[1];
    }

    public ModelDescription Description => _model.Layout.Description;

    /// <summary>SHA-256, lower-case hex, of layout and values. Institutions that agree on it run the same network.</summary>
    public string Hash { get; }

    /// <summary>Pooled features of one image.</summary>
    public int FeatureCount { get; }

    public string DeviceName => _model.DeviceName;

    /// <summary>
    /// Reads weights from safetensors: a model that this product exported, or tensors under torchvision's names, whose network is recognised by
    /// their names and shapes. The last layer is not used.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="compute">Always in float32, so that institutions compute the same features; its precision is ignored.</param>
    /// <exception cref="InvalidDataException">The file is no such file; the message says why.</exception>
    public static Backbone Open(string path, ComputeOptions compute)
    {
        LoadedWeights weights = Safetensors.Load(path);
        ModelLayout layout = ClassifierModel.LayoutOf(BackboneNetwork.Recognise(weights));
        return Create(layout, weights.MapTo(layout), compute);
    }

    /// <summary>A backbone with the given values.</summary>
    public static Backbone Create(ModelLayout layout, float[] values, ComputeOptions compute)
    {
        var model = ClassifierModel.Create(layout.Description, compute with { Precision = ComputePrecision.Full }, seed: 0);
        model.SetValues(values);
        return new Backbone(model, HashOf(layout, values));
    }

    /// <summary>The hash of a backbone with these values, without building it.</summary>
    public static string HashOf(ModelLayout layout, ReadOnlySpan<float> values)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"fedportal-backbone-1\n{layout.Hash}\n"));
        hash.AppendData(MemoryMarshal.AsBytes(values));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The pooled features of all images.</summary>
    /// <param name="data">Prepared images. An image whose patient is not known counts as a patient of its own.</param>
    /// <param name="progress">Told of the images that are done.</param>
    /// <param name="ct">Looked at between batches.</param>
    public FeatureSet Features(PreparedDataset data, IProgress<int>? progress, CancellationToken ct)
    {
        const int atOnce = 16;
        float[] features = new float[data.Count * FeatureCount];
        for (int start = 0; start < data.Count; start += atOnce)
        {
            ct.ThrowIfCancellationRequested();
            int count = Math.Min(atOnce, data.Count - start);
            ImageBatch batch = data.Batch([.. Enumerable.Range(start, count)]);
            _model.Features(batch, features.AsSpan(start * FeatureCount, count * FeatureCount));
            progress?.Report(start + count);
        }

        return new FeatureSet(
            FeatureCount,
            data.Classes.Count,
            features,
            [.. Enumerable.Range(0, data.Count).Select(data.Label)],
            [.. Enumerable.Range(0, data.Count).Select(image => data.PatientKey(image) ?? data.ImageId(image))]);
    }

    public void Dispose() => _model.Dispose();
}
