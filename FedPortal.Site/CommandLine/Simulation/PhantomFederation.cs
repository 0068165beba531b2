using FedPortal.Site.CommandLine.Engine;
using FedPortal.Training.Datasets.Phantoms;

namespace FedPortal.Site.CommandLine.Simulation;

/// <summary>A federation of synthetic images. Nothing is written: every engine draws its own.</summary>
internal static class PhantomFederation
{
    public const int DefaultCount = 740;

    /// <summary>Held-out images for each 740 to train on.</summary>
    private const int HoldoutOfDefault = 300;

    /// <summary>Side of the drawn pictures: twice what the network sees, as large as preprocessing can use.</summary>
    public static int DrawnSize(int imageSize) => Math.Clamp((2 * imageSize) + 3 & ~3, 64, 1024);

    public static PhantomConsortiumOptions Options(int imageCount, int institutions, int imageSize, int seed) => new()
    {
        ImageCount = imageCount,
        InstitutionCount = institutions,
        HoldoutCount = Math.Max(15, imageCount * HoldoutOfDefault / DefaultCount),
        Size = DrawnSize(imageSize),
        Seed = seed,
    };

    public static FederationImages Create(PhantomConsortiumOptions options)
    {
        if (options.ImageCount < 3 * options.InstitutionCount)
        {
            throw new UsageException($"--phantoms: expected at least three images for each of {options.InstitutionCount} institutions but got {options.ImageCount}.");
        }

        var consortium = new PhantomConsortium(options);
        return new FederationImages(
            [.. consortium.Institutions.Select((institution, index) => new SimulatedInstitution(institution.Name, new PhantomImages(options, index)))],
            ConsortiumHoldout: null,
            PhantomConsortium.Classes,
            IsSynthetic: true,
            Rejected: [],
            DecodeSeconds: 0);
    }
}
