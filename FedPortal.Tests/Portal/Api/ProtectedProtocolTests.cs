using System.Net;
using System.Text.Json;
using FedPortal.Api;
using FedPortal.Data;
using FedPortal.Rounds;
using FedPortal.Site.Hosted;
using FedPortal.Tests.Encryption.SecureAggregation;
using FedPortal.Training.Accounting;
using FedPortal.Training.Ledger;
using FedPortal.Training.Protocol;
using FedPortal.Training.Screening;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace FedPortal.Tests.Portal.Api;

public class ProtectedProtocolTests(ProtectedHost host) : IClassFixture<ProtectedHost>
{
    [Fact]
    public async Task AWholeRoundOverHttp_MakesTheMean_PassesEveryState_AndLeavesAgreeingLedgers()
    {
        using ProtectedFederation federation = await ProtectedFederation.StartRoundAsync(host);
        Assert.Equal(RoundState.Opened, (await federation.RoundAsync()).Row.State);

        await federation.RunAllAsync(AssignmentKind.Train);
        Assert.Equal(RoundState.Aggregated, (await federation.RoundAsync()).Row.State);
        Assert.Null((await federation.RoundAsync()).AggregateHash);
        await federation.RunAllAsync(AssignmentKind.Unlock);
        Assert.Equal(RoundState.Applied, (await federation.RoundAsync()).Row.State);
        await federation.EvaluateAsync();

        RoundDetail round = await federation.RoundAsync();
        Assert.Equal(RoundState.Completed, round.Row.State);
        Assert.All(round.Participations, part => Assert.Equal(ParticipationState.Accepted, part.State));
        Assert.Equal(0.2f, await federation.MeanAsync(), 0.003f); // of 0, 0.1, 0.2, 0.3 and 0.4
        Assert.Equal(
            StageNames.All.Except([StageNames.Evaluate]).Order(StringComparer.Ordinal),
            round.Timings.Select(timing => timing.Stage).Distinct().Except([StageNames.Evaluate]).Order(StringComparer.Ordinal));
        foreach (Hospital hospital in federation.Hospitals)
        {
            await AssertLedgersAgreeAsync(federation, hospital);
        }

        // A coordinator sees the own ledger and the own times, and nobody else's.
        var own = Viewer.Of(federation.Hospitals[0].Id);
        Assert.Equal(federation.Hospitals[0].Id, Assert.Single(await Ledgers.ListAsync(own, federation.StudyId, default)).InstitutionId);
        Assert.Null(await Ledgers.LinesAsync(own, federation.StudyId, federation.Hospitals[1].Id, default));
        RoundTimings times = (await federation.Base.Rounds.TimingsAsync(own, round.Row.Id, default))!;
        Assert.Equal(StageNames.All.Where(stage => times.Stages.Any(row => row.Stage == stage)), times.Stages.Select(row => row.Stage));
        Assert.All(times.Stages.SelectMany(row => row.Institutions), part => Assert.Equal(federation.Hospitals[0].Id, part.InstitutionId));
        Assert.True(times.ProtectionSeconds > 0);
    }

    [Fact]
    public async Task WhatIsNotAnUpdateOfThisRound_IsRefusedWithItsReason_AndChangesNothing()
    {
        using ProtectedFederation federation = await ProtectedFederation.StartRoundAsync(host);
        FakeSite site = await federation.Hospitals[0].BeginAsync(AssignmentKind.Train);
        using var elsewhere = new Consortium(5);
        elsewhere.Contribute(0);
        byte[] foreign = elsewhere.Uploads[0];

        await AssertRefusedAsync(await site.ChunkAsync(foreign[..4096], 0), HttpStatusCode.UnprocessableEntity, "this round's description");
        await AssertRefusedAsync(await site.ChunkAsync(new byte[20000], 0), HttpStatusCode.RequestEntityTooLarge, "Expected an update of");
        await AssertRefusedAsync(await site.ChunkAsync(new byte[4096], 0), HttpStatusCode.UnprocessableEntity, "to begin with FPEU");
        await AssertRefusedAsync(await site.ChunkAsync([1, 2, 3], 0, new string('0', 64)), HttpStatusCode.UnprocessableEntity, "Expected a chunk of 3 bytes");
        await AssertRefusedAsync(await site.ChunkAsync([1, 2, 3], 100), HttpStatusCode.Conflict, "Expected the chunk at 0 but it begins at 100");
        await AssertRefusedAsync(await site.PutAsync(SiteRoutes.Shares, new byte[500]), HttpStatusCode.UnprocessableEntity, "share envelope");
        await AssertRefusedAsync(await site.SubmitUpdateAsync(1f), HttpStatusCode.Conflict, "in the clear is not taken");
        await AssertRefusedAsync(await FinishAsync(site, new string('0', 64)), HttpStatusCode.Conflict, "uploaded bytes but there are 0");
        await AssertRefusedAsync(await FinishAsync(site, new string('0', 64), binding => binding with { Attempt = 7 }), HttpStatusCode.Conflict, "Expected attempt 1 but the message has 7");

        RoundDetail round = await federation.RoundAsync();
        Assert.All(round.Participations, part => Assert.Equal(ParticipationState.Invited, part.State));
    }

