using FedPortal.Training.Imaging;

namespace FedPortal.Training.Datasets;

/// <summary>What a person decided about one image of a data set.</summary>
/// <param name="Index">Place of the image in the data set, from 0.</param>
public sealed record DatasetChange(int Index)
{
    /// <summary>The class it should have; null leaves it.</summary>
    public string? Label { get; init; }

    /// <summary>True takes the image out.</summary>
    public bool IsRemoved { get; init; }

    /// <summary>Parts to blacken; empty leaves the pixels.</summary>
    public IReadOnlyList<ImageRegion> Masks { get; init; } = [];

    /// <summary>True when it changes nothing.</summary>
    public bool IsEmpty => Label is null && !IsRemoved && Masks.Count == 0;
}

/// <summary>A data set after a person's changes, and where its images were before.</summary>
/// <param name="Dataset">The new version.</param>
/// <param name="Origins">For each image of the new version, its place in the old one.</param>
public sealed record RevisedDataset(ImportedDataset Dataset, IReadOnlyList<int> Origins);

/// <summary>Makes the next version of a data set. Old versions stay as they are: studies name the version they were made with.</summary>
public static class DatasetRevision
{
    /// <summary>Masked images are stored anew, named by their new pixels. Patients and splits stay.</summary>
    /// <exception cref="ArgumentException">A change names no image of the data set, or a mask lies outside its image; the message says which.</exception>
    /// <exception cref="DatasetRefusedException">No image would be left.</exception>
    public static async Task<RevisedDataset> ApplyAsync(
        ImportedDataset dataset, IReadOnlyCollection<DatasetChange> changes, ImageStore store, CancellationToken cancellationToken)
    {
        Dictionary<int, DatasetChange> byIndex = changes.ToDictionary(change => change.Index);
        foreach (DatasetChange change in changes)
        {
            Check(dataset, change);
        }

        var items = new List<DatasetItem>();
        var origins = new List<int>();
        foreach ((int index, DatasetItem item) in dataset.Items.Index())
        {
            DatasetChange? change = byIndex.GetValueOrDefault(index);
            if (change is { IsRemoved: true })
            {
                continue;
            }

            items.Add(change is null ? item : await ChangedAsync(item, change, store, cancellationToken).ConfigureAwait(false));
            origins.Add(index);
        }

        return items.Count > 0
            ? new RevisedDataset(new ImportedDataset(items, dataset.Rejected, dataset.Warnings), origins)
            : throw new DatasetRefusedException("No image would be left in the data set.");
    }

    private static void Check(ImportedDataset dataset, DatasetChange change)
    {
        if (change.Index < 0 || change.Index >= dataset.Items.Count)
        {
            throw new ArgumentException($"Expected an image from 0 to {dataset.Items.Count - 1} but the change names {change.Index}.");
        }

        DatasetItem item = dataset.Items[change.Index];
        foreach (ImageRegion mask in change.Masks)
        {
            if (mask.X < 0 || mask.Y < 0 || mask.Width < 1 || mask.Height < 1 || mask.X > item.Width - mask.Width || mask.Y > item.Height - mask.Height)
            {
                throw new ArgumentException(
                    $"Expected a mask inside {item.Width}×{item.Height} pixels but got {mask.Width}×{mask.Height} at {mask.X}, {mask.Y}.");
            }
        }

        if (change.Label is { } label && (label.Length is 0 or > 64 || ShownName.Of(label) != label || ShownName.IsFormula(label)))
        {
            throw new ArgumentException("A label has 1 to 64 plain characters and does not begin like a formula.");
        }
    }

    private static async Task<DatasetItem> ChangedAsync(DatasetItem item, DatasetChange change, ImageStore store, CancellationToken cancellationToken)
    {
        DatasetItem relabelled = item with { Label = change.Label ?? item.Label };
        if (change.Masks.Count == 0)
        {
            return relabelled;
        }

        XrayImage masked = Masked(await store.ReadAsync(item.Id, cancellationToken).ConfigureAwait(false), change.Masks);
        string id = await store.AddAsync(masked, item.IsSynthetic, cancellationToken).ConfigureAwait(false);
        return relabelled with { Id = id, RelativePath = ImageStore.RelativePathOf(id) };
    }

    private static XrayImage Masked(XrayImage image, IReadOnlyList<ImageRegion> masks)
    {
        ushort[] pixels = image.Pixels.ToArray();
        foreach (ImageRegion mask in masks)
        {
            for (int y = mask.Y; y < mask.Y + mask.Height; y++)
            {
                pixels.AsSpan((y * image.Width) + mask.X, mask.Width).Clear();
            }
        }

        return new XrayImage(image.Width, image.Height, pixels);
    }
}
