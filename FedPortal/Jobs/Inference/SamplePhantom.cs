using System.Security.Cryptography;
using FedPortal.Training.Datasets.Phantoms;
using FedPortal.Training.Imaging;

namespace FedPortal.Jobs.Inference;

/// <summary>A synthetic X-ray to try a model with: drawn anew each time, of one hospital's style.</summary>
/// <param name="File">PNG.</param>
/// <param name="Finding">What was drawn.</param>
internal sealed record SamplePhantom(byte[] File, string Finding)
{
    private const int Side = 256;

    public static SamplePhantom Draw()
    {
        var finding = (PhantomFinding)RandomNumberGenerator.GetInt32(Enum.GetValues<PhantomFinding>().Length);
        PhantomStyle style = PhantomStyle.All[RandomNumberGenerator.GetInt32(PhantomStyle.All.Count)];
        XrayImage image = PhantomGenerator.Generate(finding, style, Side, (ulong)RandomNumberGenerator.GetInt32(int.MaxValue));
        return new SamplePhantom(GreyPng.Encode(image, isSynthetic: true), PhantomGenerator.LabelOf(finding));
    }
}
