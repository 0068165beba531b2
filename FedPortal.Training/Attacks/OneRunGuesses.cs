using FedPortal.Training.Accounting;

namespace FedPortal.Training.Attacks;

/// <summary>
/// Guesses about units that each took part with probability one half, in a single run, and what they certify (Steinke, Nasr, Jagielski 2023). The highest
/// scores are guessed in and as many of the lowest out; between them the attacker abstains. The number of guesses is fixed before the scores are seen.
/// </summary>
internal static class OneRunGuesses
{
    private const double Significance = 0.05;

    /// <param name="scores">One for each unit.</param>
    /// <param name="tookPart">The coins.</param>
    /// <param name="guesses">How many units to guess, for each attempt; with several the significance is shared between them.</param>
    /// <param name="delta">δ of the claim under test.</param>
    public static (EpsilonFinding Finding, int Guesses, int Correct) Judge(double[] scores, bool[] tookPart, IReadOnlyList<int> guesses, double delta)
    {
        double share = Significance / guesses.Count;
        int[] rising = [.. Enumerable.Range(0, scores.Length).OrderBy(unit => scores[unit])];
        (double Bound, int Guesses, int Correct) best = (-1, 0, 0);
        double ceiling = 0;
        foreach (int count in guesses)
        {
            int each = count / 2;
            int made = 2 * each;
            int correct = rising[..each].Count(unit => !tookPart[unit]) + rising[^each..].Count(unit => tookPart[unit]);
            double bound = OneRunAudit.EpsilonLowerBound(scores.Length, made, correct, delta, share);
            best = bound > best.Bound ? (bound, made, correct) : best;
            ceiling = Math.Max(ceiling, OneRunAudit.EpsilonLowerBound(scores.Length, made, made, delta, share));
        }

        return (new EpsilonFinding(best.Bound, ceiling, 1 - Significance, delta, $"one-run audit, {best.Correct} of {best.Guesses} guesses right", ""), best.Guesses, best.Correct);
    }
}
