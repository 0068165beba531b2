using FedPortal.Training.Imaging;

namespace FedPortal.Training.Datasets;

/// <summary>Images in memory as the network sees them, with labels. Every institution of a study uses the same list of classes in the same order.</summary>
public sealed class PreparedDataset
{
    private readonly PreparedImage[] _images;

    internal PreparedDataset(int imageSize, IReadOnlyList<string> classes, string pipelineHash, PreparedImage[] images)
    {
        if (images.Length > 0 && images.Max(image => image.Label) >= classes.Count)
        {
            throw new ArgumentException($"Expected labels below {classes.Count} but got {images.Max(image => image.Label)}.", nameof(images));
        }

        ImageSize = imageSize;
        Classes = classes;
        PipelineHash = pipelineHash;
        _images = images;
        IsSynthetic = images.Any(image => image.IsSynthetic);
    }

    public int Count => _images.Length;

    /// <summary>Width and height in pixels.</summary>
    public int ImageSize { get; }

    public IReadOnlyList<string> Classes { get; }

    /// <summary>Hash of the <see cref="PreprocessingPipeline"/> that made the pixels.</summary>
    public string PipelineHash { get; }

    /// <summary>At least one image was made by the phantom generator.</summary>
    public bool IsSynthetic { get; }

    /// <summary>Class number of an image, an index into <see cref="Classes"/>.</summary>
    public int Label(int index) => _images[index].Label;

    public string ImageId(int index) => _images[index].Id;

    public string? PatientKey(int index) => _images[index].PatientKey;

    /// <summary>The split that the manifest gave; null where it gave none.</summary>
    public DatasetSplit? Split(int index) => _images[index].Split;

    /// <summary>ImageSize × ImageSize values, row-major.</summary>
    public ReadOnlySpan<float> Pixels(int index) => _images[index].Pixels;

    /// <summary>Images of each class.</summary>
    public IReadOnlyList<int> ClassCounts() => [.. Classes.Select((_, label) => _images.Count(image => image.Label == label))];

    /// <summary>Some of the images, in the given order; the pixels are shared.</summary>
    public PreparedDataset Subset(IReadOnlyList<int> indices) => new(ImageSize, Classes, PipelineHash, [.. indices.Select(index => _images[index])]);

    /// <summary>The same images with other labels or pixels, given label, pixels and place. Simulations of dishonest institutions use it.</summary>
    internal PreparedDataset With(Func<int, float[], int, (int Label, float[] Pixels)> change) => new(ImageSize, Classes, PipelineHash, [.. _images.Select((image, index) =>
    {
        (int label, float[] pixels) = change(image.Label, image.Pixels, index);
        return image with { Label = label, Pixels = pixels };
    })]);

    /// <summary>The same images with other labels.</summary>
    internal PreparedDataset Relabelled(IReadOnlyList<string> classes, Func<int, int> labelOf) =>
        new(ImageSize, classes, PipelineHash, [.. _images.Select(image => image with { Label = labelOf(image.Label) })]);

    /// <summary>The same images under other labels, each a patient of its own: canaries for attack tests, never for a study.</summary>
    internal PreparedDataset Mislabelled(Func<int, int> label) => new(
        ImageSize, Classes, PipelineHash, [.. _images.Select((image, number) => image with { Label = label(image.Label), PatientKey = $"canary {number}" })]);

    /// <summary>Several data sets of one pipeline and one list of classes as one.</summary>
    public static PreparedDataset Concat(IReadOnlyList<PreparedDataset> parts)
    {
        PreparedDataset first = parts[0];
        if (parts.FirstOrDefault(part => part.PipelineHash != first.PipelineHash || !part.Classes.SequenceEqual(first.Classes)) is { } other)
        {
            throw new ArgumentException(
                $"Expected pipeline {first.PipelineHash} and classes {string.Join(", ", first.Classes)} but got {other.PipelineHash} and {string.Join(", ", other.Classes)}.", nameof(parts));
        }

        return new PreparedDataset(first.ImageSize, first.Classes, first.PipelineHash, [.. parts.SelectMany(part => part._images)]);
    }

    /// <summary>Copies images into a batch for the network.</summary>
    public ImageBatch Batch(ReadOnlySpan<int> indices)
    {
        int area = ImageSize * ImageSize;
        float[] pixels = new float[indices.Length * area];
        int[] labels = new int[indices.Length];
        for (int i = 0; i < indices.Length; i++)
        {
            _images[indices[i]].Pixels.CopyTo(pixels, i * area);
            labels[i] = _images[indices[i]].Label;
        }

        return new ImageBatch(ImageSize, pixels, labels);
    }

