using FedPortal.Rounds;
using FedPortal.Training.Learning;
using Xunit;

namespace FedPortal.Tests.Portal.Domain;

public class RoundTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    // Rows are states from, columns states to, in the order of the enumeration; x is allowed.
    private const string PlainPicture = """
        Planned     .x........x
        Opened      ..x.......x
        Training    ...x......x
        Submitted   .....x....x
        Screened    ...........
        Aggregated  .......x..x
        Unlocked    ...........
        Applied     ........x.x
        Evaluated   .........xx
        Completed   ...........
        Failed      ...........
        """;

    private const string ProtectedPicture = """
        Planned     .x........x
        Opened      ..x.......x
        Training    ...x......x
        Submitted   ....x.....x
        Screened    .....x....x
        Aggregated  ......x...x
        Unlocked    .......x..x
        Applied     ........x.x
        Evaluated   .........xx
        Completed   ...........
        Failed      ...........
        """;

    [Theory]
    [InlineData(RoundPath.Plain, PlainPicture)]
    [InlineData(RoundPath.Protected, ProtectedPicture)]
    public void MovesAreThoseOfThePicture(RoundPath path, string picture)
    {
        RoundState[] states = Enum.GetValues<RoundState>();

        string drawn = string.Join("\n", states.Select(from =>
            $"{from,-12}{string.Concat(states.Select(to => RoundMoves.Allow(path, from, to) ? 'x' : '.'))}"));

        Assert.Equal(picture.ReplaceLineEndings("\n").TrimEnd(), drawn);
    }

    [Fact]
    public void APlainRound_GoesFromPlannedToCompleted_WithoutTheStepsItDoesNotUse()
    {
        Round round = NewRound();

        round.Open(Now.AddHours(1), Now);
        round.BeginTraining(Now);
        round.CloseSubmissions(Now);
        round.RecordAggregate(new string('a', 64), Now);
        round.RecordApplied(Now.AddHours(1), Now);
        round.RecordEvaluated(Now);
        round.Complete(Now);

        Assert.Equal(RoundState.Completed, round.State);
        IReadOnlyList<RoundStep> steps = RoundPaths.Steps(round.Strategy, round.Furthest);
        Assert.Equal(10, steps.Count);
        Assert.Equal([RoundState.Screened, RoundState.Unlocked], steps.Where(s => !s.IsUsed).Select(s => s.State));
        Assert.All(steps, step => Assert.Equal(step.IsUsed, step.IsReached));
        Assert.All(steps.Where(s => !s.IsUsed), step => Assert.Equal("not used by plain FedAvg", step.Note));
    }

    [Fact]
    public void AMoveThatSkipsAState_NamesBothStates()
    {
        Round round = NewRound();

        InvalidOperationException refused = Assert.Throws<InvalidOperationException>(() => round.BeginTraining(Now));

        Assert.Contains("Planned", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Training", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFailedRound_RemembersWhereAndWhy_AndMovesNoMore()
    {
        Round round = NewRound();
        round.Open(Now.AddHours(1), Now);

        round.Fail("Nobody came.", Now);

        Assert.Equal(RoundState.Opened, round.Furthest);
        Assert.Equal("Nobody came.", round.FailureReason);
        Assert.Null(round.Deadline);
        Assert.Throws<InvalidOperationException>(() => round.BeginTraining(Now));
        Assert.Throws<InvalidOperationException>(() => round.Fail("Again.", Now));
    }

    [Fact]
    public void AFailureNeedsAReason() => Assert.Throws<ArgumentException>(() => NewRound().Fail(" ", Now));

    private static Round NewRound() => new(Guid.CreateVersion7(Now), 1, 1, FederatedStrategy.PlainFedAvg, Now);
}
