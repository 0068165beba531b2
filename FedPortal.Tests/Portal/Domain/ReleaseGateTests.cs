using FedPortal.Models;
using Xunit;

namespace FedPortal.Tests.Portal.Domain;

/// <summary>What must be so before a model is given out.</summary>
public sealed class ReleaseGateTests
{
    private const string Reason = "The bound is for phantoms; the ethics board agreed.";
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);
    private static readonly Signer Ada = new(Guid.NewGuid(), "Ada", SignerRole.Admin);
    private static readonly Signer Bob = new(Guid.NewGuid(), "Bob", SignerRole.Auditor);
    private static readonly ReleaseEvidence Good = new("m", ["e"], [new AttackEvidence(AttackKind.Membership, "a", 0.5)], ClaimedEpsilon: 2);

    [Fact]
    public void AnAdminAndAnAuditor_Release_TheSecondSignatureDoesIt()
    {
        ModelRelease release = New();

        Assert.False(release.Sign(Good, Ada, null, Now));
        Assert.Equal(ReleaseState.Candidate, release.State);
        Assert.True(release.Sign(Good, Bob, null, Now));
        Assert.Equal(ReleaseState.Released, release.State);
        Assert.All(ReleaseGate.Of(Good, release), gate => Assert.Equal(GateFace.Open, gate.Face));
    }

    [Fact]
    public void WithoutEvaluationOrAttack_NobodyCanSign()
    {
        Assert.Contains("not evaluated", Refused(Good with { Evaluations = [] }), StringComparison.Ordinal);
        Assert.Contains("loss-threshold attack was not run", Refused(Good with { Attacks = [] }), StringComparison.Ordinal);
        Assert.Contains("loss-threshold attack was not run", Refused(Good with { Attacks = [new AttackEvidence(AttackKind.Canary, "c", 0)] }), StringComparison.Ordinal);
    }

    [Fact]
    public void OnePersonInBothOffices_IsNotTwoPeople()
    {
        ModelRelease release = New();
        release.Sign(Good, Ada, null, Now);

        var refused = Assert.Throws<InvalidOperationException>(() => release.Sign(Good, Ada with { Role = SignerRole.Auditor }, null, Now));

        Assert.Contains("One person signs once", refused.Message, StringComparison.Ordinal);
        Assert.Equal(ReleaseState.Candidate, release.State);
    }

    [Fact]
    public void TwoAdmins_AreNotEnough()
    {
        ModelRelease release = New();
        release.Sign(Good, Ada, null, Now);

        Assert.Throws<InvalidOperationException>(() => release.Sign(Good, new Signer(Guid.NewGuid(), "Zoe", SignerRole.Admin), null, Now));
        Assert.Equal(ReleaseState.Candidate, release.State);
    }

    [Fact]
    public void AnAttackAboveTheClaim_BlocksUntilBothSignWithAReason()
    {
        ReleaseEvidence exceeding = Good with { Attacks = [new AttackEvidence(AttackKind.Membership, "a", 2.5)] };
        ModelRelease release = New();

        Assert.Equal(GateFace.Blocked, ReleaseGate.Of(exceeding, release)[2].Face);
        Assert.Contains("exceeds the claim", Refused(exceeding), StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => release.Sign(exceeding, Ada, "too short", Now));
        Assert.False(release.Sign(exceeding, Ada, Reason, Now));
        Assert.Throws<InvalidOperationException>(() => release.Sign(exceeding, Bob, null, Now));
        Assert.True(release.Sign(exceeding, Bob, Reason, Now));
    }

    [Fact]
    public void WhereNothingIsClaimed_NothingCanBeExceeded() =>
        Assert.Empty((Good with { ClaimedEpsilon = null, Attacks = [new AttackEvidence(AttackKind.Membership, "a", 9)] }).Exceeding);

    [Fact]
    public void ASignature_DoesNotCountForOtherEvidence()
    {
        ModelRelease release = New();
        release.Sign(Good, Ada, null, Now);
        ReleaseEvidence later = Good with { Attacks = [.. Good.Attacks, new AttackEvidence(AttackKind.Canary, "b", 2.9)] };

        Assert.Empty(ReleaseGate.Valid(later, release));
        Assert.False(release.Sign(later, Bob, Reason, Now));
        Assert.Equal(ReleaseState.Candidate, release.State);
        Assert.True(release.Sign(later, Ada, Reason, Now));
    }

    [Fact]
    public void EveryPartOfTheEvidence_ChangesItsDigest()
    {
        ReleaseEvidence[] all =
        [
            Good, Good with { ModelHash = "n" }, Good with { Evaluations = ["f"] }, Good with { ClaimedEpsilon = null }, Good with { ClaimedEpsilon = 3 },
            Good with { Attacks = [new AttackEvidence(AttackKind.Membership, "a", 0.6)] }, Good with { Attacks = [new AttackEvidence(AttackKind.Membership, "b", 0.5)] },
        ];

        Assert.Equal(all.Length, all.Select(evidence => evidence.Digest).Distinct().Count());
    }

    [Fact]
    public void AWithdrawnModel_NeedsTwoNewSignatures()
    {
        ModelRelease release = New();
        release.Sign(Good, Ada, null, Now);
        release.Sign(Good, Bob, null, Now);
        release.Withdraw("A hospital found mislabelled images.", Now);

        Assert.Equal(ReleaseState.Withdrawn, release.State);
        Assert.False(release.Sign(Good, Bob, null, Now));
        Assert.True(release.Sign(Good, Ada, null, Now));
    }

    private static ModelRelease New() => new(Guid.NewGuid(), 3, Now);

    private static string Refused(ReleaseEvidence evidence) => Assert.Throws<InvalidOperationException>(() => New().Sign(evidence, Ada, null, Now)).Message;
}
