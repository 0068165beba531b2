using FedPortal.Comparisons;
using FedPortal.Components.Shared;
using FedPortal.Training.Comparison;
using Microsoft.Extensions.Localization;

namespace FedPortal.Components.Pages.Comparisons;

/// <summary>States and kinds in words and colours.</summary>
internal static class ComparisonWords
{
    public static string NameOf(ComparisonState state, IStringLocalizer<ComparisonTexts> texts) => state switch
    {
        ComparisonState.Waiting => texts["Waiting"].Value,
        ComparisonState.Running => texts["Running"].Value,
        ComparisonState.Done => texts["Done"].Value,
        ComparisonState.Failed => texts["Failed"].Value,
        _ => texts["Stopped"].Value,
    };

    public static Tone ToneOf(ComparisonState state) => state switch
    {
        ComparisonState.Running or ComparisonState.Waiting => Tone.Active,
        ComparisonState.Done => Tone.Good,
        ComparisonState.Failed => Tone.Bad,
        _ => Tone.Quiet,
    };

    public static string NameOf(MethodKind kind, IStringLocalizer<ComparisonTexts> texts) => kind switch
    {
        MethodKind.Anchor => texts["Anchor"].Value,
        MethodKind.Published => texts["PublishedMethod"].Value,
        _ => texts["ThisPortal"].Value,
    };
}
