namespace FedPortal.Training.Perturbation;

/// <summary>
/// Quantum noise on an image, as if it had been taken with fewer photons: a pixel of intensity v in [0, 1] becomes Poisson(v·N)/N. It changes
/// the data representation, for augmentation or as a setting of its own. It claims no differential privacy.
/// </summary>
public sealed class PhotonNoise
{
    /// <param name="photons">N, the mean photon count of a white pixel, from 1 to 10¹².</param>
    public PhotonNoise(double photons)
    {
        Photons = photons is >= 1 and <= 1e12
            ? photons
            : throw new ArgumentOutOfRangeException(nameof(photons), photons, "Expected 1 to 1e12 photons for a white pixel.");
    }

    public double Photons { get; }

    /// <summary>Overwrites intensities in [0, 1] with noisy ones. The mean stays, the variance is v/N; values above 1 can occur.</summary>
    public void Apply(RandomWords words, Span<float> intensities)
    {
        for (int i = 0; i < intensities.Length; i++)
        {
            if (intensities[i] is not (>= 0 and <= 1))
            {
                throw new ArgumentException($"Expected an intensity from 0 to 1 but pixel {i} has {intensities[i]}.", nameof(intensities));
            }

            intensities[i] = (float)(PoissonSampler.Sample(words, intensities[i] * Photons) / Photons);
        }
    }

    /// <returns>The image with noise; what exceeds white is white.</returns>
    public Imaging.XrayImage Apply(RandomWords words, Imaging.XrayImage image)
    {
        ushort[] pixels = new ushort[image.Pixels.Length];
        ReadOnlySpan<ushort> source = image.Pixels.Span;
        for (int i = 0; i < pixels.Length; i++)
        {
            double count = PoissonSampler.Sample(words, source[i] / (double)ushort.MaxValue * Photons);
            pixels[i] = (ushort)Math.Min(ushort.MaxValue, Math.Round(count / Photons * ushort.MaxValue));
        }

        return new Imaging.XrayImage(image.Width, image.Height, pixels);
    }
}
