using FedPortal.Training.Evaluation;

namespace FedPortal.Training.Robustness;

/// <summary>A share with its 95 % interval.</summary>
/// <param name="Lower">Wilson.</param>
/// <param name="Upper">Wilson.</param>
public sealed record RobustnessShare(double Value, double Lower, double Upper);

/// <summary>One strength of a disturbance.</summary>
/// <param name="Strength">0 is the undisturbed images.</param>
/// <param name="Images">What the numbers rest on.</param>
/// <param name="Loss">Mean cross-entropy.</param>
/// <param name="Accuracy">With Wilson's interval.</param>
/// <param name="Auroc">Macro, with a bootstrap interval; no value where a class is missing.</param>
/// <param name="Changed">Images that are taken for another class than undisturbed; null where the network is another one.</param>
/// <param name="Expected">The accuracy that theory gives for this, where it does.</param>
public sealed record RobustnessPoint(double Strength, int Images, double? Loss, Measurement Accuracy, Measurement Auroc, RobustnessShare? Changed, double? Expected = null);

/// <param name="Disturbance">What was done.</param>
/// <param name="Unit">Of the strengths.</param>
/// <param name="Points">From nothing to strong.</param>
public sealed record RobustnessCurve(Disturbance Disturbance, string Unit, IReadOnlyList<RobustnessPoint> Points);

/// <summary>What one test found on one set of images.</summary>
/// <param name="IsSynthetic">True when any image came from the phantom generator.</param>
public sealed record RobustnessReport(IReadOnlyList<RobustnessCurve> Curves, int Images, bool IsSynthetic);

/// <summary>Makes curves from answers.</summary>
public static class RobustnessReports
{
    /// <param name="plan">What was asked for; its label errors are made here, from the undisturbed answers.</param>
    /// <param name="answers">What the model said.</param>
    public static RobustnessReport From(RobustnessPlan plan, RobustnessAnswers answers)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(answers);
        RobustnessPoint clean = PointOf(0, answers.Clean, answers.Clean);
        List<RobustnessCurve> curves = [];
        foreach (CurvePlan curve in plan.Curves.Where(curve => curve.Disturbance != Disturbance.LabelTraining))
        {
            IEnumerable<RobustnessPoint> points = curve.Disturbance == Disturbance.LabelErrors
                ? LabelErrors(plan, curve, answers.Clean, clean)
                : answers.Points.Where(point => point.Disturbance == curve.Disturbance).Select(point => PointOf(point.Strength, point.Predictions, answers.Clean));
            curves.Add(new RobustnessCurve(curve.Disturbance, Disturbances.UnitOf(curve.Disturbance), [clean, .. points]));
        }

        return new RobustnessReport(curves, answers.Clean.Count, answers.Clean.IsSynthetic);
    }

    /// <summary>The curve of networks that each learned from another share of wrong labels.</summary>
    /// <param name="trained">Per cent of wrong labels and what that network said about a clean hold-out; the first one is 0.</param>
    public static RobustnessCurve OfTraining(IEnumerable<(double Percent, Predictions Predictions)> trained) => new(
        Disturbance.LabelTraining, Disturbances.UnitOf(Disturbance.LabelTraining), [.. trained.Select(point => PointOf(point.Percent, point.Predictions, clean: null))]);

    private static IEnumerable<RobustnessPoint> LabelErrors(RobustnessPlan plan, CurvePlan curve, Predictions clean, RobustnessPoint undisturbed) => curve.Strengths.Select(percent =>
    {
        RobustnessPoint point = PointOf(percent, LabelNoise.Judged(clean, percent / 100, plan.Seed), clean: null);
        return point with { Expected = undisturbed.Accuracy.Value is { } accuracy ? LabelNoise.ExpectedAccuracy(accuracy, percent / 100, clean.Classes.Count) : null };
    });

    private static RobustnessPoint PointOf(double strength, Predictions predictions, Predictions? clean)
    {
        var report = EvaluationReports.From(predictions);
        return new RobustnessPoint(strength, predictions.Count, report.Loss, report.Of(Metric.Accuracy)!, report.Of(Metric.Auroc)!, clean is null ? null : ChangedShare(predictions, clean));
    }

    private static RobustnessShare? ChangedShare(Predictions predictions, Predictions clean)
    {
        int changed = ConfusionMatrix.PredictedClasses(predictions).Zip(ConfusionMatrix.PredictedClasses(clean)).Count(pair => pair.First != pair.Second);
        return Intervals.Wilson(changed, clean.Count) is { } interval ? new RobustnessShare((double)changed / clean.Count, interval.Lower, interval.Upper) : null;
    }
}
