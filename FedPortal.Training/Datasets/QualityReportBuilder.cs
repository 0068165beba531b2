using System.Collections.Concurrent;
using FedPortal.Training.Imaging;

namespace FedPortal.Training.Datasets;

/// <summary>Collects what a <see cref="QualityReport"/> needs, image by image, from several threads; the pixels themselves are not kept.</summary>
internal sealed class QualityReportBuilder
{
    public const int MaxListed = 500;
    public const string ManifestWarning = "Manifest: ";

    private const int ThumbnailsPerClass = 6;
    private const int ThumbnailSide = 96;

    private readonly ConcurrentDictionary<int, Sample> _samples = new();
    private readonly HashSet<int> _shown;

    /// <param name="labels">Of all images to come, by index: the first of each class get a thumbnail.</param>
    public QualityReportBuilder(IEnumerable<string> labels) =>
        _shown = [.. labels.Index().GroupBy(label => label.Item).SelectMany(group => group.Take(ThumbnailsPerClass)).Select(label => label.Index)];

    public void Add(int index, string name, DatasetItem item, XrayImage image)
    {
        var fingerprint = new ImageFingerprint(image);
        _samples[index] = new Sample(name, item, fingerprint, ImageDoubts.Of(item, fingerprint), TextRegions.Find(image), _shown.Contains(index) ? ThumbnailOf(image) : null);
    }

    /// <summary>Images that look as if writing were burned in, or whose file said so.</summary>
    private static TextSuspect[] Suspects(Sample[] samples) =>
    [
        .. samples.Index().Where(sample => sample.Item.Text.Count > 0 || sample.Item.Item.Facts.BurnedInAnnotation)
            .Select(sample => new TextSuspect(sample.Index, sample.Item.Text)),
    ];

    private static RemovedCount[] RemovedFrom(DatasetItem[] items) =>
    [
        .. RemovedKinds.All
            .Select(kind => (kind.Code, Counts: items.Select(item => item.Facts.Removed.GetValueOrDefault(kind.Code)).Where(count => count > 0).ToArray()))
            .Where(kind => kind.Counts.Length > 0)
            .Select(kind => new RemovedCount(kind.Code, kind.Counts.Sum(), kind.Counts.Length)),
    ];

    public QualityReport Build(IReadOnlyList<RejectedFile> rejected, IReadOnlyList<string> listingWarnings)
    {
        Sample[] samples = [.. _samples.OrderBy(pair => pair.Key).Select(pair => pair.Value)];
        DatasetItem[] items = [.. samples.Select(sample => sample.Item)];
        DuplicateGroup[] exact = ExactDuplicates(samples);
        NearDuplicate[] near = NearDuplicates(samples);
        IReadOnlyList<ImageCount> classes = Counts(items, item => item.Label);
        int withoutPatient = items.Count(item => item.PatientKey is null);
        return new QualityReport
        {
            Images = items.Length,
            IsSynthetic = items.Any(item => item.IsSynthetic),
            Classes = classes,
            Hospitals = Counts(items.Where(item => item.Hospital is not null), item => item.Hospital!),
            Splits = Counts(items, item => item.Split switch { DatasetSplit.Train => "train", DatasetSplit.Holdout => "holdout", _ => "none" }),
            Formats = Counts(items, item => $"{item.Facts.Format}, {item.Facts.BitsPerSample} bit"),
            Patients = withoutPatient == items.Length ? null : items.Select(item => item.PatientKey).OfType<string>().Distinct().Count(),
            ImagesWithoutPatient = withoutPatient,
            Sizes = SizesOf(items),
            ExactDuplicates = exact,
            NearDuplicates = [.. near.OrderByDescending(pair => pair.Correlation).Take(MaxListed)],
            NearDuplicateCount = near.Length,
            Unreadable = rejected,
            ImageWarnings = [.. samples.SelectMany(sample => sample.Doubts.Select(doubt => new ImageWarning(sample.Name, doubt)))],
            Warnings = [.. DatasetDoubts.Of(items, classes, exact, near, rejected), .. listingWarnings.Select(warning => ManifestWarning + warning)],
            TextSuspects = Suspects(samples),
            Removed = RemovedFrom(items),
            Thumbnails = [.. samples.Where(sample => sample.Thumbnail is not null).Select(sample => new Thumbnail(sample.Name, sample.Item.Label, sample.Thumbnail!))],
        };
    }

    private static ImageCount[] Counts(IEnumerable<DatasetItem> items, Func<DatasetItem, string> heading)
    {
        ILookup<string, DatasetItem> groups = items.ToLookup(heading);
        int total = groups.Sum(group => group.Count());
        return [.. groups.OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => new ImageCount(group.Key, group.Count(), (double)group.Count() / total))];
    }

    private static SizeSummary? SizesOf(DatasetItem[] items)
    {
        if (items.Length == 0)
        {
            return null;
        }

        int[] widths = [.. items.Select(item => item.Width).Order()];
        int[] heights = [.. items.Select(item => item.Height).Order()];
        int middle = items.Length / 2;
        return new SizeSummary(widths[0], widths[middle], widths[^1], heights[0], heights[middle], heights[^1]);
    }

    private static DuplicateGroup[] ExactDuplicates(Sample[] samples) =>
    [
        .. samples.GroupBy(sample => sample.Item.Id).Where(group => group.Count() > 1).Take(MaxListed).Select(group => new DuplicateGroup(
            [.. group.Select(sample => sample.Name)],
            group.Select(sample => sample.Item.Label).Distinct().Count() > 1,
            group.Select(sample => sample.Item.Split).OfType<DatasetSplit>().Distinct().Count() > 1)),
    ];

    // 64-bit words make all pairs of ten thousand images a matter of a second.
    private static NearDuplicate[] NearDuplicates(Sample[] samples)
    {
        const int maxDistance = 40;
        const float minCorrelation = 0.99f;
        var found = new ConcurrentBag<(int First, int Second, float Correlation)>();
        Parallel.For(0, samples.Length, i =>
        {
            for (int k = i + 1; k < samples.Length; k++)
            {
                if (samples[i].Fingerprint.DistanceTo(samples[k].Fingerprint) <= maxDistance
                    && samples[i].Item.Id != samples[k].Item.Id
                    && samples[i].Fingerprint.CorrelationWith(samples[k].Fingerprint) is var correlation and >= minCorrelation)
                {
                    found.Add((i, k, correlation));
                }
            }
        });
        return [.. found.OrderBy(pair => pair.First).ThenBy(pair => pair.Second).Select(pair =>
        {
            (Sample a, Sample b) = (samples[pair.First], samples[pair.Second]);
            bool crosses = a.Item.Split is not null && b.Item.Split is not null && a.Item.Split != b.Item.Split;
            return new NearDuplicate(a.Name, b.Name, Math.Min(1, Math.Round(pair.Correlation, 4)), a.Item.Label != b.Item.Label, crosses);
        })];
    }

    private static byte[] ThumbnailOf(XrayImage image)
    {
        (int width, int height) = Resampling.FitInside(image.Width, image.Height, ThumbnailSide);
        float[] small = Resampling.Resize(GreyPlane.From(image), width, height).Values;
        byte[] pixels = [.. small.Select(value => (byte)Math.Clamp((int)((value * 255) + 0.5f), 0, 255))];
        return GreyPng.Encode8(width, height, pixels);
    }

    private sealed record Sample(string Name, DatasetItem Item, ImageFingerprint Fingerprint, IReadOnlyList<string> Doubts, IReadOnlyList<ImageRegion> Text, byte[]? Thumbnail);
}
