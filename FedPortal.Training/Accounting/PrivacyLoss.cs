using FedPortal.Training.Accounting.Distributions;

namespace FedPortal.Training.Accounting;

/// <summary>Privacy-loss distributions of the mechanisms, in both directions of adjacency.</summary>
public static class PrivacyLoss
{
    /// <summary>ε of Poisson-subsampled Gaussian noise, adding or removing one unit of sensitivity 1.</summary>
    public static double SubsampledGaussianEpsilon(double noiseMultiplier, double samplingRate, int rounds, double delta, double step = 1e-4) =>
        PrivacyLossDistribution.Epsilon(
            GaussianRemove(noiseMultiplier, samplingRate, step),
            GaussianAdd(noiseMultiplier, samplingRate, step),
            rounds,
            delta);

    /// <summary>ε of (Poisson-subsampled) Skellam noise on one coordinate that moves by <paramref name="shift"/>.</summary>
    public static double SkellamEpsilon(double variance, int shift, double samplingRate, int rounds, double delta, double step = 1e-4)
    {
        int reach = SkellamPrivacy.LatticeReach(variance) + shift;
        double[] logarithms = SkellamDistribution.LogProbabilities(variance, reach + shift);
        return PrivacyLossDistribution.Epsilon(
            Skellam(logarithms, reach, shift, samplingRate, step, removes: true),
            Skellam(logarithms, reach, shift, samplingRate, step, removes: false),
            rounds,
            delta);
    }

    private static PrivacyLossDistribution Skellam(double[] logarithms, int reach, int shift, double rate, double step, bool removes)
    {
        var atoms = new (double Loss, double Mass)[(2 * reach) + 1];
        double total = 0;
        for (int x = -reach; x <= reach; x++)
        {
            double without = logarithms[Math.Abs(x)];
            double with = LogSpace.Add(Math.Log(1 - rate) + without, Math.Log(rate) + logarithms[Math.Abs(x - shift)]);
            double mass = Math.Exp(removes ? with : without);
            atoms[x + reach] = (removes ? with - without : without - with, mass);
            total += mass;
        }

        var grid = new PrivacyLossGrid(step, atoms.Min(atom => atom.Loss), atoms.Max(atom => atom.Loss));
        foreach ((double loss, double mass) in atoms)
        {
            grid.AddAtom(loss, mass);
        }

        grid.AddInfinite(Math.Max(0, 1 - total));
        return grid.Build();
    }

    /// <summary>P is the mixture (1−q)·N(0, σ²) + q·N(1, σ²), Q is N(0, σ²).</summary>
    private static PrivacyLossDistribution GaussianRemove(double sigma, double rate, double step)
    {
        double lowest = GaussianLoss(-12 * sigma, sigma, rate);
        double highest = GaussianLoss(1 + (9 * sigma), sigma, rate);
        var grid = new PrivacyLossGrid(step, lowest, highest);
        double edge = double.NegativeInfinity;
        int last = grid.First + grid.Count - 1;
        for (int i = grid.First; i < last; i++)
        {
            double next = GaussianLossInverse((i + 1) * step, sigma, rate);
            grid.AddInterval(i, MixtureMass(edge, next, sigma, rate), NormalDistribution.Between(edge / sigma, next / sigma));
            edge = next;
        }

        grid.AddInfinite(MixtureMass(edge, double.PositiveInfinity, sigma, rate));
        return grid.Build();
    }

    /// <summary>P is N(0, σ²), Q is the mixture; the loss is the negative of the other direction's.</summary>
    private static PrivacyLossDistribution GaussianAdd(double sigma, double rate, double step)
    {
        double lowest = -GaussianLoss(1 + (9 * sigma), sigma, rate);
        double highest = Math.Min(-GaussianLoss(-12 * sigma, sigma, rate), -Math.Log(1 - rate));
        var grid = new PrivacyLossGrid(step, lowest, highest);
        int last = grid.First + grid.Count - 1;

        // A large loss of this direction is a small x. All x above the first edge count as the lowest loss's grid point: rounded up.
        double edge = GaussianLossInverse(-grid.First * step, sigma, rate);
        grid.AddAt(grid.First, NormalDistribution.Upper(edge / sigma));
        for (int i = grid.First; i < last; i++)
        {
            double next = GaussianLossInverse(-(i + 1) * step, sigma, rate);
            grid.AddInterval(i, NormalDistribution.Between(next / sigma, edge / sigma), MixtureMass(next, edge, sigma, rate));
            edge = next;
        }

        grid.AddInfinite(NormalDistribution.Lower(edge / sigma));
        return grid.Build();
    }

    private static double GaussianLoss(double x, double sigma, double rate) =>
        LogSpace.Add(Math.Log(1 - rate), Math.Log(rate) + (((2 * x) - 1) / (2 * sigma * sigma)));

    /// <summary>−∞ for a loss that no outcome is as small as.</summary>
    private static double GaussianLossInverse(double loss, double sigma, double rate)
    {
        double odds = LogSpace.ExpMinusOne(loss) + rate;
        return odds <= 0 ? double.NegativeInfinity : (sigma * sigma * Math.Log(odds / rate)) + 0.5;
    }

    private static double MixtureMass(double from, double to, double sigma, double rate) =>
        ((1 - rate) * NormalDistribution.Between(from / sigma, to / sigma))
        + (rate * NormalDistribution.Between((from - 1) / sigma, (to - 1) / sigma));
}
