using FedPortal.Training.Imaging;

namespace FedPortal.Training.Datasets.Phantoms;

/// <summary>
/// Makes synthetic look-alikes of frontal chest radiographs, for trying things out where no data is. They are drawings: nothing learned from them says anything
/// about patients. One seed gives one picture, on one kind of processor to the last bit.
/// </summary>
public static class PhantomGenerator
{
    /// <summary>The class name of a finding, as the manifests have it.</summary>
    public static string LabelOf(PhantomFinding finding) => finding switch
    {
        PhantomFinding.NoFinding => "no_finding",
        PhantomFinding.Pneumonia => "pneumonia",
        PhantomFinding.Covid19 => "covid19",
        _ => throw new ArgumentOutOfRangeException(nameof(finding), finding, "Expected a known finding."),
    };

    /// <summary>Draws one picture of size × size pixels; the size is a multiple of 4 from 32 to 1024, the seed any number.</summary>
    public static XrayImage Generate(PhantomFinding finding, PhantomStyle style, int size, ulong seed)
    {
        if (size is < 32 or > 1024 || size % 4 != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(size), size, "Expected a multiple of 4 from 32 to 1024.");
        }

        var random = new SeededRandom(seed);
        var chest = new PhantomChest(random, size, random.Chance(style.Bedside));
        new PhantomOpacities(random, chest).Add(finding);
        float[] shown = new PhantomDetector(random, style, size).Expose(chest.Attenuation);
        return new XrayImage(size, size, [.. shown.Select(value => (ushort)((int)((value * 255) + 0.5f) * 257))]);
    }
}
