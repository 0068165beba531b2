using FedPortal.Training.Perturbation;

namespace FedPortal.Training.PrivateHead;

/// <summary>Whole trainings of a head in one process, with and without protection: for simulations, comparisons and attack tests.</summary>
public static class HeadTraining
{
    /// <summary>
    /// The private training: one step a round, patients drawn, clipped and rounded one by one, each institution with its own share of noise, and
    /// only sums reach the server.
    /// </summary>
    /// <param name="institutions">Each one's training images.</param>
    /// <param name="plan">With noise above 0; its shares count these institutions.</param>
    /// <param name="words">Cryptographic randomness.</param>
    /// <param name="sum">Adds the contributions of a round, for example under encryption; null adds them in this process.</param>
    /// <param name="released">Told of every round's contributions and their sum.</param>
    /// <param name="ct">Looked at before every round.</param>
    public static LinearHead Private(
        IReadOnlyList<FeatureSet> institutions,
        PrivateHeadPlan plan,
        RandomWords words,
        Func<IReadOnlyList<HeadContribution>, long[]>? sum = null,
        Action<HeadRound>? released = null,
        CancellationToken ct = default)
    {
        if (institutions.Count != plan.Shares.Institutions)
        {
            throw new ArgumentException($"Expected {plan.Shares.Institutions} institutions but got {institutions.Count}.", nameof(institutions));
        }

        var server = new HeadServer(plan);
        while (server.Round < plan.Rounds)
        {
            ct.ThrowIfCancellationRequested();
            HeadContribution[] contributions = [.. institutions.Select(features => HeadContribution.Make(server.Head, features, plan, words))];
            long[] total = (sum ?? Sum)(contributions);
            LinearHead head = server.Apply(total);
            released?.Invoke(new HeadRound(server.Round, contributions, total, head));
        }

        return server.Head;
    }

    /// <summary>
    /// The same head and the same steps over all patients, without drawing, clipping, rounding or noise: what privacy is paid with is the
    /// difference to this. Its result is not private.
    /// </summary>
    public static LinearHead Plain(IReadOnlyList<FeatureSet> institutions, PrivateHeadPlan plan, CancellationToken ct = default)
    {
        var server = new HeadServer(plan);
        int patients = institutions.Sum(features => features.Patients.Count);
        while (server.Round < plan.Rounds)
        {
            ct.ThrowIfCancellationRequested();
            server.ApplyPlain([.. institutions.Select(features => PlainSum(server.Head, features))], patients);
        }

        return server.Head;
    }

    /// <returns>The sum of all patients' gradients at one institution: not private.</returns>
    public static double[] PlainSum(LinearHead head, FeatureSet features)
    {
        float[] gradient = new float[head.Values.Length];
        double[] sum = new double[gradient.Length];
        foreach ((_, int[] images) in features.Patients)
        {
            head.PatientGradient(features, images, gradient);
            for (int i = 0; i < sum.Length; i++)
            {
                sum[i] += gradient[i];
            }
        }

        return sum;
    }

    /// <returns>The sum of the contributions, in this process and in the clear.</returns>
    public static long[] Sum(IReadOnlyList<HeadContribution> contributions)
    {
        long[] total = new long[contributions[0].Lattice.Length];
        foreach (HeadContribution contribution in contributions)
        {
            ReadOnlySpan<int> lattice = contribution.Lattice.Span;
            for (int i = 0; i < total.Length; i++)
            {
                total[i] += lattice[i];
            }
        }

        return total;
    }
}

/// <param name="Round">From 1.</param>
/// <param name="Contributions">In the order of the institutions.</param>
/// <param name="Sum">What was released.</param>
/// <param name="Head">After the step.</param>
public sealed record HeadRound(int Round, IReadOnlyList<HeadContribution> Contributions, IReadOnlyList<long> Sum, LinearHead Head);
