namespace FedPortal.Training.Attacks;

/// <summary>What the canaries showed.</summary>
/// <param name="Canaries">Inserted with probability one half each.</param>
/// <param name="Inserted">How many the coins let in.</param>
/// <param name="Guesses">Half of them in, half out.</param>
/// <param name="Correct">Right guesses.</param>
/// <param name="Epsilon">The lower bound; it rests on the coins alone.</param>
public sealed record CanaryReport(int Canaries, int Inserted, int Guesses, int Correct, EpsilonFinding Epsilon);

/// <summary>
/// The one-run canary audit (Steinke, Nasr, Jagielski 2023): made-up patients that a model would remember are put into a shadow run by coin, and the model is
/// asked which were in. The run is a shadow run: its model is thrown away, and no canary ever enters a study.
/// </summary>
public sealed class CanaryAudit(ShadowTraining train, int realUnits, int canaries, int seed, double delta)
{
    /// <summary>60 canaries certify at most ε ≥ 2.97.</summary>
    public const int DefaultCanaries = 60;

    public const int LeastCanaries = 20;

    /// <summary>The delegate's pool is the real units, then the canaries.</summary>
    /// <param name="scores">Holds what is done, and is filled: model 0 is the run with canaries, model 1 the same run without any.</param>
    /// <exception cref="ArgumentException">Too few canaries.</exception>
    public async Task<CanaryReport> RunAsync(ShadowScoreFile scores, IProgress<AttackProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scores);
        if (canaries < LeastCanaries)
        {
            throw new ArgumentException($"Expected at least {LeastCanaries} canaries but got {canaries}.", nameof(scores));
        }

        bool[] coins = MembershipCoins.Toss(canaries, seed, model: 0);
        int[][] runs =
        [
            [.. Enumerable.Range(0, realUnits), .. MembershipCoins.Members(coins).Select(canary => realUnits + canary)],
            [.. Enumerable.Range(0, realUnits)],
        ];
        while (scores.Count < runs.Length)
        {
            cancellationToken.ThrowIfCancellationRequested();
            progress?.Report(new AttackProgress(scores.Count == 0 ? "shadow run with canaries" : "shadow run without canaries", scores.Count, runs.Length));
            scores.Add(await train(runs[scores.Count], Learning.Seeds.Mix(seed, 1), cancellationToken).ConfigureAwait(false));
        }

        double[] with = scores.Read(0);
        double[] without = scores.Read(1);
        double[] gains = [.. Enumerable.Range(realUnits, canaries).Select(unit => with[unit] - without[unit])];
        (EpsilonFinding finding, int guesses, int correct) = OneRunGuesses.Judge(gains, coins, [canaries], delta);
        return new CanaryReport(canaries, coins.Count(coin => coin), guesses, correct, finding);
    }
}
