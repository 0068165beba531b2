using FedPortal.Studies;
using FedPortal.Training.Accounting;
using FedPortal.Training.Datasets.Phantoms;
using FedPortal.Training.Submission;

namespace FedPortal.Jobs;

/// <summary>How long the demonstration is to take.</summary>
internal enum DemonstrationSize
{
    /// <summary>12 rounds on 740 images.</summary>
    Full,

    /// <summary>2 rounds on 60 images.</summary>
    Short,
}

/// <summary>What a ready-made consortium is set up from: a folder of real images, or phantoms.</summary>
public sealed record ConsortiumPlan
{
    /// <summary>Hospitals as folders or in a manifest.csv; null draws phantoms.</summary>
    public string? Folder { get; init; }

    /// <summary>For phantoms.</summary>
    public PhantomConsortiumOptions Phantoms { get; init; } = new();

    /// <summary>The study, but for its labels, which are those of the images.</summary>
    public required StudyDesign Design { get; init; }

    // How long an update of the recipe is likely to be follows from plan and number of images alone: 44 steps of AdamW at 0.001 over 1.5 million values.
    private static PrivacyProfile Clipping => new() { ClippingNorm = 16 };

    private static EncryptionProfile Levels => new() { CoordinateLimit = 0.06 };

    /// <summary>The recipe of the demonstration: slim ResNet-50 with GroupNorm, 64 pixels, 12 rounds of 2 epochs. Synthetic images.</summary>
    public static ConsortiumPlan Demonstration() => new()
    {
        Design = new StudyDesign
        {
            Name = "Demonstration on synthetic X-rays",
            Question = "Pneumonia, COVID-19 or neither? Asked of drawn look-alikes of chest X-rays: nothing here says anything about patients.",
            Classes = PhantomConsortium.Classes,
            Rounds = 12,
            Quorum = 3,
            Privacy = Clipping,
            Encryption = Levels,
        },
    };

    /// <summary>The demonstration as long as it is, or cut short.</summary>
    internal static ConsortiumPlan Demonstration(DemonstrationSize size)
    {
        ConsortiumPlan full = Demonstration();
        return size == DemonstrationSize.Full ? full : full with
        {
            Phantoms = new PhantomConsortiumOptions { ImageCount = 60, HoldoutCount = 30, Size = 64 },
            Design = full.Design with { Name = "Short demonstration on synthetic X-rays", Rounds = 2 },
        };
    }

    /// <summary>The same recipe on the images of a folder.</summary>
    public static ConsortiumPlan FromFolder(string folder) => new()
    {
        Folder = folder,
        Design = new StudyDesign
        {
            Name = $"Study on {Path.GetFileName(Path.TrimEndingDirectorySeparator(folder))}",
            Question = "Which class does a chest X-ray belong to?",
            Classes = [],
            Quorum = 3,
            Privacy = Clipping,
            Encryption = Levels,
        },
    };
}
