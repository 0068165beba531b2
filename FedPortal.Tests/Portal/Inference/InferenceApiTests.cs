using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Inference;
using FedPortal.Jobs.Inference;
using FedPortal.Tests.Support;
using FedPortal.Tests.Training.Explanation;
using FedPortal.Training.Imaging;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Xunit;

namespace FedPortal.Tests.Portal.Inference;

/// <summary>A picture over HTTP, through the real child processes.</summary>
[Collection("Heavy")]
public sealed class InferenceApiTests(PortalHost host) : IClassFixture<PortalHost>
{
    private static readonly byte[] Phantom = GreyPng.Encode(OtherPictures.Phantom(4), isSynthetic: true);

    private InferenceKeyStore Keys => host.Services.GetRequiredService<InferenceKeyStore>();

    private InferenceDesk Desk => host.Services.GetRequiredService<InferenceDesk>();

    [Fact]
    public async Task APicture_IsAnswered_CountedAndForgotten_AndAKilledModelIsLoadedAgain()
    {
        PortalHost.RequireTraining();
        ReleasedModel model = await ReleasedModel.AddToAsync(host);
        string key = await KeyAsync(model, perDay: 100, perMinute: 50);
        long day = InferenceKey.DayOf(TimeProvider.System.GetUtcNow());

        using JsonDocument answer = JsonDocument.Parse(await BodyAsync(await SendAsync(model.StudyId, key, Phantom, "image/png", "?attention=true")));
        JsonElement root = answer.RootElement;
        Assert.Equal(
            ["study", "modelVersion", "modelHash", "modelSynthetic", "prediction", "probabilities", "calibrated", "calibration", "confidenceBin", "novelty", "notes", "attention", "notice"],
            root.EnumerateObject().Select(field => field.Name));
        Assert.Equal(1, root.GetProperty("calibrated").EnumerateObject().Sum(p => p.Value.GetDouble()), 4);
        Assert.Equal(60, root.GetProperty("calibration").GetProperty("holdoutImages").GetInt32());
        Assert.False(root.GetProperty("novelty").GetProperty("unlike").GetBoolean());
        Assert.Equal(64, root.GetProperty("attention").GetProperty("size").GetInt32());
        Assert.StartsWith("Not a medical device", root.GetProperty("notice").GetString(), StringComparison.Ordinal);

        using (JsonDocument noise = JsonDocument.Parse(await BodyAsync(await SendAsync(model.StudyId, key, GreyPng.Encode(OtherPictures.Noise(1), false), "image/png"))))
        {
            Assert.True(noise.RootElement.GetProperty("novelty").GetProperty("unlike").GetBoolean());
            Assert.Equal(JsonValueKind.Null, noise.RootElement.GetProperty("attention").ValueKind);
        }

        ServedVersion served = (await host.Services.GetRequiredService<InferenceStore>().FindAsync(model.StudyId, null, default))!;
        int first = (await Desk.LoadedAsync(default))[served.BlobHash];
        using (var child = System.Diagnostics.Process.GetProcessById(first))
        {
            child.Kill();
            await child.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        using HttpResponseMessage after = await SendAsync(model.StudyId, key, Phantom, "image/png");
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
        Assert.NotEqual(first, (await Desk.LoadedAsync(default))[served.BlobHash]);

        DriftView drift = (await host.Services.GetRequiredService<DriftStore>().FindAsync(model.StudyId, 0, default))!;
        Assert.Equal((3, 1), (drift.Report.Count, drift.Report.UnlikeCount));
        Assert.Equal(3, drift.Report.Findings.Single(finding => finding.Subject == DriftSubject.Classes).Observed.Sum());
        InferenceKeyRow used = (await Keys.ListAsync(Viewer.Everything, default)).Single(row => row.StudyId == model.StudyId);
        bool isSameDay = InferenceKey.DayOf(TimeProvider.System.GetUtcNow()) == day;
        Assert.Equal((isSameDay ? 3 : used.UsedToday, 3L), (used.UsedToday, used.UsedEver));
    }

    [Fact]
    public async Task EveryRefusal_HasItsStatus_AndSaysBothSides()
    {
        PortalHost.RequireTraining();
        ReleasedModel model = await ReleasedModel.AddToAsync(host);
        string key = await KeyAsync(model, perDay: 100, perMinute: 50);
        int most = host.Services.GetRequiredService<IOptions<InferenceOptions>>().Value.MaxBytes;

        await AssertRefusedAsync(HttpStatusCode.Unauthorized, "has none", await SendAsync(model.StudyId, null, Phantom, "image/png"));
        await AssertRefusedAsync(HttpStatusCode.Unauthorized, "unknown, revoked or over", await SendAsync(model.StudyId, "fedm_no", Phantom, "image/png"));
        var elsewhere = Guid.NewGuid();
        await AssertRefusedAsync(HttpStatusCode.Forbidden, $"for the study {model.StudyId} but the request is for {elsewhere}", await SendAsync(elsewhere, key, Phantom, "image/png"));
        await AssertRefusedAsync(HttpStatusCode.UnsupportedMediaType, "got 'text/plain'", await SendAsync(model.StudyId, key, Phantom, "text/plain"));
        await AssertRefusedAsync(HttpStatusCode.RequestEntityTooLarge, $"at most {most} bytes", await SendAsync(model.StudyId, key, new byte[most + 1], "image/png"));
        await AssertRefusedAsync(HttpStatusCode.UnprocessableEntity, "", await SendAsync(model.StudyId, key, new byte[500], "application/dicom"));

        string small = await KeyAsync(model, perDay: 100, perMinute: 1);
        using HttpResponseMessage counted = await SendAsync(model.StudyId, small, [1], "text/plain");
        using HttpResponseMessage over = await SendAsync(model.StudyId, small, Phantom, "image/png");
        if (over.StatusCode == HttpStatusCode.TooManyRequests)
        {
            Assert.InRange(over.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        }
        else
        {
            // The minute ended between the two.
            await AssertRefusedAsync(HttpStatusCode.TooManyRequests, "1 requests a minute and 1 were made", await SendAsync(model.StudyId, small, Phantom, "image/png"));
        }

        Guid id = (await Keys.ListAsync(Viewer.Everything, default)).First(row => row.StudyId == model.StudyId && row.RequestsPerMinute == 50).Id;
        Assert.Null(await Keys.RevokeAsync(id, "Ada", default));
        await AssertRefusedAsync(HttpStatusCode.Unauthorized, "revoked", await SendAsync(model.StudyId, key, Phantom, "image/png"));
        Assert.NotNull(await Keys.RevokeAsync(id, "Ada", default));
    }

    [Fact]
    public async Task OfManyRequestsAtOnce_NoMorePassThanTheQuotaAllows()
    {
        ReleasedModel model = await ReleasedModel.AddToAsync(host);
        await KeyAsync(model, perDay: 7, perMinute: 1000);
        Guid id = (await Keys.ListAsync(Viewer.Everything, default)).Single(row => row.StudyId == model.StudyId).Id;

        QuotaAnswer[] answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => Task.Run(() => Keys.TakeAsync(id, default))));

        Assert.Equal(7, answers.Count(answer => answer.MayGoOn));
        Assert.All(answers.Where(answer => !answer.MayGoOn), answer => Assert.Equal("The key allows 7 requests a day and 7 were made today.", answer.Reason));
        Assert.All(answers.Where(answer => !answer.MayGoOn), answer => Assert.InRange(answer.RetryAfter.TotalHours, 0, 24));
    }

