using FedPortal.Training.Explanation;

namespace FedPortal.Components.Pages.Inference;

/// <summary>Words for what a model says about a picture, one place for all pages.</summary>
internal static class InferenceWords
{
    public const string NotADevice = "Research use only. It must not decide about a patient, and nobody has shown that it helps one.";

    /// <summary>What is unusual about a picture, in words that need no statistics.</summary>
    public static string Of(StatisticDistance distance) => (distance.Statistic, distance.IsHigh) switch
    {
        (InputStatistic.Brightness, true) => "it is brighter all over",
        (InputStatistic.Brightness, false) => "it is darker all over",
        (InputStatistic.Contrast, true) => "its contrast is harder",
        (InputStatistic.Contrast, false) => "it has less contrast",
        (InputStatistic.Sharpness, true) => "it is noisier or sharper",
        (InputStatistic.Sharpness, false) => "it is more blurred",
        (InputStatistic.Symmetry, true) => "its left and right half are more alike",
        (InputStatistic.Symmetry, false) => "its left and right half are less alike than those of a chest",
        (InputStatistic.CoarseStructure, true) => "it has hardly any detail",
        (InputStatistic.CoarseStructure, false) => "it has detail but no large shapes",
        (InputStatistic.CentreDifference, true) => "its middle is much brighter than its sides",
        (InputStatistic.CentreDifference, false) => "its middle is not brighter than its sides: it may be inverted, or no chest",
        (InputStatistic.BorderDifference, true) => "its border is brighter than the rest: it may be inverted",
        (InputStatistic.BorderDifference, false) => "its border is darker than usual",
        (InputStatistic.LowerDifference, true) => "its lower half is much brighter than the upper",
        (InputStatistic.LowerDifference, false) => "its upper half is the brighter one: it may be upside down",
        (InputStatistic.BlackShare, true) => "much more of it is black",
        (InputStatistic.BlackShare, false) => "less of it is black",
        (InputStatistic.Energy, true) => "the network answers more strongly than usual",
        (InputStatistic.Energy, false) => "the network recognises little in it",
        _ => throw new ArgumentOutOfRangeException(nameof(distance), distance.Statistic, "There are no words for it."),
    };

    public static string NameOf(InputStatistic statistic) => statistic switch
    {
        InputStatistic.CoarseStructure => "Coarse structure",
        InputStatistic.CentreDifference => "Centre against sides",
        InputStatistic.BorderDifference => "Border against the rest",
        InputStatistic.LowerDifference => "Lower against upper half",
        InputStatistic.BlackShare => "Share of black",
        InputStatistic.Energy => "Energy of the answer",
        _ => $"{statistic}",
    };
}
