using FedPortal.Rounds;
using Xunit;

namespace FedPortal.Tests.Portal.Domain;

public class AssignmentTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(2);

    [Fact]
    public void EachAttempt_GetsALaterLeaseAndANewToken()
    {
        Assignment assignment = NewAssignment();

        assignment.Begin("token-1", Now.AddSeconds(30), Now);
        assignment.Join("session-1", Now.AddSeconds(30), Now);
        assignment.EndAttempt("The process died.", 3, Wait, Now);
        assignment.Begin("token-2", Now.AddSeconds(60), Now.AddSeconds(5));

        Assert.Equal(2, assignment.Lease);
        Assert.Equal("token-2", assignment.TokenHash);
        Assert.Null(assignment.SessionHash);
    }

    [Fact]
    public void TheToken_IsGoneOnceItWasUsed()
    {
        Assignment assignment = NewAssignment();
        assignment.Begin("token", Now.AddSeconds(30), Now);

        assignment.Join("session", Now.AddSeconds(30), Now);

        Assert.Null(assignment.TokenHash);
        Assert.Equal("session", assignment.SessionHash);
    }

    [Fact]
    public void Waits_DoubleWithEachFailure_AndTheLastFailureIsFinal()
    {
        Assignment assignment = NewAssignment();
        List<double> waits = [];

        for (int attempt = 1; attempt <= 3; attempt++)
        {
            assignment.Begin($"token-{attempt}", Now, Now);
            assignment.EndAttempt("The process died.", 3, Wait, Now);
            waits.Add((assignment.NextStartAt - Now).TotalSeconds);
        }

        Assert.Equal([2, 4, 8], waits);
        Assert.Equal(AssignmentState.Failed, assignment.State);
        Assert.Equal("The process died.", assignment.FailureReason);
    }

    [Fact]
    public void AttemptsThatThePortalStopped_AreNoFailures()
    {
        Assignment assignment = NewAssignment();

        for (int stop = 0; stop < 10; stop++)
        {
            assignment.Begin($"token-{stop}", Now, Now);
            assignment.Release(Now);
        }

        Assert.Equal(AssignmentState.Waiting, assignment.State);
        Assert.Equal(0, assignment.Failures);
        Assert.Equal(10, assignment.Lease);
    }

    [Fact]
    public void ACancelledAssignment_KeepsNoSecret()
    {
        Assignment assignment = NewAssignment();
        assignment.Begin("token", Now, Now);
        assignment.Join("session", Now, Now);

        assignment.Cancel("Called off.", Now);

        Assert.Null(assignment.SessionHash);
        Assert.Throws<InvalidOperationException>(() => assignment.Finish("result", Now));
    }

    private static Assignment NewAssignment() =>
        new(Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), AssignmentKind.Train, 0, 0, Now);
}
