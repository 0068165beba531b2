using FedPortal.Comparisons;
using FedPortal.Components.Shared;
using FedPortal.Training.Comparison;

namespace FedPortal.Components.Pages.Comparisons;

/// <summary>States and kinds in words and colours.</summary>
internal static class ComparisonWords
{
    public static string NameOf(ComparisonState state) => state switch
    {
        ComparisonState.Waiting => "Waiting",
        ComparisonState.Running => "Running",
        ComparisonState.Done => "Done",
        ComparisonState.Failed => "Failed",
        _ => "Stopped",
    };

    public static Tone ToneOf(ComparisonState state) => state switch
    {
        ComparisonState.Running or ComparisonState.Waiting => Tone.Active,
        ComparisonState.Done => Tone.Good,
        ComparisonState.Failed => Tone.Bad,
        _ => Tone.Quiet,
    };

    public static string NameOf(MethodKind kind) => kind switch
    {
        MethodKind.Anchor => "anchor",
        MethodKind.Published => "published method",
        _ => "this portal",
    };
}
