namespace FedPortal.Training.Imaging;

/// <summary>The little that survives of a file besides its pixels: all values are numbers or codes from closed lists, never free text.</summary>
/// <param name="Format">png, jpeg, tiff or dicom.</param>
/// <param name="BitsPerSample">As stored in the file.</param>
/// <param name="Colourfulness">Mean spread of red, green and blue, 0…1; 0 for grey.</param>
/// <param name="Notes">What the decoder changed or left out, in words.</param>
public sealed record ImageFacts(string Format, int BitsPerSample, double Colourfulness, IReadOnlyList<string> Notes)
{
    /// <summary>DICOM only: photometric interpretation.</summary>
    public string? Photometric { get; init; }

    /// <summary>DICOM only: modality, for example CR or DX.</summary>
    public string? Modality { get; init; }

    /// <summary>DICOM only: PA, AP, LL, …</summary>
    public string? ViewPosition { get; init; }

    /// <summary>DICOM only: body part examined, for example CHEST.</summary>
    public string? BodyPart { get; init; }

    /// <summary>DICOM only: the file says that text is burned into the pixels.</summary>
    public bool BurnedInAnnotation { get; init; }

    /// <summary>How many entries of each kind (see <see cref="RemovedKinds"/>) the file carried beside its pixels. They were dropped; only the numbers are known.</summary>
    public IReadOnlyDictionary<string, int> Removed { get; init; } = new Dictionary<string, int>();
}
