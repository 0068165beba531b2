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

    /// <summary>Progress of the institutions in a round, as a fraction of all rounds.</summary>
    public Action<TrainingProgress> ProgressOf(int site, int round) => progress =>
    {
        _done[site] = (progress.Epoch - 1 + ((double)progress.Batch / progress.BatchCount)) / progress.EpochCount;
        report((round - 1 + _done.Average()) / Setup.Rounds, string.Create(CultureInfo.InvariantCulture, $"round {round} of {Setup.Rounds}"));
    };

    /// <summary>Every institution trains the same model; updates go to files, or stay where no path is given.</summary>
    public async Task<TrainedReply[]> TrainAsync(ModelFile model, TrainingPlan plan, int round, Func<int, string?> updatePath, CancellationToken ct) =>
        await AskTrainersAsync(site => new TrainRequest(model, plan, round, Setup.Rounds, site, updatePath(site), Adversary: null, Setup.Resources.Compute), round, ct);

    /// <summary>Asks every institution to train in some way, the largest first so that all end together.</summary>
    public async Task<TrainedReply[]> AskTrainersAsync(Func<int, EngineRequest> request, int round, CancellationToken ct)
    {
        Array.Clear(_done);
        int[] largestFirst = [.. Enumerable.Range(0, study.Sites.Count).OrderByDescending(site => study.TrainCounts[site])];
        var trained = new TrainedReply[largestFirst.Length];
        await study.Group.AskAsync([.. largestFirst.Select(site => study.Sites[site])], async (engine, position, token) =>
        {
            int site = largestFirst[position];
            return trained[site] = await engine.AskAsync<TrainedReply>(request(site), $"training round {round}", ProgressOf(site, round), token);
        }, ct);
        return trained;
    }

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