    /// <summary>
    /// Runs the pipeline over stored images. Classes are the study's; null takes those of the data set, and items with other labels are an error.
    /// In the cache folder prepared data sets are kept by the hashes of pipeline and data; null keeps nothing.
    /// </summary>
    public static async Task<PreparedDataset> LoadAsync(
        ImportedDataset dataset,
        ImageStore store,
        PreprocessingPipeline pipeline,
        IReadOnlyList<string>? classes,
        string? cacheFolder,
        IProgress<DatasetProgress>? progress,
        CancellationToken cancellationToken)
    {
        pipeline.Check();
        classes ??= dataset.Classes;
        float[][]? pixels = cacheFolder is null ? null : PreparedCache.TryRead(cacheFolder, pipeline, dataset);
        if (pixels is null)
        {
            pixels = await PrepareAsync(dataset, store, pipeline, progress, cancellationToken).ConfigureAwait(false);
            if (cacheFolder is not null)
            {
                await PreparedCache.WriteAsync(cacheFolder, pipeline, dataset, pixels, cancellationToken).ConfigureAwait(false);
            }
        }

        return new PreparedDataset(pipeline.Size, classes, pipeline.Hash, [.. dataset.Items.Select((item, i) => ImageOf(item, pixels[i], classes))]);
    }

    /// <summary>Decodes and prepares a folder or ZIP in one go, without keeping the images. Files that give no image end up in <paramref name="rejected"/>.</summary>
    /// <exception cref="DatasetRefusedException">The source is refused as a whole, or holds no usable image.</exception>
    public static async Task<PreparedDataset> ReadAsync(
        string path,
        PreprocessingPipeline pipeline,
        DatasetImportOptions options,
        XrayDecoder decoder,
        ICollection<RejectedFile>? rejected,
        IProgress<DatasetProgress>? progress,
        CancellationToken cancellationToken)
    {
        pipeline.Check();
        using IDatasetSource source = DatasetReader.Open(path, options.Archive);
        DatasetListing listing = await DatasetReader.ListAsync(source, decoder.Patients, options, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<string> classes = options.Classes ?? [.. listing.Entries.Select(entry => entry.Label).Distinct().Order(StringComparer.Ordinal)];
        var images = new PreparedImage?[listing.Entries.Count];
        var refusals = new RejectedFile?[listing.Entries.Count];
        await DatasetReader.DecodeAllAsync(
            source,
            listing.Entries,
            decoder,
            (index, outcome, _) =>
            {
                DatasetEntry entry = listing.Entries[index];
                if (outcome.Image is null)
                {
                    refusals[index] = new RejectedFile(ShownName.Of(entry.Name), outcome.Refusal!.Kind, outcome.Refusal.Reason);
                }
                else
                {
                    DatasetItem item = DatasetImport.ItemOf(entry, outcome, ImageStore.IdOf(outcome.Image, entry.IsSynthetic));
                    images[index] = ImageOf(item, pipeline.Prepare(outcome.Image), classes);
                }

                return ValueTask.CompletedTask;
            },
            progress,
            cancellationToken).ConfigureAwait(false);

        RejectedFile[] unusable = [.. listing.Rejected, .. refusals.OfType<RejectedFile>()];
        foreach (RejectedFile file in unusable)
        {
            rejected?.Add(file);
        }

        PreparedImage[] usable = [.. images.OfType<PreparedImage>()];
        return usable.Length > 0
            ? new PreparedDataset(pipeline.Size, classes, pipeline.Hash, usable)
            : throw DatasetImport.NothingUsable(unusable);
    }

    private static async Task<float[][]> PrepareAsync(
        ImportedDataset dataset, ImageStore store, PreprocessingPipeline pipeline, IProgress<DatasetProgress>? progress, CancellationToken cancellationToken)
    {
        float[][] pixels = new float[dataset.Items.Count][];
        int done = 0;
        await Parallel.ForAsync(0, pixels.Length, cancellationToken, async (i, token) =>
        {
            pixels[i] = pipeline.Prepare(await store.ReadAsync(dataset.Items[i].Id, token).ConfigureAwait(false));
            progress?.Report(new DatasetProgress("Preparing", Interlocked.Increment(ref done), pixels.Length));
        }).ConfigureAwait(false);
        return pixels;
    }

    private static PreparedImage ImageOf(DatasetItem item, float[] pixels, IReadOnlyList<string> classes)
    {
        int label = classes.ToList().IndexOf(item.Label);
        return label >= 0
            ? new PreparedImage(item.Id, label, item.PatientKey, item.Split, item.IsSynthetic, pixels)
            : throw new ArgumentException($"Expected one of the classes {string.Join(", ", classes)} but got {item.Label}.", nameof(classes));
    }
}

/// <summary>One image of a <see cref="PreparedDataset"/>.</summary>
internal sealed record PreparedImage(string Id, int Label, string? PatientKey, DatasetSplit? Split, bool IsSynthetic, float[] Pixels);