    [Fact]
    public async Task AKey_IsKeptAsItsHashOnly_ToldInTheLog_AndSeenByTheOwnInstitution()
    {
        ReleasedModel model = await ReleasedModel.AddToAsync(host);
        string key = await KeyAsync(model, perDay: 5, perMinute: 5);
        await using FedPortalDbContext db = await host.Services.GetRequiredService<IDbContextFactory<FedPortalDbContext>>().CreateDbContextAsync();
        InferenceKey stored = await db.InferenceKeys.SingleAsync(k => k.StudyId == model.StudyId, TestContext.Current.CancellationToken);

        Assert.StartsWith("fedm_", key, StringComparison.Ordinal);
        Assert.DoesNotContain(key[10..], JsonSerializer.Serialize(stored), StringComparison.Ordinal);
        IReadOnlyList<AuditRow> log = await host.Services.GetRequiredService<AuditStore>().ListAsync(Viewer.Everything, model.InstitutionId, 0, 20, default);
        AuditRow told = Assert.Single(log, entry => entry.Action.StartsWith("Inference key", StringComparison.Ordinal));
        Assert.DoesNotContain(key, told.Action, StringComparison.Ordinal);
        Assert.Contains(await Keys.ListAsync(Viewer.Of(model.InstitutionId), default), row => row.Id == stored.Id);
        Assert.DoesNotContain(await Keys.ListAsync(Viewer.Of(model.OtherInstitutionId), default), row => row.Id == stored.Id);
        await Assert.ThrowsAsync<ArgumentException>(() => KeyAsync(model, perDay: 0, perMinute: 1));
    }

