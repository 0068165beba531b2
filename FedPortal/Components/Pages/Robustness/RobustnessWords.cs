using System.Globalization;
using FedPortal.Components.Shared;
using FedPortal.Data;
using FedPortal.Models;
using FedPortal.Training.Robustness;
using Microsoft.Extensions.Localization;

namespace FedPortal.Components.Pages.Robustness;

/// <summary>Words of the robustness lab, one place for all of its parts.</summary>
internal static class RobustnessWords
{
    public static string NameOf(RobustnessRow run, IStringLocalizer<RobustnessTexts> texts) =>
        texts["TestOnImagesAt", RobustnessNames.Of(run.Test), RobustnessNames.Of(run.Target), Words.Moment(run.CreatedAt)].Value;

    /// <summary>For a legend.</summary>
    public static string ShortNameOf(RobustnessRow run, Disturbance disturbance, IStringLocalizer<RobustnessTexts> texts)
    {
        string name = RobustnessNames.Of(disturbance);
        string test = run.Test == RobustnessTest.Pgd ? texts["NameWithSteps", name, run.Plan.Steps].Value : name;
        return $"{test}, {RobustnessNames.Of(run.Target)}, n = {Words.Count(ImageCountOf(run, disturbance))}";
    }

    public static string ImagesOf(RobustnessRow run, IStringLocalizer<RobustnessTexts> texts) => run.Target == RobustnessTarget.Phantoms
        ? Words.Count(run.Phantoms, texts["Phantom"].Value)
        : run.Outcome?.Report is { } report ? Words.Count(report.Images, texts["HeldOutImage"].Value) : texts["Holdouts"].Value;

    public static string Strength(double strength) => strength.ToString("0.###", CultureInfo.InvariantCulture);

    public static string AccuracyOf(RobustnessPoint? point) => point?.Accuracy.Value is { } value ? Words.Number(value) : "–";

    public static RobustnessPoint? FirstOf(RobustnessRow run) => run.Outcome?.Report?.Curves is [var curve, ..] ? curve.Points[0] : null;

    /// <summary>The point of all curves with the lowest accuracy.</summary>
    public static RobustnessPoint? WorstOf(RobustnessRow run) => run.Outcome?.Report?.Curves.SelectMany(curve => curve.Points).MinBy(point => point.Accuracy.Value);

    private static int ImageCountOf(RobustnessRow run, Disturbance disturbance) =>
        run.Outcome?.Report?.Curves.FirstOrDefault(curve => curve.Disturbance == disturbance)?.Points[0].Images ?? 0;
}
