using System.Net;
using System.Text.Json;
using FedPortal.Data;
using FedPortal.Models;
using FedPortal.Rounds;
using FedPortal.Studies;
using FedPortal.Tests.Support;
using FedPortal.Training.Models;
using FedPortal.Training.Protocol;
using Xunit;

namespace FedPortal.Tests.Portal.Api;

public class SiteProtocolTests(PortalHost host) : IClassFixture<PortalHost>
{
    /// <summary>A word that the refusal must contain, the status, and how the header is wrong.</summary>
    public static TheoryData<string, HttpStatusCode, Func<UpdateHeader, UpdateHeader>> WrongHeaders => new()
    {
        { "assignment", HttpStatusCode.Conflict, h => h with { Binding = h.Binding with { AssignmentId = Guid.Empty } } },
        { "study", HttpStatusCode.Conflict, h => h with { Binding = h.Binding with { StudyId = Guid.Empty } } },
        { "round 1 but the message has 2", HttpStatusCode.Conflict, h => h with { Binding = h.Binding with { Round = 2 } } },
        { "attempt 1 but the message has 7", HttpStatusCode.Conflict, h => h with { Binding = h.Binding with { Attempt = 7 } } },
        { "sender", HttpStatusCode.Conflict, h => h with { Binding = h.Binding with { InstitutionId = Guid.Empty } } },
        { "layout", HttpStatusCode.Conflict, h => h with { LayoutHash = "another" } },
        { "base version 0 but the message has 3", HttpStatusCode.Conflict, h => h with { BaseVersion = 3 } },
        { "base model", HttpStatusCode.Conflict, h => h with { BaseHash = new string('0', 64) } },
        { "1 to 10 training images", HttpStatusCode.Conflict, h => h with { SampleCount = 11 } },
        { "1 to 10 training images", HttpStatusCode.Conflict, h => h with { SampleCount = 0 } },
    };

    [Fact]
    public async Task AWholeRoundOverHttp_MakesTheWeightedMean_AndCompletesTheStudy()
    {
        FakeFederation federation = await FakeFederation.StartRoundAsync(host, institutions: 2, quorum: 2);
        FakeSite first = await federation.BeginAsync(AssignmentKind.Train, federation.Institutions[0]);
        FakeSite second = await federation.BeginAsync(AssignmentKind.Train, federation.Institutions[1]);
        Assert.Equal(RoundState.Training, (await federation.RoundAsync()).Row.State);

        (await first.SubmitUpdateAsync(1f)).EnsureSuccessStatusCode();
        (await second.SubmitUpdateAsync(4f, second.GoodUpdate with { SampleCount = 20 })).EnsureSuccessStatusCode();
        await federation.AdvanceAsync();
        await federation.EvaluateAsync();

        RoundDetail round = await federation.RoundAsync();
        Assert.Equal(RoundState.Completed, round.Row.State);
        Assert.All(round.Participations, p => Assert.Equal(ParticipationState.Accepted, p.State));
        Assert.Equal(StudyState.Completed, (await federation.Studies.FindAsync(Viewer.Everything, federation.StudyId, default))!.Row.State);

        // (10 · 1 + 20 · 4) / 30 = 3 is added to the first model's i / 8.
        float[] next = Safetensors.Load(federation.Blobs.PathOf(round.ModelHash!)).Tensors["weight"].Values.ToArray();
        Assert.Equal([.. Enumerable.Range(0, 12).Select(i => (i / 8f) + 3f)], next);

        // Both hold-outs pooled: 8 images, of each institution's 4 the 1st, 2nd and 4th are right.
        EvaluationRow pooled = Assert.Single(round.Evaluations, e => e.Scope == EvaluationScope.Pooled);
        Assert.Equal(8, pooled.Report.SampleCount);
        Assert.Equal(0.75, round.Row.PooledAccuracy!.Value, 12);
        Assert.Contains(round.Timings, t => t is { Stage: "train", Seconds: 1.5 });
    }

