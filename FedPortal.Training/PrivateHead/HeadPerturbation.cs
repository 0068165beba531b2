using FedPortal.Training.Models;
using FedPortal.Training.Perturbation;
using FedPortal.Training.Protection;

namespace FedPortal.Training.PrivateHead;

/// <summary>One institution's private step in a protected round: drawn patients, each one's gradient clipped and rounded alone, their sum with noise.</summary>
public static class HeadPerturbation
{
    /// <param name="protection">Of the round; the study's regime is the private head.</param>
    /// <param name="model">The round's global model.</param>
    /// <param name="pooled">The institution's training images as features of that model before its last layer.</param>
    public static PerturbedUpdate Perturb(RoundProtection protection, GlobalModel model, FeatureSet pooled)
    {
        using RandomWords words = RandomWords.FromOperatingSystem();
        return Perturb(protection, model, pooled, words);
    }

    internal static PerturbedUpdate Perturb(RoundProtection protection, GlobalModel model, FeatureSet pooled, RandomWords words)
    {
        (TensorEntry weight, TensorEntry bias) = LastLayer.Of(model.Layout);
        LinearHead head = LastLayer.HeadOf(model);
        var sum = new PatientSum(protection.Noise, words);
        float[] gradient = new float[weight.Count + bias.Count];
        float[] difference = new float[model.Layout.ValueCount];
        float[] travelling = new float[protection.Shape.Dimension];
        foreach (int place in PatientSampling.Draw(pooled.Patients.Count, protection.Privacy.SamplingRate, words))
        {
            (string key, int[] images) = pooled.Patients[place];
            head.PatientGradient(pooled, images, gradient);
            for (int i = 0; i < gradient.Length; i++)
            {
                // Downhill: the portal adds what it gets.
                difference[i < weight.Count ? weight.Offset + i : bias.Offset + i - weight.Count] = -gradient[i];
            }

            protection.Shape.Encode(difference, travelling);
            sum.Add(key, travelling);
        }

        int[] lattice = sum.WithNoise(NoiseTable.Skellam(protection.Noise.LocalVariance), protection.LargestLevel);
        return new PerturbedUpdate(model.Layout, lattice, protection.Scale, pooled.Count, protection.UpdateRelease);
    }
}
