using System.Text.Json;
using FedPortal.Training.Evaluation;
using FedPortal.Training.Models;
using FedPortal.Training.Protocol;
using FedPortal.Training.Robustness;

namespace FedPortal.Site.CommandLine.Engine;

/// <summary>The robustness lab inside an engine. Points that an engine before it finished are not measured again.</summary>
internal static class RobustnessWork
{
    public static RobustnessReply Sweep(RobustnessRequest request, GlobalModel model, LoadedImages images, IProgress<RobustnessProgress> progress, CancellationToken ct)
    {
        string about = $"{model.Layout.Hash} {ContentHash.OfFile(request.Model.ValuesPath)} {request.Examples} {TextOf(request.Plan)}";
        var sweep = new RobustnessSweep(request.Compute) { Kept = KeptIn(request.KeptIn, request.Plan, Fingerprints.Of(images.Holdout, about)) };
        RobustnessAnswers answers = sweep.Run(model, images.Holdout, request.Plan, request.Examples, progress, ct);
        return new RobustnessReply(RobustnessReports.From(request.Plan, answers), RobustnessPictures.Of(answers));
    }

    public static ClassInversionReply Invert(ClassInversionRequest request, GlobalModel model, LoadedImages images, IProgress<RobustnessProgress> progress, CancellationToken ct) => new(
        images.Holdout.ImageSize, new ClassInversion(request.Steps, request.Seed).Run(model, images.Holdout, request.Compute, progress, ct));

    public static NoisyLabelsReply Train(NoisyLabelsRequest request, LoadedImages images, IProgress<RobustnessProgress> progress, CancellationToken ct)
    {
        request.Plan.Check();
        CurvePlan curve = request.Plan.CurveOf(Disturbance.LabelTraining) ?? throw new InvalidOperationException("Expected a plan that trains on wrong labels.");
        var training = new NoisyLabelTraining(images.Train, images.Holdout, request.Plan, request.Compute);
        KeptParts? kept = KeptIn(request.KeptIn, request.Plan, Fingerprints.Of(images.Train, Fingerprints.Of(images.Holdout, TextOf(request.Plan))));
        double[] percents = [0, .. curve.Strengths];
        var trained = new List<(double Percent, Predictions Predictions)>();
        foreach (double percent in percents)
        {
            KeptPoint Learn() => new(training.Run(percent / 100, progress: null, ct).Probabilities.ToArray(), []);
            KeptPoint network = kept is null ? Learn() : kept.Of(FormattableString.Invariant($"network-{trained.Count}"), Learn);
            trained.Add((percent, network.PredictionsOn(images.Holdout)));
            progress.Report(new RobustnessProgress(FormattableString.Invariant($"a network with {percent:g4} % wrong labels"), trained.Count, percents.Length));
        }

        return new NoisyLabelsReply(RobustnessReports.OfTraining(trained));
    }

    private static KeptParts? KeptIn(string? folder, RobustnessPlan plan, string fingerprint) => folder is null ? null : KeptParts.Open(folder, plan, fingerprint);

    private static string TextOf(RobustnessPlan plan) => JsonSerializer.Serialize(plan, ProtocolJson.Options);
}
