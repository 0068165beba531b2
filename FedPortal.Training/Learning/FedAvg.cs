using FedPortal.Training.Models;

namespace FedPortal.Training.Learning;

/// <summary>w ← w + ηΔ: with η = 1 the mean of the local models (McMahan et al. 2017). It has no state.</summary>
public sealed class FedAvg(ServerOptimizerOptions options) : ServerOptimizer(options)
{
    private protected override void Step(ModelLayout layout, ReadOnlySpan<float> old, ReadOnlySpan<float> difference, Span<float> next, double rate)
    {
        for (int i = 0; i < next.Length; i++)
        {
            next[i] = (float)(old[i] + (rate * difference[i]));
        }
    }
}
