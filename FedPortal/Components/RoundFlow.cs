using FedPortal.Components.Shared;
using FedPortal.Data;
using FedPortal.Rounds;
using FedPortal.Training.Protocol;

namespace FedPortal.Components;

/// <summary>Where a stage happens.</summary>
internal enum FlowPlace
{
    Institutions,
    Portal,
}

/// <summary>One box of the process flow.</summary>
/// <param name="Stage">One of <see cref="StageNames"/>.</param>
/// <param name="Figure">Time or count, or empty.</param>
/// <param name="Explains">What happens in it, one sentence.</param>
/// <param name="Makes">The type that goes on to the next box.</param>
internal sealed record FlowBox(string Stage, FlowPlace Place, StageFace Face, string Figure, string Explains, string Makes);

/// <summary>The straight line of a round as boxes with their true state.</summary>
internal static class RoundFlow
{
    private static readonly (string Stage, FlowPlace Place, RoundState Begun, RoundState BegunPlain, RoundState Done, string Explains, string Makes)[] Line =
    [
        (StageNames.Decode, FlowPlace.Institutions, RoundState.Opened, RoundState.Opened, RoundState.Submitted, "Each institution reads its own images and prepares them with the study's preprocessing.", "images"),
        (StageNames.Train, FlowPlace.Institutions, RoundState.Training, RoundState.Training, RoundState.Submitted, "Each institution trains the global model on its own images; the difference is its update.", "update"),
        (StageNames.Perturb, FlowPlace.Institutions, RoundState.Training, RoundState.Training, RoundState.Submitted, "The update is clipped, rounded to the lattice and noised; the institution's own ledger writes the cost down, or refuses.", "noised update"),
        (StageNames.Encrypt, FlowPlace.Institutions, RoundState.Training, RoundState.Training, RoundState.Submitted, "Lanes are packed and encrypted under a key for this round only, shared out among the institutions.", "ciphertext, sketch"),
        (StageNames.Upload, FlowPlace.Institutions, RoundState.Training, RoundState.Training, RoundState.Submitted, "The result travels to the portal in pieces that resume; its hash and signature are checked on arrival.", "submission"),
        (StageNames.Screen, FlowPlace.Portal, RoundState.Submitted, RoundState.Submitted, RoundState.Screened, "Sketches are compared and the contributors fixed and signed, before anything is opened.", "accepted set"),
        (StageNames.Sum, FlowPlace.Portal, RoundState.Screened, RoundState.Submitted, RoundState.Aggregated, "The accepted updates are added. No key is in reach of the portal.", "sum"),
        (StageNames.Unlock, FlowPlace.Institutions, RoundState.Aggregated, RoundState.Aggregated, RoundState.Unlocked, "Each institution answers once, with its shares of the sum's key and of nothing else.", "key of the sum"),
        (StageNames.Decrypt, FlowPlace.Portal, RoundState.Unlocked, RoundState.Unlocked, RoundState.Applied, "The sum, and only the sum, is opened, and checked against the sketches and the promised noise.", "mean update"),
        (StageNames.Apply, FlowPlace.Portal, RoundState.Unlocked, RoundState.Aggregated, RoundState.Applied, "The server optimiser makes the next global model.", "global model"),
        (StageNames.Evaluate, FlowPlace.Institutions, RoundState.Applied, RoundState.Applied, RoundState.Evaluated, "Every institution measures the new model on its own hold-out; the portal pools.", "report"),
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
            return new FlowBox(box.Stage, box.Place, face, FigureOf(box.Stage, face, round), box.Explains, box.Makes);
        })];
    }

    /// <summary>The box to look at first: where it failed, where it is, or the last that is done.</summary>
    public static FlowBox First(IReadOnlyList<FlowBox> boxes) =>
        boxes.FirstOrDefault(box => box.Face == StageFace.Failed) ?? boxes.FirstOrDefault(box => box.Face == StageFace.Current)
        ?? boxes.LastOrDefault(box => box.Face == StageFace.Done) ?? boxes[0];

    /// <summary>Times of one stage, the institutions' first.</summary>
    public static IEnumerable<TimingRow> TimesOf(string stage, RoundDetail round) => round.Timings.Where(timing => timing.Stage == stage).OrderBy(timing => timing.InstitutionId is null);

    private static string FigureOf(string stage, StageFace face, RoundDetail round)
    {
        if (face is StageFace.Unused)
        {
            return "not used";
        }

        TimingRow[] times = [.. TimesOf(stage, round)];
        if (face == StageFace.Done)
        {
            return times.Length == 0 ? "" : Words.Seconds(times.Max(timing => timing.Seconds));
        }

        return face == StageFace.Current && stage is StageNames.Decode or StageNames.Train or StageNames.Perturb or StageNames.Encrypt or StageNames.Upload ? $"{round.Row.SubmittedCount} of {round.Row.RosterCount} in" : "";
    }
}
