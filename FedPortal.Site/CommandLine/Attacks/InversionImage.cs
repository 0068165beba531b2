using FedPortal.Training.Attacks.Inversion;
using FedPortal.Training.Datasets;
using FedPortal.Training.Datasets.Phantoms;
using FedPortal.Training.Imaging;

namespace FedPortal.Site.CommandLine.Attacks;

/// <summary>The picture that an inversion is tried on, 32 × 32 in [0, 1].</summary>
internal static class InversionImage
{
    /// <param name="path">An X-ray, or null for a phantom.</param>
    /// <param name="seed">Of the phantom.</param>
    public static async Task<float[]> LoadAsync(string? path, int seed, CancellationToken ct)
    {
        PreprocessingPipeline pipeline = PreprocessingPipeline.Plain(GradientInversion.ImageSize);
        return ToUnit(path is null ? await PhantomAsync(pipeline, seed, ct) : await ReadAsync(path, pipeline, ct));
    }

    public static byte[] Png(IReadOnlyList<float> pixels) => GreyPng.Encode8(
        GradientInversion.ImageSize, GradientInversion.ImageSize, pixels.Select(pixel => (byte)Math.Round(255 * Math.Clamp(pixel, 0, 1))).ToArray());

    private static async Task<float[]> ReadAsync(string path, PreprocessingPipeline pipeline, CancellationToken ct)
    {
        await using var decoder = new XrayDecoder();
        DecodeOutcome outcome = await decoder.DecodeAsync(path, ct);
        return outcome.Image is { } image ? pipeline.Prepare(image) : throw new CommandException($"--image: {outcome.Refusal!.Reason}");
    }

    private static async Task<float[]> PhantomAsync(PreprocessingPipeline pipeline, int seed, CancellationToken ct)
    {
        var consortium = new PhantomConsortium(new PhantomConsortiumOptions { ImageCount = 3, InstitutionCount = 1, HoldoutCount = 0, Size = 128, Seed = seed });
        PreparedDataset drawn = await consortium.PrepareAsync(consortium.Institutions[0], pipeline, progress: null, ct);
        return drawn.Pixels(0).ToArray();
    }

    private static float[] ToUnit(float[] pixels)
    {
        float low = pixels.Min();
        float high = pixels.Max();
        return Array.ConvertAll(pixels, pixel => high > low ? (pixel - low) / (high - low) : 0);
    }
}
