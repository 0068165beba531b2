using FedPortal.Training.Learning;
using FedPortal.Training.Models;

namespace FedPortal.Training.Aggregation;

/// <summary>
/// The mean of updates <b>in the clear</b>, weighted by examples (McMahan et al. 2017): Σ nᵢΔᵢ / Σ nᵢ. Whoever runs it sees every update.
/// Updates are added one by one in double precision, so memory does not grow with their number. For the same bits every time, add in the
/// same order.
/// </summary>
public sealed class PlainFederatedAveraging(ModelLayout layout)
{
    private readonly double[] _sums = new double[layout.ValueCount];
    private readonly HashSet<string> _contributors = new(StringComparer.Ordinal);
    private long _sampleCount;

    public int ContributorCount => _contributors.Count;

    /// <param name="contributor">Whose update it is; each may contribute once.</param>
    /// <param name="update">Of the layout that this mean was made for, all values finite.</param>
    /// <exception cref="ArgumentException">Another layout, a value that is not finite, or a second update of one contributor. Nothing was added.</exception>
    public void Add(string contributor, ModelUpdate update)
    {
        if (update.Layout.Hash != layout.Hash)
        {
            throw new ArgumentException($"The update of {contributor} has layout {update.Layout.Hash} but the round has {layout.Hash}.", nameof(update));
        }

        ReadOnlySpan<float> difference = update.Difference.Span;
        for (int i = 0; i < difference.Length; i++)
        {
            if (!float.IsFinite(difference[i]))
            {
                throw new ArgumentException($"The update of {contributor} holds {difference[i]} at value {i}.", nameof(update));
            }
        }

        if (!_contributors.Add(contributor))
        {
            throw new ArgumentException($"The update of {contributor} was already added.", nameof(contributor));
        }

        double weight = update.SampleCount;
        for (int i = 0; i < difference.Length; i++)
        {
            _sums[i] += weight * difference[i];
        }

        _sampleCount = checked(_sampleCount + update.SampleCount);
    }

    /// <exception cref="InvalidOperationException">Nothing was added.</exception>
    public AggregatedUpdate Mean()
    {
        if (ContributorCount == 0)
        {
            throw new InvalidOperationException("Expected at least one update but got none.");
        }

        float[] mean = new float[_sums.Length];
        for (int i = 0; i < mean.Length; i++)
        {
            mean[i] = (float)(_sums[i] / _sampleCount);
        }

        return new AggregatedUpdate(layout, mean, _sampleCount, ContributorCount);
    }
}
