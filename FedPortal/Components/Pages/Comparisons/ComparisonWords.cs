using FedPortal.Components.Shared;
using FedPortal.Runs;
using FedPortal.Training.Comparison;

namespace FedPortal.Components.Pages.Comparisons;

/// <summary>States and kinds in words and colours.</summary>
internal static class ComparisonWords
{
    public static string NameOf(RunState state) => state switch
    {
        RunState.Waiting => "Waiting",
        RunState.Running => "Running",
        RunState.Done => "Done",
        RunState.Failed => "Failed",
        _ => "Stopped",
    };

    public static Tone ToneOf(RunState state) => state switch
    {
        RunState.Running or RunState.Waiting => Tone.Active,
        RunState.Done => Tone.Good,
        RunState.Failed => Tone.Bad,
        _ => Tone.Quiet,
    };

    public static string NameOf(MethodKind kind) => kind switch
    {
        MethodKind.Anchor => "anchor",
        MethodKind.Published => "published method",
        _ => "this portal",
    };
}
