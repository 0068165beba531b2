using FedPortal.Training.Evaluation;
using FedPortal.Training.Models;
using FedPortal.Training.Robustness;

namespace FedPortal.Site.CommandLine.Engine;

/// <summary>The robustness lab inside an engine.</summary>
internal static class RobustnessWork
{
    public static RobustnessReply Sweep(RobustnessRequest request, GlobalModel model, LoadedImages images, IProgress<RobustnessProgress> progress, CancellationToken ct)
    {
        RobustnessAnswers answers = new RobustnessSweep(request.Compute).Run(model, images.Holdout, request.Plan, request.Examples, progress, ct);
        return new RobustnessReply(RobustnessReports.From(request.Plan, answers), RobustnessPictures.Of(answers));
    }

    public static ClassInversionReply Invert(ClassInversionRequest request, GlobalModel model, LoadedImages images, IProgress<RobustnessProgress> progress, CancellationToken ct) => new(
        images.Holdout.ImageSize, new ClassInversion(request.Steps, request.Seed).Run(model, images.Holdout, request.Compute, progress, ct));

    public static NoisyLabelsReply Train(NoisyLabelsRequest request, LoadedImages images, IProgress<RobustnessProgress> progress, CancellationToken ct)
    {
        request.Plan.Check();
        CurvePlan curve = request.Plan.CurveOf(Disturbance.LabelTraining) ?? throw new InvalidOperationException("Expected a plan that trains on wrong labels.");
        var training = new NoisyLabelTraining(images.Train, images.Holdout, request.Plan, request.Compute);
        double[] percents = [0, .. curve.Strengths];
        var trained = new List<(double Percent, Predictions Predictions)>();
        foreach (double percent in percents)
        {
            trained.Add((percent, training.Run(percent / 100, progress: null, ct)));
            progress.Report(new RobustnessProgress(FormattableString.Invariant($"a network with {percent:g4} % wrong labels"), trained.Count, percents.Length));
        }

        return new NoisyLabelsReply(RobustnessReports.OfTraining(trained));
    }
}
