using FedPortal.Training.Explanation;
using Microsoft.Extensions.Localization;

namespace FedPortal.Components.Pages.Inference;

/// <summary>Words for what a model says about a picture, one place for all pages.</summary>
internal static class InferenceWords
{
    /// <summary>What is unusual about a picture, in words that need no statistics.</summary>
    public static string Of(StatisticDistance distance, IStringLocalizer<InferenceTexts> texts) => (distance.Statistic, distance.IsHigh) switch
    {
        (InputStatistic.Brightness, true) => texts["Brighter"].Value,
        (InputStatistic.Brightness, false) => texts["Darker"].Value,
        (InputStatistic.Contrast, true) => texts["HarderContrast"].Value,
        (InputStatistic.Contrast, false) => texts["LessContrast"].Value,
        (InputStatistic.Sharpness, true) => texts["NoisierOrSharper"].Value,
        (InputStatistic.Sharpness, false) => texts["MoreBlurred"].Value,
        (InputStatistic.Symmetry, true) => texts["HalvesMoreAlike"].Value,
        (InputStatistic.Symmetry, false) => texts["HalvesLessAlike"].Value,
        (InputStatistic.CoarseStructure, true) => texts["HardlyAnyDetail"].Value,
        (InputStatistic.CoarseStructure, false) => texts["NoLargeShapes"].Value,
        (InputStatistic.CentreDifference, true) => texts["MiddleBrighter"].Value,
        (InputStatistic.CentreDifference, false) => texts["MiddleNotBrighter"].Value,
        (InputStatistic.BorderDifference, true) => texts["BorderBrighter"].Value,
        (InputStatistic.BorderDifference, false) => texts["BorderDarker"].Value,
        (InputStatistic.LowerDifference, true) => texts["LowerHalfBrighter"].Value,
        (InputStatistic.LowerDifference, false) => texts["UpperHalfBrighter"].Value,
        (InputStatistic.BlackShare, true) => texts["MoreBlack"].Value,
        (InputStatistic.BlackShare, false) => texts["LessBlack"].Value,
        (InputStatistic.Energy, true) => texts["NetworkStronger"].Value,
        (InputStatistic.Energy, false) => texts["NetworkRecognisesLittle"].Value,
        _ => throw new ArgumentOutOfRangeException(nameof(distance), distance.Statistic, "There are no words for it."),
    };

    public static string NameOf(InputStatistic statistic, IStringLocalizer<InferenceTexts> texts) => statistic switch
    {
        InputStatistic.Brightness => texts["Brightness"].Value,
        InputStatistic.Contrast => texts["Contrast"].Value,
        InputStatistic.Sharpness => texts["Sharpness"].Value,
        InputStatistic.Symmetry => texts["Symmetry"].Value,
        InputStatistic.CoarseStructure => texts["CoarseStructure"].Value,
        InputStatistic.CentreDifference => texts["CentreAgainstSides"].Value,
        InputStatistic.BorderDifference => texts["BorderAgainstRest"].Value,
        InputStatistic.LowerDifference => texts["LowerAgainstUpper"].Value,
        InputStatistic.BlackShare => texts["ShareOfBlack"].Value,
        InputStatistic.Energy => texts["EnergyOfAnswer"].Value,
        _ => throw new ArgumentOutOfRangeException(nameof(statistic), statistic, "There are no words for it."),
    };
}
