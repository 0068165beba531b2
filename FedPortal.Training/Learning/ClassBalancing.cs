namespace FedPortal.Training.Learning;

/// <summary>Turns <see cref="ClassBalance"/> and one institution's class counts into terms of the loss.</summary>
public static class ClassBalancing
{
    /// <summary>γ of the focal loss.</summary>
    public const float FocalGamma = 2;

    /// <summary>Images of each class.</summary>
    public static int[] Count(ReadOnlySpan<int> labels, int classCount)
    {
        int[] counts = new int[classCount];
        foreach (int label in labels)
        {
            counts[label]++;
        }

        return counts;
    }

    /// <summary>
    /// Weight n / (k·n_c) of each class, k being the number of classes that occur here, so that the mean weight over the images is 1.
    /// A class that does not occur gets 1; it never meets the loss as a label.
    /// </summary>
    public static float[] InverseFrequencyWeights(ReadOnlySpan<int> counts)
    {
        double total = Sum(counts);
        int present = 0;
        foreach (int count in counts)
        {
            present += count > 0 ? 1 : 0;
        }

        float[] weights = new float[counts.Length];
        for (int c = 0; c < weights.Length; c++)
        {
            weights[c] = counts[c] == 0 ? 1 : (float)(total / (present * (double)counts[c]));
        }

        return weights;
    }

    /// <summary>
    /// ln of each class's prior at this institution (Menon et al. 2021, τ = 1), with one extra image of every class so that a missing
    /// class has a finite shift. Added to the logits in the loss only, so predictions assume equal priors.
    /// </summary>
    public static float[] LogPriors(ReadOnlySpan<int> counts)
    {
        double total = Sum(counts) + counts.Length;
        float[] priors = new float[counts.Length];
        for (int c = 0; c < priors.Length; c++)
        {
            priors[c] = (float)Math.Log((counts[c] + 1) / total);
        }

        return priors;
    }

    private static double Sum(ReadOnlySpan<int> counts)
    {
        long sum = 0;
        foreach (int count in counts)
        {
            sum += count;
        }

        return sum;
    }
}
