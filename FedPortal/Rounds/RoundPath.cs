using FedPortal.Training.Learning;

namespace FedPortal.Rounds;

/// <summary>Which states a round passes through.</summary>
public enum RoundPath
{
    /// <summary>Updates are added in the clear: there is nothing to screen without looking and nothing to unlock.</summary>
    Plain,

    /// <summary>All states.</summary>
    Protected,
}

/// <summary>One state of a round as a person should see it: reached, ahead, or not part of this strategy.</summary>
/// <param name="State">The state.</param>
/// <param name="IsUsed">False when the study's strategy has no such step; the round never claims to have done it.</param>
/// <param name="IsReached">True when the round is in it or past it.</param>
/// <param name="Note">"not used by plain FedAvg" for a step that is not used, else empty.</param>
public sealed record RoundStep(RoundState State, bool IsUsed, bool IsReached, string Note);

public static class RoundPaths
{
    public static RoundPath Of(FederatedStrategy strategy) => strategy.IsProtected() ? RoundPath.Protected : RoundPath.Plain;

    /// <summary>The ten states from Planned to Completed for a round.</summary>
    /// <param name="furthest">The state the round is in, or was in when it failed.</param>
    public static IReadOnlyList<RoundStep> Steps(FederatedStrategy strategy, RoundState furthest)
    {
        RoundPath path = Of(strategy);
        return [.. Enum.GetValues<RoundState>().Where(state => state != RoundState.Failed).Select(state => StepOf(state))];

        RoundStep StepOf(RoundState state)
        {
            bool isUsed = IsUsed(path, state);
            return new RoundStep(state, isUsed, isUsed && state <= furthest, isUsed ? "" : $"not used by {NameOf(strategy)}");
        }
    }

    public static bool IsUsed(RoundPath path, RoundState state) => path == RoundPath.Protected || state is not (RoundState.Screened or RoundState.Unlocked);

    public static string NameOf(FederatedStrategy strategy) => strategy switch
    {
        FederatedStrategy.PlainFedAvg => "plain FedAvg",
        FederatedStrategy.PlainFedProx => "plain FedProx",
        FederatedStrategy.PlainFedAdam => "plain FedAdam",
        FederatedStrategy.ProtectedFedAvg => "protected FedAvg",
        FederatedStrategy.ProtectedFedProx => "protected FedProx",
        FederatedStrategy.ProtectedFedAdam => "protected FedAdam",
        _ => throw new ArgumentOutOfRangeException(nameof(strategy), strategy, "This strategy has no name."),
    };
}
