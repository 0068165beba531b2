namespace FedPortal.Training.Attacks;

/// <summary>Settings of <see cref="LikelihoodRatioAttack"/>.</summary>
/// <param name="ShadowModels">At least 64: with 16 the fitted spreads are too rough and accuse by chance.</param>
/// <param name="Seed">Of coins and models.</param>
/// <param name="Delta">δ of the claim under test.</param>
public sealed record LikelihoodRatioOptions(int ShadowModels = 64, int Seed = 1, double Delta = 1e-5);

/// <summary>What the likelihood-ratio attack found.</summary>
/// <param name="ShadowModels">How many were trained beside the target.</param>
/// <param name="Report">Its ε is that of the one-run audit: every unit's coin was fair and independent.</param>
/// <param name="Guesses">Units that the best attempt guessed.</param>
/// <param name="Correct">How many of those rightly.</param>
public sealed record LikelihoodRatioReport(int ShadowModels, MembershipReport Report, int Guesses, int Correct);

/// <summary>
/// LiRA (Carlini and others 2022), online form. A target model and N shadow models are trained on units drawn by fair coins. For every unit the scores of shadow
/// models with it and of those without it are two normal distributions; the target's score is judged by their likelihood ratio.
/// </summary>
/// <remarks>It tests the training procedure on this data, noise and clipping included. The models it trains are thrown away.</remarks>
public sealed class LikelihoodRatioAttack(ShadowTraining train, int units, LikelihoodRatioOptions options)
{
    public const int LeastShadowModels = 64;

    /// <summary>A unit needs this many scores on both sides to have a spread.</summary>
    private const int LeastOnEachSide = 4;

    /// <param name="scores">Holds what is done, and is filled; model 0 is the target.</param>
    /// <param name="progress">Told after every model, on the calling thread.</param>
    /// <param name="cancellationToken">Looked at between models.</param>
    /// <exception cref="ArgumentException">Too few units or shadow models.</exception>
    public async Task<LikelihoodRatioReport> RunAsync(ShadowScoreFile scores, IProgress<AttackProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scores);
        if (options.ShadowModels < LeastShadowModels)
        {
            throw new ArgumentException($"Expected at least {LeastShadowModels} shadow models but got {options.ShadowModels}.", nameof(scores));
        }

        if (units < 2 * MembershipTrials.Least)
        {
            throw new ArgumentException($"Expected at least {2 * MembershipTrials.Least} patients but got {units}.", nameof(scores));
        }

        int models = options.ShadowModels + 1;
        while (scores.Count < models)
        {
            cancellationToken.ThrowIfCancellationRequested();
            progress?.Report(new AttackProgress(scores.Count == 0 ? "training the target" : "training shadow models", scores.Count, models));
            int model = scores.Count;
            scores.Add(await train(MembershipCoins.Members(Coins(model)), Learning.Seeds.Mix(options.Seed, model), cancellationToken).ConfigureAwait(false));
        }

        progress?.Report(new AttackProgress("judging", models, models));
        return Judge([.. Enumerable.Range(0, models).Select(scores.Read)]);
    }

    private bool[] Coins(int model) => MembershipCoins.Toss(units, options.Seed, model);

    private LikelihoodRatioReport Judge(double[][] scores)
    {
        bool[][] coins = [.. Enumerable.Range(0, scores.Length).Select(Coins)];
        double[] ratios = [.. Enumerable.Range(0, units).Select(unit => Ratio(scores, coins, unit))];
        bool[] tookPart = coins[0];
        var trials = new MembershipTrials(
            [.. ratios.Where((_, unit) => tookPart[unit])], [.. ratios.Where((_, unit) => !tookPart[unit])]);
        int[] attempts = [.. new[] { units, units / 2, units / 4, units / 8 }.Where(count => count >= 10)];
        (EpsilonFinding finding, int guesses, int correct) = OneRunGuesses.Judge(ratios, tookPart, attempts, options.Delta);
        MembershipReport report = MembershipStatistics.Of(trials, options.Delta, options.Seed) with { Epsilon = finding };
        return new LikelihoodRatioReport(scores.Length - 1, report, guesses, correct);
    }

    /// <summary>ln N(target; with) − ln N(target; without); 0 where one side has too few models.</summary>
    private static double Ratio(double[][] scores, bool[][] coins, int unit)
    {
        double[] with = [.. Enumerable.Range(1, scores.Length - 1).Where(model => coins[model][unit]).Select(model => scores[model][unit])];
        double[] without = [.. Enumerable.Range(1, scores.Length - 1).Where(model => !coins[model][unit]).Select(model => scores[model][unit])];
        return with.Length < LeastOnEachSide || without.Length < LeastOnEachSide
            ? 0
            : LogDensity(scores[0][unit], with) - LogDensity(scores[0][unit], without);
    }

    private static double LogDensity(double score, double[] sample)
    {
        const double LeastSpread = 1e-3;
        double mean = sample.Average();
        double spread = Math.Max(LeastSpread, Math.Sqrt(sample.Sum(value => (value - mean) * (value - mean)) / (sample.Length - 1)));
        double distance = (score - mean) / spread;
        return (-0.5 * distance * distance) - Math.Log(spread);
    }
}
