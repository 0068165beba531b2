namespace FedPortal.Training.Imaging;

/// <summary>Why a file gave no image.</summary>
public enum RefusalKind
{
    /// <summary>Damaged, or of a kind that is not accepted.</summary>
    Refused,

    /// <summary>Over a limit on bytes, pixels or memory.</summary>
    OverLimit,

    /// <summary>It took too long; its decoding process was ended.</summary>
    TimedOut,

    /// <summary>The decoding process failed on it.</summary>
    Crashed,
}

/// <summary>A reason in words for people. It never quotes text out of the file.</summary>
public sealed record DecodeRefusal(RefusalKind Kind, string Reason);

/// <summary>What became of one file: an image with its facts, or a refusal.</summary>
public sealed class DecodeOutcome
{
    private DecodeOutcome()
    {
    }

    public XrayImage? Image { get; private init; }

    public ImageFacts? Facts { get; private init; }

    /// <summary>The keyed hash of the patient id in a DICOM file; null where there is none.</summary>
    public string? PatientKey { get; private init; }

    public DecodeRefusal? Refusal { get; private init; }

    internal static DecodeOutcome Decoded(XrayImage image, ImageFacts facts, string? patientKey) => new() { Image = image, Facts = facts, PatientKey = patientKey };

    internal static DecodeOutcome Refused(RefusalKind kind, string reason) => new() { Refusal = new DecodeRefusal(kind, reason) };
}
