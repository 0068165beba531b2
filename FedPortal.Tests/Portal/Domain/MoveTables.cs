using FedPortal.Models;
using FedPortal.Rounds;
using FedPortal.Runs;
using FedPortal.Studies;
using Xunit;

namespace FedPortal.Tests.Portal.Domain;

/// <summary>The small state machines, each against its picture: rows are states from, columns states to, x is allowed.</summary>
public class MoveTables
{
    [Fact]
    public void ParticipationMoves() => AssertPicture<ParticipationState>(Participation.CanMove, """
        Invited     .xx...x
        Keyed       ..x...x
        Training    ...x..x
        Submitted   ....xx.
        Accepted    .......
        Excluded    .......
        Dropped     .......
        """);

    [Fact]
    public void AssignmentMoves() => AssertPicture<AssignmentState>(Assignment.CanMove, """
        Waiting     .x.xx
        Running     x.xxx
        Done        .....
        Failed      .....
        Cancelled   .....
        """);

    [Fact]
    public void StudyMoves() => AssertPicture<StudyState>(Study.CanMove, """
        Draft       .xx.x.
        Proposed    ..x.x.
        Running     ...xxx
        Completed   ......
        Cancelled   ......
        Failed      ..x.x.
        """);

    [Fact]
    public void LongRunMoves() => AssertPicture<RunState>(LongRun.CanMove, """
        Waiting     .x..x
        Running     ..xxx
        Done        .....
        Failed      .....
        Cancelled   .....
        """);

    [Fact]
    public void ReleaseMoves() => AssertPicture<ReleaseState>(ModelRelease.CanMove, """
        Candidate   .x.
        Released    ..x
        Withdrawn   x..
        """);

    private static void AssertPicture<T>(Func<T, T, bool> canMove, string picture)
        where T : struct, Enum
    {
        T[] states = Enum.GetValues<T>();
        string drawn = string.Join("\n", states.Select(from => $"{from,-12}{string.Concat(states.Select(to => canMove(from, to) ? 'x' : '.'))}"));
        Assert.Equal(picture.ReplaceLineEndings("\n").TrimEnd(), drawn);
    }
}