    [Fact]
    public async Task AnUpdateOfAnEarlierAttempt_AndALateOne_AreRefused_AndTheSameOneAgainIsAnsweredAlike()
    {
        using ProtectedFederation federation = await ProtectedFederation.StartRoundAsync(host);
        await federation.Hospitals[0].RunAsync(AssignmentKind.Train);
        byte[] first = await UpdateOfAsync(federation, 0);
        await federation.VanishAsync(AssignmentKind.Train, 1, 2, 3, 4);
        RoundDetail failed = await federation.RoundAsync();
        Assert.Contains("The quorum is 4 updates (a sum opens with 4 helpers and hides nobody below 3) but only 1 of 5 are usable", failed.Row.FailureReason, StringComparison.Ordinal);
        await federation.ResumeAsync();
        Assert.Equal(2, (await federation.RoundAsync()).Row.Attempt);

        FakeSite site = await federation.Hospitals[0].BeginAsync(AssignmentKind.Train);
        await AssertRefusedAsync(await site.ChunkAsync(first, 0), HttpStatusCode.UnprocessableEntity, "this round's description");
        FakeSite late = await federation.Hospitals[1].BeginAsync(AssignmentKind.Train);
        await federation.RunAsync(AssignmentKind.Train, 2);
        host.Clock.Advance(TimeSpan.FromHours(2));
        await federation.Base.AdvanceAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, (await late.ChunkAsync(first, 0)).StatusCode);
        Assert.Contains("No update arrived before the deadline.", (await federation.RoundAsync()).Row.FailureReason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TwoVanish_TheRoundFailsWithTheReason_AndTheNextAttemptWorksWithFreshKeys()
    {
        using ProtectedFederation federation = await ProtectedFederation.StartRoundAsync(host);
        await federation.RunAsync(AssignmentKind.Train, 0, 1, 2, 3);
        await federation.VanishAsync(AssignmentKind.Train, 4);
        Assert.Equal(RoundState.Aggregated, (await federation.RoundAsync()).Row.State);
        await federation.RunAsync(AssignmentKind.Unlock, 0, 1, 2);
        await federation.VanishAsync(AssignmentKind.Unlock, 3, 4);

        RoundDetail failed = await federation.RoundAsync();
        Assert.Equal(RoundState.Failed, failed.Row.State);
        Assert.Contains("4 helpers are needed to unlock the sum but only 3 of 5 answered, so nothing was opened.", failed.Row.FailureReason, StringComparison.Ordinal);
        Assert.Contains("Hospital 4: The site program was silent", failed.Row.FailureReason, StringComparison.Ordinal);

        await federation.ResumeAsync();
        await federation.RunAllAsync(AssignmentKind.Train);
        await federation.RunAllAsync(AssignmentKind.Unlock);

        RoundDetail second = await federation.RoundAsync();
        Assert.Equal((2, RoundState.Applied), (second.Row.Attempt, second.Row.State));
        Assert.Equal(0.2f, await federation.MeanAsync(), 0.003f);

        // Both attempts are on the ledger of whoever took part in both.
        LedgerVerification ledger = LedgerVerifier.Verify(await File.ReadAllLinesAsync(federation.Hospitals[0].Home.LedgerFile(federation.StudyId), TestContext.Current.CancellationToken));
        Assert.Equal([1, 2], ledger.Rows.Where(row => row.Kind == ReleaseKinds.Update).Select(row => row.Attempt));
    }

    [Fact]
    public async Task OneVanishes_TheSumOfTheOthersIsOpened_ByFourHelpers()
    {
        using ProtectedFederation federation = await ProtectedFederation.StartRoundAsync(host);
        await federation.RunAsync(AssignmentKind.Train, 0, 1, 2, 3);
        await federation.VanishAsync(AssignmentKind.Train, 4);
        await federation.RunAsync(AssignmentKind.Unlock, 1, 2, 3, 4); // who dropped out helps, another has gone

        RoundDetail round = await federation.RoundAsync();
        Assert.Equal(RoundState.Applied, round.Row.State);
        Assert.Equal(0.15f, await federation.MeanAsync(), 0.003f); // of 0, 0.1, 0.2 and 0.3
    }

    [Fact]
    public async Task ABadShareOfSeven_IsLocated_AndItsHelperNamed()
    {
        using ProtectedFederation federation = await ProtectedFederation.StartRoundAsync(host, institutions: 7);
        await federation.RunAllAsync(AssignmentKind.Train);
        using HttpResponseMessage lied = await LieAsync(federation, 6);
        Assert.True(lied.IsSuccessStatusCode, await lied.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        await federation.RunAsync(AssignmentKind.Unlock, 0, 1, 2, 3, 4, 5);

        RoundDetail round = await federation.RoundAsync();
        Assert.Equal(RoundState.Applied, round.Row.State);
        Assert.Equal(0.3f, await federation.MeanAsync(), 0.003f);
        ParticipationRow liar = round.Participations.Single(part => part.HelperNote is not null);
        Assert.Equal(federation.Hospitals[6].Id, liar.InstitutionId);
        Assert.Contains("does not fit the others'", liar.HelperNote, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ABadShareOfFive_FailsTheAttempt_NothingIsPublished_AndTheNextOneWorks()
    {
        using ProtectedFederation federation = await ProtectedFederation.StartRoundAsync(host);
        await federation.RunAllAsync(AssignmentKind.Train);
        (await LieAsync(federation, 4)).EnsureSuccessStatusCode();
        await federation.RunAsync(AssignmentKind.Unlock, 0, 1, 2, 3);

        RoundDetail failed = await federation.RoundAsync();
        Assert.Equal(RoundState.Failed, failed.Row.State);
        Assert.Contains("could not be opened and is not published", failed.Row.FailureReason, StringComparison.Ordinal);
        Assert.Null(failed.AggregateHash);

        await federation.ResumeAsync();
        await federation.RunAllAsync(AssignmentKind.Train);
        await federation.RunAllAsync(AssignmentKind.Unlock);
        Assert.Equal(RoundState.Applied, (await federation.RoundAsync()).Row.State);
    }

    [Fact]
    public async Task AHelperAskedTwice_SendsItsOneAnswer_AndAnotherOneIsRefused()
    {
        using ProtectedFederation federation = await ProtectedFederation.StartRoundAsync(host);
        await federation.RunAllAsync(AssignmentKind.Train);
        FakeSite site = await federation.Hospitals[0].BeginAsync(AssignmentKind.Unlock);
        byte[] answer = await HonestAnswerAsync(federation, site, 0);

        using HttpResponseMessage first = await AnswerAsync(site, answer);
        using HttpResponseMessage again = await AnswerAsync(site, answer);
        using HttpResponseMessage other = await AnswerAsync(site, [.. answer[..^1], (byte)(answer[^1] ^ 1)]);

        Assert.True((await first.Content.ReadFromJsonAsync<SubmissionReceipt>(ProtocolJson.Options, TestContext.Current.CancellationToken)) is { Duplicate: false });
        Assert.True((await again.Content.ReadFromJsonAsync<SubmissionReceipt>(ProtocolJson.Options, TestContext.Current.CancellationToken)) is { Duplicate: true });
        await AssertRefusedAsync(other, HttpStatusCode.Conflict, "A helper answers once");
    }

    [Fact]
    public async Task AUsedUpBudget_MakesTheSiteRefuse_BothSidesKnowWhy_AndTheRoundGoesOnWithoutIt()
    {
        using ProtectedFederation federation = await ProtectedFederation.StartRoundAsync(host, change: design => design with
        {
            Privacy = new PrivacyProfile { ClippingNorm = 200, NoiseIntensity = 2, AssumedDropouts = 1, EpsilonCap = 1000 },
            Screening = new ScreeningProfile { Sketch = new SketchProfile { Dimensions = 0 } },
        });
        await federation.RunAllAsync(AssignmentKind.Train);
        await federation.RunAllAsync(AssignmentKind.Unlock);
        await federation.EvaluateAsync();
        double spent = EpsilonOf(federation, 3);

        // The house has set a cap of its own that one round has all but used up.
        federation.Hospitals[3].Policy = SitePolicy.Hosted with { EpsilonTotal = spent * 1.1 };
        var refused = await Assert.ThrowsAsync<SiteRefusedException>(() => federation.Hospitals[3].RunAsync(AssignmentKind.Train));
        await federation.RunAsync(AssignmentKind.Train, 0, 1, 2, 4);
        await federation.RunAsync(AssignmentKind.Unlock, 0, 1, 2, 4);

        Assert.Contains("this site's policy for all studies", refused.Message, StringComparison.Ordinal);
        RoundDetail round = await federation.RoundAsync(2);
        Assert.Equal(RoundState.Applied, round.Row.State);
        ParticipationRow without = round.Participations.Single(part => part.State == ParticipationState.Dropped);
        Assert.Equal(federation.Hospitals[3].Id, without.InstitutionId);
        Assert.Contains("The privacy budget does not allow this release", without.Reason, StringComparison.Ordinal);
        LedgerVerification copy = await AssertLedgersAgreeAsync(federation, federation.Hospitals[3]);
        Assert.Equal([true, false], copy.Rows.Select(row => row.Allowed));
    }

    [Fact]
    public async Task ANoisyRoundBelowItsFewestShares_IsNotOpened()
    {
        using ProtectedFederation federation = await ProtectedFederation.StartRoundAsync(host, change: design => design with
        {
            Privacy = new PrivacyProfile { ClippingNorm = 200, NoiseIntensity = 0.5 },
        });
        await federation.RunAsync(AssignmentKind.Train, 0, 1, 2, 3);
        await federation.VanishAsync(AssignmentKind.Train, 4);

        RoundDetail round = await federation.RoundAsync();
        Assert.Equal(RoundState.Failed, round.Row.State);
        Assert.Contains("with fewer the promised noise is not reached; 0 may stay away", round.Row.FailureReason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AStudyThatTheHouseDoesNotAccept_IsRefusedOnBothSides()
    {
        using ProtectedFederation federation = await ProtectedFederation.StartRoundAsync(host);
        federation.Hospitals[2].Policy = SitePolicy.Hosted with { ParameterSets = ["compact"] };

        await Assert.ThrowsAsync<SiteRefusedException>(() => federation.Hospitals[2].RunAsync(AssignmentKind.Train));
        await federation.Base.AdvanceAsync();

        ParticipationRow without = (await federation.RoundAsync()).Participations.Single(part => part.State == ParticipationState.Dropped);
        Assert.Contains("allows the parameter sets compact, but the study uses precise", without.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("shares", string.Join(' ', federation.Hospitals[2].Log), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ALedgerThatWasChangedAtTheSite_RaisesTheAlarm_AndTheUpdateIsNotTaken()
    {
        using ProtectedFederation federation = await ProtectedFederation.StartRoundAsync(host);
        await federation.RunAllAsync(AssignmentKind.Train);
        await federation.RunAllAsync(AssignmentKind.Unlock);
        await federation.EvaluateAsync();
        Hospital forger = federation.Hospitals[1];
        File.Delete(forger.Home.LedgerFile(federation.StudyId)); // and begins it anew, as if nothing had been released

        var refused = await Assert.ThrowsAsync<PortalRefusedException>(() => forger.RunAsync(AssignmentKind.Train));

        Assert.Contains("The ledgers differ", refused.Message, StringComparison.Ordinal);
        LedgerCopyRow copy = (await Ledgers.ListAsync(Viewer.Everything, federation.StudyId, default)).Single(row => row.InstitutionId == forger.Id);
        Assert.NotNull(copy.Alarm);
        IReadOnlyList<AuditRow> audit = await host.Services.GetRequiredService<AuditStore>().ListAsync(Viewer.Everything, forger.Id, 0, 20, default);
        Assert.Contains(audit, entry => entry.Action.StartsWith("ALARM", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AnOldRowThatWasChangedInThePortalsDatabase_IsFoundWhenTheNextRowArrives_ThoughItWasVerifiedBefore()
    {
        using ProtectedFederation federation = await ProtectedFederation.StartRoundAsync(host);
        await federation.RunAllAsync(AssignmentKind.Train);
        await federation.RunAllAsync(AssignmentKind.Unlock);
        await federation.EvaluateAsync();
        Hospital hospital = federation.Hospitals[1];
        Assert.Null((await Ledgers.VerifyAsync(Viewer.Everything, federation.StudyId, hospital.Id, default))!.Problem);
        await using (FedPortalDbContext db = await host.Services.GetRequiredService<IDbContextFactory<FedPortalDbContext>>().CreateDbContextAsync())
        {
            await db.LedgerCopyLines.Where(line => line.Sequence == 1 && db.LedgerCopies.Any(copy => copy.Id == line.CopyId && copy.InstitutionId == hospital.Id && copy.StudyId == federation.StudyId))
                .ExecuteUpdateAsync(line => line.SetProperty(l => l.Text, l => l.Text.Replace("\"allowed\":true", "\"allowed\":false")));
        }

        var refused = await Assert.ThrowsAsync<PortalRefusedException>(() => hospital.RunAsync(AssignmentKind.Train));

        Assert.Contains("The ledger does not verify: row 1", refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, (await Ledgers.VerifyAsync(Viewer.Everything, federation.StudyId, hospital.Id, default))!.Problem!.Row);
    }

    [Fact]
    public async Task OtherKeysThanTheRegisteredOnes_AreRefused()
    {
        using ProtectedFederation federation = await ProtectedFederation.StartRoundAsync(host);
        Hospital hospital = federation.Hospitals[0];
        File.Delete(hospital.Home.IdentityFile);

        var refused = await Assert.ThrowsAsync<PortalRefusedException>(() => hospital.RunAsync(AssignmentKind.Train));

        Assert.Contains("An administrator must take the old ones back first", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhenAllSlotsAreTaken_AnUploadIsAskedToWait()
    {
        using ProtectedFederation federation = await ProtectedFederation.StartRoundAsync(host);
        FakeSite site = await federation.Hospitals[0].BeginAsync(AssignmentKind.Train);
        UploadSlots slots = host.Services.GetRequiredService<UploadSlots>();
        using IDisposable one = slots.Take();
        using IDisposable two = slots.Take();

        using HttpResponseMessage busy = await site.ChunkAsync([1, 2, 3], 0);

        Assert.Equal(HttpStatusCode.TooManyRequests, busy.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), busy.Headers.RetryAfter?.Delta);
    }

    [Fact]
    public async Task AnUpdateThatIsTooLong_IsLeftOutByItsSketch_AndTheInstitutionCanAppealOnce()
    {
        using ProtectedFederation federation = await ProtectedFederation.StartRoundAsync(host);
        await federation.RunAsync(AssignmentKind.Train, 0, 1, 2, 3);
        await Attacker.SubmitAsync(federation, 4, (_, largest) => largest);
        await federation.Base.AdvanceAsync();

        RoundDetail round = await federation.RoundAsync();
        ParticipationRow excluded = round.Participations.Single(part => part.State == ParticipationState.Excluded);
        Assert.Equal(federation.Hospitals[4].Id, excluded.InstitutionId);
        Assert.Contains("clipping norms long where an honest one has at most 1", excluded.Reason, StringComparison.Ordinal);
        Assert.False(excluded.Verdict!.Accepted);
        await federation.RunAllAsync(AssignmentKind.Unlock);
        Assert.Equal(0.15f, await federation.MeanAsync(), 0.003f); // of 0, 0.1, 0.2 and 0.3

        AppealStore desk = host.Services.GetRequiredService<AppealStore>();
        var own = Viewer.Of(excluded.InstitutionId);
        var other = Viewer.Of(federation.Hospitals[0].Id);
        Assert.NotNull(await desk.RaiseAsync(other, round.Row.Id, excluded.InstitutionId, "It was not them.", "other", default));
        Assert.NotNull(await desk.DecideAsync(round.Row.Id, excluded.InstitutionId, true, "Yes.", "admin", default));
        Assert.Null(await desk.RaiseAsync(own, round.Row.Id, excluded.InstitutionId, "A detector was replaced.", "coordinator", default));
        Assert.NotNull(await desk.RaiseAsync(own, round.Row.Id, excluded.InstitutionId, "Again.", "coordinator", default));
        Assert.Null(await desk.DecideAsync(round.Row.Id, excluded.InstitutionId, true, "Believable.", "admin", default));
        IReadOnlyList<AuditRow> audit = await host.Services.GetRequiredService<AuditStore>().ListAsync(Viewer.Everything, round.Row.Id, 0, 50, default);
        Assert.Contains(audit, entry => entry.Actor == "coordinator" && entry.Action.Contains("A detector was replaced.", StringComparison.Ordinal));
        Assert.Contains(audit, entry => entry.Actor == "admin" && entry.Action.Contains("upheld", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AHarmlessSketchWithAHarmfulUpdate_MakesTheSumCheckFail_AndNothingIsPublished()
    {
        using ProtectedFederation federation = await ProtectedFederation.StartRoundAsync(host);
        await federation.RunAsync(AssignmentKind.Train, 0, 1, 2, 3);
        await Attacker.SubmitAsync(federation, 4, (_, largest) => largest, (_, _) => 0);
        await federation.Base.AdvanceAsync();
        await federation.RunAllAsync(AssignmentKind.Unlock);

        RoundDetail round = await federation.RoundAsync();
        Assert.Equal(RoundState.Failed, round.Row.State);
        Assert.Contains("The sketches do not belong to the sum", round.Row.FailureReason, StringComparison.Ordinal);
        Assert.Null(round.AggregateHash);
    }

    private LedgerStore Ledgers => host.Services.GetRequiredService<LedgerStore>();

    private async Task<LedgerVerification> AssertLedgersAgreeAsync(ProtectedFederation federation, Hospital hospital)
    {
        string[] own = await File.ReadAllLinesAsync(hospital.Home.LedgerFile(federation.StudyId));
        IReadOnlyList<string> copy = (await Ledgers.LinesAsync(Viewer.Everything, federation.StudyId, hospital.Id, default))!;
        string key = LedgerLine.PublicKeyText(hospital.Keys.Signing);
        LedgerVerification site = LedgerVerifier.Verify(own, key);
        LedgerVerification portal = LedgerVerifier.Verify([.. copy], key);
        Assert.Null(site.Problem);
        Assert.Null(portal.Problem);
        Assert.Null(LedgerComparison.Of(site, portal).Difference);
        Assert.Equal(site.Rows.Count, portal.Countersignatures.Count);
        Assert.Equal(site.Rows.Count, site.Countersignatures.Count);
        return portal;
    }

    private static double EpsilonOf(ProtectedFederation federation, int hospital)
    {
        LedgerVerification ledger = LedgerVerifier.Verify(File.ReadAllLines(federation.Hospitals[hospital].Home.LedgerFile(federation.StudyId)));
        return Assert.IsType<EpsilonStatement>(ledger.Statements[PrivacyView.PublishedSum]).Epsilon;
    }

    private static async Task<byte[]> UpdateOfAsync(ProtectedFederation federation, int hospital)
    {
        RoundDetail round = await federation.RoundAsync();
        string hash = round.Participations.Single(part => part.InstitutionId == federation.Hospitals[hospital].Id).UpdateHash!;
        return await File.ReadAllBytesAsync(federation.Base.Blobs.PathOf(hash));
    }

    private static Task<HttpResponseMessage> FinishAsync(FakeSite site, string hash, Func<MessageBinding, MessageBinding>? change = null) => site.Http.PostAsJsonAsync(
        SiteRoutes.ProtectedUpdate,
        new ProtectedUpdateMessage(change?.Invoke(site.Assignment.Binding) ?? site.Assignment.Binding, hash, [], 0.5, 7, "test", []), ProtocolJson.Options);

    private static Task<HttpResponseMessage> AnswerAsync(FakeSite site, byte[] answer) =>
        site.Http.PostAsJsonAsync(SiteRoutes.Unlock, new AnswerMessage(site.Assignment.Binding, answer, []), ProtocolJson.Options);

    private static async Task<byte[]> HonestAnswerAsync(ProtectedFederation federation, FakeSite site, int hospital)
    {
        UnlockMessage message = (await site.Http.GetFromJsonAsync<UnlockMessage>(SiteRoutes.Unlock, ProtocolJson.Options))!;
        return Helpers.Answer(site, federation.Hospitals[hospital], message);
    }

    private static async Task<HttpResponseMessage> LieAsync(ProtectedFederation federation, int hospital)
    {
        FakeSite site = await federation.Hospitals[hospital].BeginAsync(AssignmentKind.Unlock);
        UnlockMessage message = (await site.Http.GetFromJsonAsync<UnlockMessage>(SiteRoutes.Unlock, ProtocolJson.Options))!;
        return await AnswerAsync(site, Helpers.Lie(site, federation.Hospitals[hospital], message));
    }

    private static async Task AssertRefusedAsync(HttpResponseMessage answer, HttpStatusCode status, string words)
    {
        string body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == status, $"expected {status} but got {answer.StatusCode}: {body}");
        using var problem = JsonDocument.Parse(body);
        Assert.Contains(words, problem.RootElement.GetProperty("detail").GetString(), StringComparison.Ordinal);
        answer.Dispose();
    }
}