    [Fact]
    public async Task OwnPictures_AreForAdminsAndTheStudysCoordinators()
    {
        ReleasedModel model = await ReleasedModel.AddToAsync(host);
        async Task<bool> MayUploadAsync(string role, Guid? institution)
        {
            using HttpClient client = await host.SignInAsync(await host.AddUserAsync(role, institution));
            string page = await client.GetStringAsync($"/models/{model.StudyId}/0/try");
            Assert.Contains("Not a medical device.", page, StringComparison.Ordinal);
            Assert.Contains("Try with a synthetic X-ray", page, StringComparison.Ordinal);
            return page.Contains("Drop an X-ray here", StringComparison.Ordinal);
        }

        Assert.True(await MayUploadAsync(Roles.Admin, null));
        Assert.True(await MayUploadAsync(Roles.Coordinator, model.InstitutionId));
        Assert.False(await MayUploadAsync(Roles.Coordinator, model.OtherInstitutionId));
        Assert.False(await MayUploadAsync(Roles.Auditor, null));
    }

    private Task<string> KeyAsync(ReleasedModel model, int perDay, int perMinute) => Keys.CreateAsync(
        new InferenceKeyOffer(model.StudyId, model.InstitutionId, "Reading room", perDay, perMinute, TimeProvider.System.GetUtcNow().AddDays(2)), "Ada", default);

    private async Task<HttpResponseMessage> SendAsync(Guid study, string? key, byte[] file, string contentType, string query = "")
    {
        using HttpClient client = host.NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/inference/{study}{query}") { Content = new ByteArrayContent(file) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        if (key is not null)
        {
            request.Headers.Add("X-Api-Key", key);
        }

        return await client.SendAsync(request);
    }

    private static async Task<string> BodyAsync(HttpResponseMessage response)
    {
        using (response)
        {
            string body = await response.Content.ReadAsStringAsync();
            Assert.True(response.IsSuccessStatusCode, body);
            return body;
        }
    }

    private static async Task AssertRefusedAsync(HttpStatusCode expected, string said, HttpResponseMessage response)
    {
        using (response)
        {
            string body = await response.Content.ReadAsStringAsync();
            Assert.True(response.StatusCode == expected, $"{(int)response.StatusCode}: {body}");
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
            using JsonDocument problem = JsonDocument.Parse(body);
            Assert.Contains(said, problem.RootElement.GetProperty("detail").GetString(), StringComparison.Ordinal);
        }
    }
}
