using FedPortal.Training.Accounting;
using FedPortal.Training.Perturbation;

namespace FedPortal.Training.PrivateHead;

/// <summary>What one institution gives to one round: the sum of its sampled patients' clipped gradients with its share of the noise.</summary>
public sealed class HeadContribution
{
    private HeadContribution(int[] lattice, double scale, ReleaseParameters release)
    {
        Lattice = lattice;
        Scale = scale;
        Release = release;
    }

    /// <summary>In lattice units, in the order of <see cref="LinearHead.Values"/>.</summary>
    public ReadOnlyMemory<int> Lattice { get; }

    /// <summary>Lattice units for one.</summary>
    public double Scale { get; }

    /// <summary>What was done, as the ledger keeps it and the accountant charges it. How many patients were drawn is not in it.</summary>
    public ReleaseParameters Release { get; }

    /// <summary>
    /// One private step at an institution: draws patients, takes each one's gradient, clips and rounds it alone, adds them up and adds noise. An
    /// institution of which nobody was drawn sends noise alone.
    /// </summary>
    /// <param name="head">The round's global head.</param>
    /// <param name="features">The institution's training images.</param>
    /// <param name="plan">The study's plan, with noise.</param>
    /// <param name="words">Cryptographic randomness for drawing, rounding and noise; from the operating system in earnest.</param>
    public static HeadContribution Make(LinearHead head, FeatureSet features, PrivateHeadPlan plan, RandomWords words)
    {
        plan.Checked();
        if (plan.NoiseMultiplier == 0)
        {
            throw new ArgumentException("Expected noise above 0: a contribution without noise must not leave.", nameof(plan));
        }

        LatticeNoise noise = plan.Noise;
        var sum = new PatientSum(noise, words);
        float[] gradient = new float[plan.ValueCount];
        foreach (int place in PatientSampling.Draw(features.Patients.Count, plan.SamplingRate, words))
        {
            (string key, int[] images) = features.Patients[place];
            head.PatientGradient(features, images, gradient);
            sum.Add(key, gradient);
        }

        return new HeadContribution(sum.WithNoise(NoiseTable.Skellam(noise.LocalVariance)), noise.Scale, plan.Release);
    }
}
