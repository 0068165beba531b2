using FedPortal.Training.Accounting.Distributions;

namespace FedPortal.Training.Accounting;

/// <summary>
/// What an audit by canaries in one run certifies (Steinke, Nasr, Jagielski 2023, Appendix D): a lower bound of ε. It never shows that ε
/// is small.
/// </summary>
public static class OneRunAudit
{
    /// <returns>The largest ε, to 10⁻⁹, that the guesses contradict at the given significance; 0 when they contradict none.</returns>
    /// <param name="canaries">m: each took part with probability one half.</param>
    /// <param name="guesses">r: canaries on which the attacker did not abstain.</param>
    /// <param name="correct">v: right guesses.</param>
    /// <param name="delta">δ of the claim under test.</param>
    /// <param name="significance">p, for example 0.05.</param>
    public static double EpsilonLowerBound(int canaries, int guesses, int correct, double delta, double significance)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(guesses, canaries);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(correct, guesses);
        if (PValue(canaries, guesses, correct, 0, delta) >= significance)
        {
            return 0;
        }

        double low = 0;
        double high = 1;
        while (PValue(canaries, guesses, correct, high, delta) < significance)
        {
            (low, high) = (high, high * 2);
        }

        while (high - low > 1e-9)
        {
            double middle = (low + high) / 2;
            (low, high) = PValue(canaries, guesses, correct, middle, delta) < significance ? (middle, high) : (low, middle);
        }

        return low;
    }

    /// <returns>How likely at least v right guesses are under (ε, δ)-privacy.</returns>
    private static double PValue(int canaries, int guesses, int correct, double epsilon, double delta)
    {
        double right = 1 / (1 + Math.Exp(-epsilon));
        double tail = 0;
        for (int i = correct; i <= guesses; i++)
        {
            tail += Binomial(guesses, i, right);
        }

        double below = 0;
        double worst = 0;
        for (int i = 1; i <= correct; i++)
        {
            below += Binomial(guesses, correct - i, right);
            worst = Math.Max(worst, below / i);
        }

        return Math.Min(1, tail + (worst * delta * 2 * canaries));
    }

    private static double Binomial(int n, int k, double p) =>
        Math.Exp(LogSpace.Binomial(n, k) + (k * Math.Log(p)) + (n == k ? 0 : (n - k) * Math.Log(1 - p)));
}
