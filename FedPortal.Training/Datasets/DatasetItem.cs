using FedPortal.Training.Imaging;

namespace FedPortal.Training.Datasets;

/// <summary>What an image is for.</summary>
public enum DatasetSplit
{
    Train,
    Holdout,
}

/// <summary>One de-identified image of a data set.</summary>
/// <param name="Id">Hash of the pixels: its name in the image store.</param>
/// <param name="RelativePath">Where the store keeps it; never the name that it came with.</param>
/// <param name="Label">Its class.</param>
/// <param name="PatientKey">Keyed hash of the patient id; null where no id was given.</param>
/// <param name="Split">As the manifest says; null where it says nothing.</param>
public sealed record DatasetItem(string Id, string RelativePath, string Label, string? PatientKey, DatasetSplit? Split)
{
    /// <summary>The hospital that the manifest or the folder names.</summary>
    public string? Hospital { get; init; }

    /// <summary>Pixels.</summary>
    public int Width { get; init; }

    /// <summary>Pixels.</summary>
    public int Height { get; init; }

    /// <summary>Made by the phantom generator.</summary>
    public bool IsSynthetic { get; init; }

    public required ImageFacts Facts { get; init; }
}

/// <summary>A file that gave no image.</summary>
/// <param name="Name">The name it came with, made safe to show. Names can identify people: it is never stored (see <see cref="ImportedDataset.Save"/>).</param>
/// <param name="Kind">What went wrong, as a kind.</param>
/// <param name="Reason">What went wrong, in words.</param>
public sealed record RejectedFile(string Name, RefusalKind Kind, string Reason);

/// <summary>How far a long step has come; the stage is in words, for example "Decoding".</summary>
public sealed record DatasetProgress(string Stage, int Done, int Total);

/// <summary>A folder or archive that cannot be a data set, or that looks like an attack. The message is for people.</summary>
public sealed class DatasetRefusedException(string message) : Exception(message);