    [Fact]
    public async Task TheTokenWorksOnce_AndNoOtherTokenWorks()
    {
        FakeFederation federation = await FakeFederation.StartAsync(host, institutions: 1, quorum: 1);
        FakeSite site = await federation.BeginAsync(AssignmentKind.Initialise);
        using HttpClient other = federation.NewClient();

        using HttpResponseMessage again = await other.PostAsJsonAsync(SiteRoutes.Session, new JoinRequest(site.Attempt.Token), ProtocolJson.Options);
        using HttpResponseMessage guessed = await other.PostAsJsonAsync(SiteRoutes.Session, new JoinRequest(AssignmentStore.NewSecret()), ProtocolJson.Options);

        Assert.Equal(HttpStatusCode.Unauthorized, again.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, guessed.StatusCode);
    }

    [Fact]
    public async Task TheSameUpdateTwice_IsTakenOnce_AndAnotherOneIsRefused()
    {
        FakeFederation federation = await FakeFederation.StartRoundAsync(host, institutions: 2, quorum: 2);
        FakeSite site = await federation.BeginAsync(AssignmentKind.Train, federation.Institutions[0]);

        SubmissionReceipt first = await ReceiptAsync(await site.SubmitUpdateAsync(1f));
        SubmissionReceipt second = await ReceiptAsync(await site.SubmitUpdateAsync(1f));
        using HttpResponseMessage other = await site.SubmitUpdateAsync(2f);

        Assert.False(first.Duplicate);
        Assert.True(second.Duplicate);
        Assert.Equal(first.Hash, second.Hash);
        Assert.Equal(HttpStatusCode.Conflict, other.StatusCode);
        Assert.Contains(first.Hash, await DetailAsync(other), StringComparison.Ordinal);
        Assert.Equal(first.Hash, (await federation.RoundAsync()).Participations.Single(p => p.UpdateHash is not null).UpdateHash);
    }

    [Theory]
    [MemberData(nameof(WrongHeaders))]
    public async Task AWrongHeader_IsRefusedWithBothSides_AndChangesNothing(string words, HttpStatusCode status, Func<UpdateHeader, UpdateHeader> spoil)
    {
        FakeSite site = await TrainingSiteAsync();

        using HttpResponseMessage answer = await site.SubmitUpdateAsync(1f, spoil(site.GoodUpdate));

        await AssertRefusedAsync(site, answer, status, words);
    }

    [Fact]
    public async Task WrongContent_IsRefusedWithBothSides_AndChangesNothing()
    {
        FakeSite site = await TrainingSiteAsync();

        await AssertRefusedAsync(site, await site.PutAsync(SiteRoutes.Update, site.GoodUpdate, new float[13]), HttpStatusCode.UnprocessableEntity, "14 values (56 bytes) after the header but got 52 bytes");
        await AssertRefusedAsync(site, await site.SubmitUpdateAsync(float.NaN), HttpStatusCode.UnprocessableEntity, "value 0 is NaN");
        await AssertRefusedAsync(site, await site.PutAsync(SiteRoutes.Update, "something else entirely"u8.ToArray()), HttpStatusCode.UnprocessableEntity, "FPSUBM01");
        await AssertRefusedAsync(site, await site.PutAsync(SiteRoutes.Update, [1, 2, 3], new string('0', 64)), HttpStatusCode.UnprocessableEntity, new string('0', 64));
        await AssertRefusedAsync(site, await site.PutAsync(SiteRoutes.Update, [1, 2, 3], "short"), HttpStatusCode.BadRequest, "'short'");
        await AssertRefusedAsync(site, await site.PutAsync(SiteRoutes.Evaluation, [1, 2, 3]), HttpStatusCode.Conflict, "The session is for Train, but the message is for Evaluate");
        await AssertRefusedAsync(site, await site.PutAsync(SiteRoutes.Update, new byte[(16 << 20) + 100]), HttpStatusCode.RequestEntityTooLarge, "at most 16777272 bytes");
    }

    [Fact]
    public async Task AnUpdateWithoutLength_IsRefused()
    {
        FakeSite site = await TrainingSiteAsync();
        using var request = new HttpRequestMessage(HttpMethod.Put, SiteRoutes.Update) { Content = new StreamContent(new MemoryStream([1, 2, 3])) };
        request.Headers.TransferEncodingChunked = true;
        request.Headers.Add(SiteRoutes.HashHeader, new string('0', 64));

        await AssertRefusedAsync(site, await site.Http.SendAsync(request), HttpStatusCode.LengthRequired, "Content-Length");
    }

