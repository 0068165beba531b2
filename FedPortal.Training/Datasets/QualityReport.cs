using System.Text.Json;
using System.Text.Json.Serialization;
using FedPortal.Training.Imaging;

namespace FedPortal.Training.Datasets;

/// <summary>A number of images under some heading.</summary>
public sealed record ImageCount(string Name, int Count, double Share);

/// <summary>Widths and heights in pixels: smallest, middle and largest.</summary>
public sealed record SizeSummary(int MinWidth, int MedianWidth, int MaxWidth, int MinHeight, int MedianHeight, int MaxHeight);

/// <summary>Images with identical pixels.</summary>
/// <param name="Names">All of them.</param>
/// <param name="IsContradictory">They carry different labels.</param>
/// <param name="CrossesSplit">They lie on both sides of the split.</param>
public sealed record DuplicateGroup(IReadOnlyList<string> Names, bool IsContradictory, bool CrossesSplit);

/// <summary>Two images that look like copies of one picture.</summary>
/// <param name="First">One.</param>
/// <param name="Second">The other.</param>
/// <param name="Correlation">Of their reductions, at most 1.</param>
/// <param name="IsContradictory">They carry different labels.</param>
/// <param name="CrossesSplit">They lie on both sides of the split.</param>
public sealed record NearDuplicate(string First, string Second, double Correlation, bool IsContradictory, bool CrossesSplit);

/// <summary>An image that is usable but deserves a look.</summary>
public sealed record ImageWarning(string Name, string Warning);

/// <summary>An image with places that look like writing: a person must look whether it names somebody.</summary>
/// <param name="Index">Place of the image in the data set, from 0.</param>
/// <param name="Regions">Where; empty when only the file itself says that text is burned in.</param>
public sealed record TextSuspect(int Index, IReadOnlyList<ImageRegion> Regions);

/// <summary>What the files carried beside their pixels, which was dropped on the way in.</summary>
/// <param name="Code">One of <see cref="RemovedKinds"/>.</param>
/// <param name="Entries">How many entries.</param>
/// <param name="Images">In how many images.</param>
public sealed record RemovedCount(string Code, int Entries, int Images);

/// <summary>A small 8-bit PNG of one image.</summary>
public sealed record Thumbnail(string Name, string Label, byte[] Png);

/// <summary>What is in a data set and what is wrong with it. Plain data: it goes to the screen, into the database and to JSON as it is.</summary>
public sealed record QualityReport
{
    private static readonly JsonSerializerOptions Json = new() { Converters = { new JsonStringEnumConverter() }, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public required int Images { get; init; }

    public required bool IsSynthetic { get; init; }

    public required IReadOnlyList<ImageCount> Classes { get; init; }

    public required IReadOnlyList<ImageCount> Hospitals { get; init; }

    /// <summary>Training, hold-out and images without a split.</summary>
    public required IReadOnlyList<ImageCount> Splits { get; init; }

    public required IReadOnlyList<ImageCount> Formats { get; init; }

    /// <summary>Known patients; null when no image names one.</summary>
    public required int? Patients { get; init; }

    public required int ImagesWithoutPatient { get; init; }

    /// <summary>Null when there is no image.</summary>
    public required SizeSummary? Sizes { get; init; }

    public required IReadOnlyList<DuplicateGroup> ExactDuplicates { get; init; }

    /// <summary>The most alike, at most <see cref="QualityReportBuilder.MaxListed"/>.</summary>
    public required IReadOnlyList<NearDuplicate> NearDuplicates { get; init; }

    /// <summary>All pairs that were found, listed or not.</summary>
    public required int NearDuplicateCount { get; init; }

    /// <summary>Files that gave no image, with the reason for each.</summary>
    public required IReadOnlyList<RejectedFile> Unreadable { get; init; }

    public required IReadOnlyList<ImageWarning> ImageWarnings { get; init; }

    /// <summary>What concerns the data set as a whole.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    public required IReadOnlyList<Thumbnail> Thumbnails { get; init; }

    /// <summary>Images for a person to look at, in the data set's order.</summary>
    public IReadOnlyList<TextSuspect> TextSuspects { get; init; } = [];

    /// <summary>By kind; empty when the files carried nothing else, or when the report is older than the counting.</summary>
    public IReadOnlyList<RemovedCount> Removed { get; init; } = [];

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <exception cref="JsonException">The text is not such a report.</exception>
    public static QualityReport FromJson(string json) => JsonSerializer.Deserialize<QualityReport>(json, Json) ?? throw new JsonException("Expected a report but got null.");

    /// <summary>The same without the names that files came with, which can identify people: for everything that leaves the site or is stored.</summary>
    public QualityReport WithoutNames() => this with
    {
        ExactDuplicates = [.. ExactDuplicates.Select(group => group with { Names = [.. group.Names.Select((_, i) => $"copy {i + 1}")] })],
        NearDuplicates = [.. NearDuplicates.Select((pair, i) => pair with { First = $"pair {i + 1}, first", Second = $"pair {i + 1}, second" })],
        Unreadable = [.. Unreadable.Select((file, i) => file with { Name = $"file {i + 1}" })],
        ImageWarnings = [.. ImageWarnings.Select((warning, i) => warning with { Name = $"image {i + 1}" })],
        Thumbnails = [.. Thumbnails.Select((thumbnail, i) => thumbnail with { Name = $"image {i + 1}" })],
        Warnings = [.. Warnings.Where(warning => !warning.StartsWith(QualityReportBuilder.ManifestWarning, StringComparison.Ordinal))],
    };
}
