using FedPortal.Training.Perturbation;
using FedPortal.Training.PrivateHead;

namespace FedPortal.Training.Attacks;

/// <summary>
/// Shadow models that are heads on features, trained as a study trains them: with drawing, clipping, rounding and noise where the plan has noise, else
/// without. Seconds for all of them. The units are the patients of the feature set.
/// </summary>
public sealed class HeadShadows
{
    private readonly FeatureSet _features;
    private readonly PrivateHeadPlan _plan;

    /// <param name="features">Projected features of all units.</param>
    /// <param name="plan">Its shares are replaced by a single one with all of the noise: the sum has the same distribution.</param>
    public HeadShadows(FeatureSet features, PrivateHeadPlan plan)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(plan);
        _features = features;
        _plan = (plan with { Shares = new(1, 0, 0) }).Checked();
    }

    public int Units => _features.Patients.Count;

    /// <summary>Makes the randomness of each model; for tests, which need the same every time.</summary>
    internal Func<RandomWords> Randomness { get; init; } = RandomWords.FromOperatingSystem;

    /// <summary>See <see cref="ShadowTraining"/>. A head starts at zero and its noise is cryptographic: there is nothing to seed.</summary>
    public Task<double[]> TrainAsync(IReadOnlyList<int> members, int _, CancellationToken cancellationToken) => Task.Run(() => Train(members, cancellationToken), cancellationToken);

    private double[] Train(IReadOnlyList<int> members, CancellationToken cancellationToken)
    {
        FeatureSet[] institution = [_features.Subset([.. members.SelectMany(unit => _features.Patients[unit].Images)])];
        using RandomWords words = Randomness();
        LinearHead head = _plan.NoiseMultiplier > 0
            ? HeadTraining.Private(institution, _plan, words, ct: cancellationToken)
            : HeadTraining.Plain(institution, _plan, cancellationToken);
        double[] losses = head.Losses(_features);
        return [.. _features.Patients.Select(patient => patient.Images.Average(image => LossScores.Of(Math.Exp(-losses[image]))))];
    }
}