    [Fact]
    public async Task ALaterAttempt_FencesOffTheEarlierOne()
    {
        FakeFederation federation = await FakeFederation.StartRoundAsync(host, institutions: 1, quorum: 1);
        FakeSite early = await federation.BeginAsync(AssignmentKind.Train, federation.Institutions[0]);
        await federation.Assignments.TryEndAttemptAsync(early.Attempt.Context.Assignment.Id, early.Attempt.Lease, "It was silent.", default);
        FakeSite late = await federation.BeginAsync(AssignmentKind.Train, federation.Institutions[0]);

        using HttpResponseMessage report = await early.ReportAsync();
        using HttpResponseMessage update = await early.SubmitUpdateAsync(5f);
        using HttpResponseMessage good = await late.SubmitUpdateAsync(1f);

        Assert.Equal(HttpStatusCode.Unauthorized, report.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, update.StatusCode);
        Assert.Equal(HttpStatusCode.OK, good.StatusCode);
    }

    [Fact]
    public async Task Progress_IsShownOnTheRound_AndTheModelComesWithItsHash()
    {
        FakeFederation federation = await FakeFederation.StartRoundAsync(host, institutions: 1, quorum: 1);
        FakeSite site = await federation.BeginAsync(AssignmentKind.Train, federation.Institutions[0]);

        (await site.ReportAsync()).EnsureSuccessStatusCode();
        byte[] model = await site.Http.GetByteArrayAsync($"{SiteRoutes.Models}/{site.Assignment.ModelHash}");
        using HttpResponseMessage other = await site.Http.GetAsync($"{SiteRoutes.Models}/{new string('0', 64)}");

        TrainingSnapshot shown = (await federation.RoundAsync()).Participations.Single().Snapshot!;
        Assert.Equal(("training", 1, 2, 3, 4, 0.5), (shown.Stage, shown.Epoch, shown.EpochCount, shown.Batch, shown.BatchCount, shown.Loss));
        Assert.Equal(site.Assignment.ModelHash, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(model)));
        Assert.Equal(HttpStatusCode.Conflict, other.StatusCode);
    }

    [Fact]
    public async Task WithoutASession_NothingOfTheProtocolAnswers()
    {
        FakeFederation federation = await FakeFederation.StartAsync(host, institutions: 1, quorum: 1);
        using HttpClient http = federation.NewClient();
        http.DefaultRequestHeaders.Authorization = new("Bearer", AssignmentStore.NewSecret());

        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync(SiteRoutes.Assignment)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.PostAsJsonAsync(SiteRoutes.Failure, new FailureMessage("x"))).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.PutAsync(SiteRoutes.Update, new ByteArrayContent([1]))).StatusCode);
    }

    private async Task<FakeSite> TrainingSiteAsync()
    {
        FakeFederation federation = await FakeFederation.StartRoundAsync(host, institutions: 1, quorum: 1);
        return await federation.BeginAsync(AssignmentKind.Train, federation.Institutions[0]);
    }

    private async Task AssertRefusedAsync(FakeSite site, HttpResponseMessage answer, HttpStatusCode status, string words)
    {
        Assert.Equal(status, answer.StatusCode);
        Assert.Contains(words, await DetailAsync(answer), StringComparison.Ordinal);
        answer.Dispose();
        RoundDetail round = (await host.Services.GetRequiredService<RoundStore>().FindAsync(Viewer.Everything, site.Assignment.Binding.StudyId, 1, default))!;
        Assert.Equal(ParticipationState.Training, round.Participations.Single().State);
    }

    private static async Task<SubmissionReceipt> ReceiptAsync(HttpResponseMessage answer)
    {
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<SubmissionReceipt>(ProtocolJson.Options))!;
    }

    private static async Task<string> DetailAsync(HttpResponseMessage answer)
    {
        using JsonDocument problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return problem.RootElement.GetProperty("detail").GetString()!;
    }
}
