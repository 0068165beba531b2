using System.Collections.Frozen;

namespace FedPortal.Rounds;

/// <summary>The one table of a round's moves, for each path.</summary>
public static class RoundMoves
{
    private static readonly FrozenSet<(RoundState From, RoundState To)> Common = new[]
    {
        (RoundState.Planned, RoundState.Opened),
        (RoundState.Opened, RoundState.Training),
        (RoundState.Training, RoundState.Submitted),
        (RoundState.Applied, RoundState.Evaluated),
        (RoundState.Evaluated, RoundState.Completed),
        (RoundState.Planned, RoundState.Failed),
        (RoundState.Opened, RoundState.Failed),
        (RoundState.Training, RoundState.Failed),
        (RoundState.Submitted, RoundState.Failed),
        (RoundState.Aggregated, RoundState.Failed),
        (RoundState.Applied, RoundState.Failed),
        (RoundState.Evaluated, RoundState.Failed),
    }.ToFrozenSet();

    private static readonly FrozenSet<(RoundState From, RoundState To)> PlainOnly = new[]
    {
        (RoundState.Submitted, RoundState.Aggregated),
        (RoundState.Aggregated, RoundState.Applied),
    }.ToFrozenSet();

    private static readonly FrozenSet<(RoundState From, RoundState To)> ProtectedOnly = new[]
    {
        (RoundState.Submitted, RoundState.Screened),
        (RoundState.Screened, RoundState.Aggregated),
        (RoundState.Screened, RoundState.Failed),
        (RoundState.Aggregated, RoundState.Unlocked),
        (RoundState.Unlocked, RoundState.Applied),
        (RoundState.Unlocked, RoundState.Failed),
    }.ToFrozenSet();

    public static bool Allow(RoundPath path, RoundState from, RoundState to) =>
        Common.Contains((from, to)) || (path == RoundPath.Plain ? PlainOnly : ProtectedOnly).Contains((from, to));

    public static bool IsFinal(RoundState state) => state is RoundState.Completed or RoundState.Failed;
}
