using FedPortal.Components.Shared;
using FedPortal.Data;
using FedPortal.Models;
using FedPortal.Runs;
using FedPortal.Training.Attacks;
using Microsoft.Extensions.Localization;

namespace FedPortal.Components.Pages.Models;

/// <summary>Words and moods for models, one place for all of their pages.</summary>
internal static class ModelWords
{
    public static string NameOf(ModelVersionRow model, IStringLocalizer<ModelTexts> texts) =>
        model is { Release: ReleaseState.Released, IsCurrent: true } ? texts["ReleasedCurrent"].Value : NameOf(model.Release, texts);

    public static string NameOf(ReleaseState? release, IStringLocalizer<ModelTexts> texts) => release switch
    {
        ReleaseState.Released => texts["Released"].Value,
        ReleaseState.Withdrawn => texts["Withdrawn"].Value,
        ReleaseState.Candidate => texts["BeingSigned"].Value,
        _ => texts["NotReleased"].Value,
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

    public static string NameOf(GateFace face, IStringLocalizer<ModelTexts> texts) => face switch
    {
        GateFace.Open => texts["GatePassed"].Value,
        GateFace.Blocked => texts["GateBlocked"].Value,
        _ => texts["GateMissing"].Value,
    };

    public static Tone ToneOf(RunState state) => state switch
    {
        RunState.Done => Tone.Good,
        RunState.Failed => Tone.Bad,
        RunState.Cancelled => Tone.Warn,
        RunState.Running => Tone.Active,
        _ => Tone.Quiet,
    };

    public static string NameOf(RunState state, IStringLocalizer<ModelTexts> texts) => state switch
    {
        RunState.Waiting => texts["AttackWaiting"].Value,
        RunState.Running => texts["AttackRunning"].Value,
        RunState.Done => texts["AttackDone"].Value,
        RunState.Failed => texts["AttackFailed"].Value,
        _ => texts["AttackCancelled"].Value,
    };

    public static Tone ToneOf(ClaimVerdict verdict) => verdict switch
    {
        ClaimVerdict.Exceeded => Tone.Bad,
        ClaimVerdict.NotExceeded => Tone.Good,
        _ => Tone.Quiet,
    };
}
