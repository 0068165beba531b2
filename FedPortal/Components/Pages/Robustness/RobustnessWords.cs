using System.Globalization;
using FedPortal.Components.Shared;
using FedPortal.Data;
using FedPortal.Models;
using FedPortal.Training.Robustness;

namespace FedPortal.Components.Pages.Robustness;

/// <summary>Words of the robustness lab, one place for all of its parts.</summary>
internal static class RobustnessWords
{
    public static string NameOf(RobustnessRow run) => $"{RobustnessNames.Of(run.Test)} on {RobustnessNames.Of(run.Target)}, {Words.Moment(run.CreatedAt)}";

    /// <summary>For a legend.</summary>
    public static string ShortNameOf(RobustnessRow run, Disturbance disturbance) => string.Create(
        CultureInfo.InvariantCulture,
        $"{RobustnessNames.Of(disturbance)}{(run.Test == RobustnessTest.Pgd ? $" {run.Plan.Steps} steps" : "")}, {RobustnessNames.Of(run.Target)}, n = {Words.Count(ImageCountOf(run, disturbance))}");

    public static string ImagesOf(RobustnessRow run) => run.Target == RobustnessTarget.Phantoms ? Words.Count(run.Phantoms, "phantom")
        : run.Outcome?.Report is { } report ? Words.Count(report.Images, "held-out image") : "hold-outs";

    public static string Strength(double strength) => strength.ToString("0.###", CultureInfo.InvariantCulture);

    public static string AccuracyOf(RobustnessPoint? point) => point?.Accuracy.Value is { } value ? Words.Number(value) : "–";

    public static RobustnessPoint? FirstOf(RobustnessRow run) => run.Outcome?.Report?.Curves is [var curve, ..] ? curve.Points[0] : null;

    /// <summary>The point of all curves with the lowest accuracy.</summary>
    public static RobustnessPoint? WorstOf(RobustnessRow run) => run.Outcome?.Report?.Curves.SelectMany(curve => curve.Points).MinBy(point => point.Accuracy.Value);

    private static int ImageCountOf(RobustnessRow run, Disturbance disturbance) =>
        run.Outcome?.Report?.Curves.FirstOrDefault(curve => curve.Disturbance == disturbance)?.Points[0].Images ?? 0;
}
