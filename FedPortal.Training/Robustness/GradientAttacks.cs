using FedPortal.Training.Datasets.Phantoms;
using FedPortal.Training.Imaging;

namespace FedPortal.Training.Robustness;

/// <summary>For each image of a batch, the gradient of its own loss with respect to its pixels; as long as the batch's pixels.</summary>
public delegate float[] LossGradient(ImageBatch batch);

/// <summary>
/// Pictures that look the same and are taken for something else. Pixels stay within ε of the original (L∞) and within black and white; the empty
/// border of a padded picture counts as picture.
/// </summary>
public static class GradientAttacks
{
    /// <summary>x + ε·sign(∇L), cut to the valid range (Goodfellow, Shlens and Szegedy 2015).</summary>
    /// <param name="batch">Images with their true labels.</param>
    /// <param name="epsilon">In prepared values, at least 0; see <see cref="GreyLevels"/>.</param>
    /// <param name="gradient">Of the loss.</param>
    public static float[] Fgsm(ImageBatch batch, float epsilon, LossGradient gradient)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(gradient);
        ArgumentOutOfRangeException.ThrowIfNegative(epsilon);
        float[] slope = gradient(batch);
        return [.. batch.Pixels.Select((pixel, i) => Math.Clamp(pixel + (epsilon * Math.Sign(slope[i])), GreyLevels.Least, GreyLevels.Most))];
    }

    /// <summary>
    /// Projected gradient ascent (Madry et al. 2018): a uniform start in the ball, then steps along the sign of the gradient, each brought back into
    /// ball and valid range. The last step counts.
    /// </summary>
    /// <param name="batch">Images with their true labels.</param>
    /// <param name="epsilon">Radius, in prepared values.</param>
    /// <param name="step">Length of a step, in prepared values.</param>
    /// <param name="steps">At least 1.</param>
    /// <param name="seed">Of the start.</param>
    /// <param name="gradient">Of the loss.</param>
    /// <param name="ct">Looked at between steps.</param>
    public static float[] Pgd(ImageBatch batch, float epsilon, float step, int steps, ulong seed, LossGradient gradient, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(gradient);
        ArgumentOutOfRangeException.ThrowIfNegative(epsilon);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        var random = new SeededRandom(seed);
        float[] pixels = [.. batch.Pixels.Select(pixel => Projected(pixel + random.Uniform(-epsilon, epsilon), pixel, epsilon))];
        for (int i = 0; i < steps; i++)
        {
            ct.ThrowIfCancellationRequested();
            float[] slope = gradient(new ImageBatch(batch.Size, pixels, batch.Labels));
            for (int p = 0; p < pixels.Length; p++)
            {
                pixels[p] = Projected(pixels[p] + (step * Math.Sign(slope[p])), batch.Pixels[p], epsilon);
            }
        }

        return pixels;
    }

    private static float Projected(float pixel, float original, float epsilon) =>
        Math.Clamp(Math.Clamp(pixel, original - epsilon, original + epsilon), GreyLevels.Least, GreyLevels.Most);
}
