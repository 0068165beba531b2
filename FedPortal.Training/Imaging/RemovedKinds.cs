namespace FedPortal.Training.Imaging;

/// <summary>Kinds of what files say beside their pixels. Nothing of it is kept; the decoder counts it.</summary>
public static class RemovedKinds
{
    /// <summary>The decoder's codes, in the order in which a report shows them, with words for a person.</summary>
    public static IReadOnlyList<(string Code, string Words)> All { get; } =
    [
        ("names", "names of people"),
        ("identifiers", "identifiers (patient, study, device numbers)"),
        ("dates", "dates, times and ages"),
        ("texts", "free text and comments"),
        ("private", "private entries of a manufacturer"),
        ("overlays", "overlays and curves"),
        ("camera", "camera and software entries"),
        ("other", "other entries"),
    ];
}
