using FedPortal.Components.Shared;
using FedPortal.Runs;
using FedPortal.Training.Comparison;
using Microsoft.Extensions.Localization;

namespace FedPortal.Components.Pages.Comparisons;

/// <summary>States and kinds in words and colours.</summary>
internal static class ComparisonWords
{
    public static string NameOf(RunState state, IStringLocalizer<ComparisonTexts> texts) => state switch
    {
        RunState.Waiting => texts["Waiting"].Value,
        RunState.Running => texts["Running"].Value,
        RunState.Done => texts["Done"].Value,
        RunState.Failed => texts["Failed"].Value,
        _ => texts["Stopped"].Value,
    };

    public static Tone ToneOf(RunState state) => state switch
    {
        RunState.Running or RunState.Waiting => Tone.Active,
        RunState.Done => Tone.Good,
        RunState.Failed => Tone.Bad,
        _ => Tone.Quiet,
    };

    public static string NameOf(MethodKind kind, IStringLocalizer<ComparisonTexts> texts) => kind switch
    {
        MethodKind.Anchor => texts["Anchor"].Value,
        MethodKind.Published => texts["PublishedMethod"].Value,
        _ => texts["ThisPortal"].Value,
    };
}
