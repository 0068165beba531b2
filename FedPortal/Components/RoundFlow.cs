using FedPortal.Components.Shared;
using FedPortal.Data;
using FedPortal.Rounds;
using FedPortal.Training.Protocol;

namespace FedPortal.Components;

/// <summary>The straight line of a round as boxes with their true state.</summary>
internal static class RoundFlow
{
    private static readonly StaticTexts Texts = new(typeof(RoundFlow));

    private static readonly (string Stage, FlowPlace Place, RoundState Begun, RoundState BegunPlain, RoundState Done)[] Line =
    [
        (StageNames.Decode, FlowPlace.Institutions, RoundState.Opened, RoundState.Opened, RoundState.Submitted),
        (StageNames.Train, FlowPlace.Institutions, RoundState.Training, RoundState.Training, RoundState.Submitted),
        (StageNames.Perturb, FlowPlace.Institutions, RoundState.Training, RoundState.Training, RoundState.Submitted),
        (StageNames.Encrypt, FlowPlace.Institutions, RoundState.Training, RoundState.Training, RoundState.Submitted),
        (StageNames.Upload, FlowPlace.Institutions, RoundState.Training, RoundState.Training, RoundState.Submitted),
        (StageNames.Screen, FlowPlace.Portal, RoundState.Submitted, RoundState.Submitted, RoundState.Screened),
        (StageNames.Sum, FlowPlace.Portal, RoundState.Screened, RoundState.Submitted, RoundState.Aggregated),
        (StageNames.Unlock, FlowPlace.Institutions, RoundState.Aggregated, RoundState.Aggregated, RoundState.Unlocked),
        (StageNames.Decrypt, FlowPlace.Portal, RoundState.Unlocked, RoundState.Unlocked, RoundState.Applied),
        (StageNames.Apply, FlowPlace.Portal, RoundState.Unlocked, RoundState.Aggregated, RoundState.Applied),
        (StageNames.Evaluate, FlowPlace.Institutions, RoundState.Applied, RoundState.Applied, RoundState.Evaluated),
    ];

    public static IReadOnlyList<FlowBox> Of(RoundDetail round)
    {
        bool isPlain = RoundPaths.Of(round.Strategy) == RoundPath.Plain;
        RoundState furthest = round.Steps.LastOrDefault(step => step.IsReached)?.State ?? RoundState.Planned;
        return [.. Line.Select(box =>
        {
            StageFace face = isPlain && StageNames.Protection.Contains(box.Stage) ? StageFace.Unused
                : furthest >= box.Done ? StageFace.Done
                : furthest < (isPlain ? box.BegunPlain : box.Begun) ? StageFace.Ahead
                : round.Row.State == RoundState.Failed ? StageFace.Failed : StageFace.Current;
            return new FlowBox(box.Stage, box.Place, face, FigureOf(box.Stage, face, round), ExplainsOf(box.Stage), MakesOf(box.Stage));
        })];
    }

    /// <summary>The box to look at first: where it failed, where it is, or the last that is done.</summary>
    public static FlowBox First(IReadOnlyList<FlowBox> boxes) =>
        boxes.FirstOrDefault(box => box.Face == StageFace.Failed) ?? boxes.FirstOrDefault(box => box.Face == StageFace.Current)
        ?? boxes.LastOrDefault(box => box.Face == StageFace.Done) ?? boxes[0];

    /// <summary>Times of one stage, the institutions' first.</summary>
    public static IEnumerable<TimingRow> TimesOf(string stage, RoundDetail round) => round.Timings.Where(timing => timing.Stage == stage).OrderBy(timing => timing.InstitutionId is null);

    private static string ExplainsOf(string stage) => stage switch
    {
        StageNames.Decode => Texts["ExplainsDecode"],
        StageNames.Train => Texts["ExplainsTrain"],
        StageNames.Perturb => Texts["ExplainsPerturb"],
        StageNames.Encrypt => Texts["ExplainsEncrypt"],
        StageNames.Upload => Texts["ExplainsUpload"],
        StageNames.Screen => Texts["ExplainsScreen"],
        StageNames.Sum => Texts["ExplainsSum"],
        StageNames.Unlock => Texts["ExplainsUnlock"],
        StageNames.Decrypt => Texts["ExplainsDecrypt"],
        StageNames.Apply => Texts["ExplainsApply"],
        StageNames.Evaluate => Texts["ExplainsEvaluate"],
        _ => throw new ArgumentOutOfRangeException(nameof(stage), stage, "The flow has no such stage."),
    };

    private static string MakesOf(string stage) => stage switch
    {
        StageNames.Decode => Texts["MakesDecode"],
        StageNames.Train => Texts["MakesTrain"],
        StageNames.Perturb => Texts["MakesPerturb"],
        StageNames.Encrypt => Texts["MakesEncrypt"],
        StageNames.Upload => Texts["MakesUpload"],
        StageNames.Screen => Texts["MakesScreen"],
        StageNames.Sum => Texts["MakesSum"],
        StageNames.Unlock => Texts["MakesUnlock"],
        StageNames.Decrypt => Texts["MakesDecrypt"],
        StageNames.Apply => Texts["MakesApply"],
        StageNames.Evaluate => Texts["MakesEvaluate"],
        _ => throw new ArgumentOutOfRangeException(nameof(stage), stage, "The flow has no such stage."),
    };

    private static string FigureOf(string stage, StageFace face, RoundDetail round)
    {
        if (face is StageFace.Unused)
        {
            return Texts["NotUsed"];
        }

        TimingRow[] times = [.. TimesOf(stage, round)];
        if (face == StageFace.Done)
        {
            return times.Length == 0 ? "" : Words.Seconds(times.Max(timing => timing.Seconds));
        }

        return face == StageFace.Current && stage is StageNames.Decode or StageNames.Train or StageNames.Perturb or StageNames.Encrypt or StageNames.Upload ? Texts["SubmittedIn", round.Row.SubmittedCount, round.Row.RosterCount] : "";
    }
}
