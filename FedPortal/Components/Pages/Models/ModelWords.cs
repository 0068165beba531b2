using FedPortal.Components.Shared;
using FedPortal.Data;
using FedPortal.Models;
using FedPortal.Runs;
using FedPortal.Training.Attacks;

namespace FedPortal.Components.Pages.Models;

/// <summary>Words and moods for models, one place for all of their pages.</summary>
internal static class ModelWords
{
    public static string NameOf(ModelVersionRow model) => model is { Release: ReleaseState.Released, IsCurrent: true } ? "Released, current" : NameOf(model.Release);

    public static string NameOf(ReleaseState? release) => release switch
    {
        ReleaseState.Released => "Released",
        ReleaseState.Withdrawn => "Withdrawn",
        ReleaseState.Candidate => "Being signed",
        _ => "Not released",
    };

    public static Tone ToneOf(ReleaseState? state) => state switch
    {
        ReleaseState.Released => Tone.Good,
        ReleaseState.Withdrawn => Tone.Warn,
        ReleaseState.Candidate => Tone.Active,
        _ => Tone.Quiet,
    };

    public static Tone ToneOf(GateFace face) => face switch
    {
        GateFace.Open => Tone.Good,
        GateFace.Blocked => Tone.Bad,
        _ => Tone.Quiet,
    };

    public static string NameOf(GateFace face) => face switch
    {
        GateFace.Open => "passed",
        GateFace.Blocked => "blocked",
        _ => "missing",
    };

    public static Tone ToneOf(RunState state) => state switch
    {
        RunState.Done => Tone.Good,
        RunState.Failed => Tone.Bad,
        RunState.Cancelled => Tone.Warn,
        RunState.Running => Tone.Active,
        _ => Tone.Quiet,
    };

    public static Tone ToneOf(ClaimVerdict verdict) => verdict switch
    {
        ClaimVerdict.Exceeded => Tone.Bad,
        ClaimVerdict.NotExceeded => Tone.Good,
        _ => Tone.Quiet,
    };
}
