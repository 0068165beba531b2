using FedPortal.Studies;
using FedPortal.Training.Datasets.Phantoms;

namespace FedPortal.Jobs;

/// <summary>What a ready-made consortium is set up from: a folder of real images, or phantoms.</summary>
public sealed record ConsortiumPlan
{
    /// <summary>Hospitals as folders or in a manifest.csv; null draws phantoms.</summary>
    public string? Folder { get; init; }

    /// <summary>For phantoms.</summary>
    public PhantomConsortiumOptions Phantoms { get; init; } = new();

    /// <summary>The study, but for its labels, which are those of the images.</summary>
    public required StudyDesign Design { get; init; }

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
        },
    };

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
        },
    };
}
