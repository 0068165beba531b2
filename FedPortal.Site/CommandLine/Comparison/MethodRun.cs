using System.Globalization;
using FedPortal.Site.CommandLine.Engine;
using FedPortal.Training.Aggregation;
using FedPortal.Training.Comparison;
using FedPortal.Training.Evaluation;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;

namespace FedPortal.Site.CommandLine.Comparison;

/// <summary>One run of one method: the study, the seed, the meter, and the steps that several methods share.</summary>
/// <param name="study">The institutions.</param>
/// <param name="seed">Of first model, order and augmentation.</param>
/// <param name="report">Told of a fraction from 0 to 1, and of what is happening in words.</param>
internal sealed class MethodRun(ComparedStudy study, int seed, Action<double, string> report)
{
    private readonly double[] _done = new double[study.Sites.Count];

    public ComparedStudy Study => study;

    public ComparisonSetup Setup => study.Setup;

    public int Seed => seed;

    public TrainingPlan Plan => Setup.PlanOf(seed);

    public MethodMeter Meter { get; } = new(study.Sites.Count, () => study.CpuSeconds);

    public void Report(double fraction, string what) => report(fraction, what);

    /// <summary>All rounds, each timed and from the model that the one before made; what no round needs any more is deleted.</summary>
    /// <param name="first">Before the first round.</param>
    /// <param name="round">Given a model, where it lies, and the number of the round from 1; returns the next model.</param>
    /// <param name="allFollow">True where everybody fetches the first model and makes the later ones from the means that they have.</param>
    /// <returns>The last model, and where it lies.</returns>
    public async Task<(GlobalModel Model, ModelFile File)> RoundsAsync(GlobalModel first, Func<GlobalModel, ModelFile, int, Task<GlobalModel>> round, bool allFollow = false)
    {
        (GlobalModel model, ModelFile file) = (first, study.Save(first));
        if (allFollow)
        {
            Meter.AllFetch(file.ValuesPath);
        }

        for (int number = 1; number <= Setup.Rounds; number++)
        {
            (GlobalModel from, ModelFile start, int now) = (model, file, number);
            model = await Meter.RoundAsync(() => round(from, start, now));
            File.Delete(start.ValuesPath);
            file = study.Save(model);
        }

        return (model, file);
    }

    /// <summary>Tells how far somebody is in a round, as a fraction of all rounds.</summary>
    public void ReportRound(int round, double done) => report((round - 1 + done) / Setup.Rounds, string.Create(CultureInfo.InvariantCulture, $"round {round} of {Setup.Rounds}"));

    /// <summary>Every institution trains the same model; updates go to files, or stay where no path is given.</summary>
    public async Task<TrainedReply[]> TrainAsync(ModelFile model, TrainingPlan plan, int round, Func<int, string?> updatePath, CancellationToken ct) =>
        await AskTrainersAsync(site => new TrainRequest(model, plan, round, Setup.Rounds, site, updatePath(site), Adversary: null, Setup.Resources.Compute), round, ct);

    /// <summary>Asks every institution to train in some way.</summary>
    public async Task<TrainedReply[]> AskTrainersAsync(Func<int, EngineRequest> request, int round, CancellationToken ct)
    {
        Array.Clear(_done);
        return await study.Group.AskLargestFirstAsync(study.Sites, site => study.TrainCounts[site], (engine, site, token) => engine.AskAsync<TrainedReply>(
            request(site),
            $"training round {round}",
            progress =>
            {
                _done[site] = progress.Share;
                ReportRound(round, _done.Average());
            },
            token), ct);
    }

    /// <summary>What each institution's update counts in the mean: its share of all examples.</summary>
    public static double[] WeightsOf(TrainedReply[] trained) => [.. trained.Select(reply => (double)reply.SampleCount / trained.Sum(other => other.SampleCount))];

    /// <summary>The mean of updates in files, weighted by examples and always in the same order; the files are deleted.</summary>
    public static GlobalModel Averaged(GlobalModel model, IReadOnlyList<string> updates, TrainedReply[] trained)
    {
        var averaging = new PlainFederatedAveraging(model.Layout);
        foreach ((int site, string path) in updates.Index())
        {
            averaging.Add($"{site}", new ModelUpdate(model.Layout, VectorFile.Read(path, model.Layout.ValueCount), trained[site].SampleCount));
            File.Delete(path);
        }

        return model.MovedBy(averaging.Mean().Difference.Span);
    }

    /// <summary>Every institution's hold-out under the model that it would use, and the attacker's scores.</summary>
    public async Task<IReadOnlyList<SiteOutcome>> MeasureAsync(Func<int, ModelFile> model, TrainingPlan? personalisation, CancellationToken ct)
    {
        Report(1, "measuring");
        MeasuredReply[] replies = await study.Group.AskAsync(study.Sites, (engine, site, token) => engine.AskAsync<MeasuredReply>(
            new MeasureRequest(model(site), personalisation, site, Setup.Resources.Compute), "measuring", null, token), ct);
        return OutcomesOf(replies);
    }

    public IReadOnlyList<SiteOutcome> OutcomesOf(MeasuredReply[] replies) =>
    [
        .. replies.Select((reply, site) => new SiteOutcome(
            study.NameOf(site),
            study.TrainCounts[site],
            reply.ImageIds,
            new Predictions(Setup.Images.Classes, reply.Labels, reply.Probabilities, reply.IsSynthetic),
            reply.MemberScores,
            reply.NonMemberScores)),
    ];
}
