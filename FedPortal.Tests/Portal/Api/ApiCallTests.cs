using System.Net;
using System.Text.Json;
using FedPortal.Api;
using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Studies;
using FedPortal.Tests.EndToEnd;
using FedPortal.Tests.Support;
using FedPortal.Training.AuditLog;
using Xunit;

namespace FedPortal.Tests.Portal.Api;

/// <summary>What programs do by the API: the same rules as on the pages, for every role.</summary>
public sealed class ApiCallTests(PortalHost host) : IClassFixture<PortalHost>
{
    private const string Root = "/api/v1";

    [Fact]
    public async Task AToken_ReachesWhatItsPersonReaches_InEveryRole()
    {
        SampleConsortium sample = await host.SampleAsync();
        AccessExamples examples = await AccessExamples.OfAsync(host, sample);
        RouteEndpoint[] reads = [.. Endpoints().Where(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Contains("GET"))];
        List<string> differences = [];
        HashSet<HttpStatusCode> seen = [];
        foreach ((string role, Guid? institution) in new (string, Guid?)[] { (Roles.Admin, null), (Roles.Auditor, null), (Roles.Coordinator, sample.InstitutionId), (Roles.Coordinator, sample.RealInstitutionId) })
        {
            string email = await host.AddUserAsync(role, institution);
            using HttpClient browser = await host.SignInAsync(email);
            using HttpClient program = host.WithToken(await host.TokenAsync(email, TokenScope.Read));
            foreach (RouteEndpoint endpoint in reads)
            {
                string path = examples.PathOf(endpoint.RoutePattern);
                using HttpResponseMessage byCookie = await browser.GetAsync(path);
                using HttpResponseMessage byToken = await program.GetAsync(path);
                seen.Add(byToken.StatusCode);
                if (byCookie.StatusCode != byToken.StatusCode)
                {
                    differences.Add($"{role} {path}: {byCookie.StatusCode} by cookie, {byToken.StatusCode} by token");
                }
            }
        }

        Assert.Empty(differences);
        Assert.Superset(new HashSet<HttpStatusCode> { HttpStatusCode.OK, HttpStatusCode.Forbidden, HttpStatusCode.NotFound }, seen);
    }

    [Fact]
    public async Task WhatARoleMayNotChange_NoTokenOfThatRoleChanges()
    {
        SampleConsortium sample = await host.SampleAsync();
        AccessExamples examples = await AccessExamples.OfAsync(host, sample);
        using HttpClient reader = await host.ProgramAsync(Roles.Admin, TokenScope.Read);
        using HttpClient auditor = await host.ProgramAsync(Roles.Auditor);
        RouteEndpoint[] writes = [.. Endpoints().Where(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods[0] is not ("GET" or "HEAD") && !ApiTraits.Of(endpoint).ChangesNothing)];
        List<string> taken = [];
        foreach (RouteEndpoint endpoint in writes)
        {
            string policy = string.Join(' ', endpoint.Metadata.OfType<Microsoft.AspNetCore.Authorization.IAuthorizeData>().Select(data => data.Policy));
            foreach ((string who, HttpClient client) in new[] { ("read token", reader), ("auditor", auditor) })
            {
                if (who == "auditor" && !policy.Contains(Policies.RunStudies, StringComparison.Ordinal) && !policy.Contains(Policies.ManagePeople, StringComparison.Ordinal) && !policy.Contains(Policies.BringData, StringComparison.Ordinal))
                {
                    continue;
                }

                using var request = new HttpRequestMessage(new HttpMethod(endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods[0]), examples.PathOf(endpoint.RoutePattern)) { Content = JsonContent.Create(new { }) };
                using HttpResponseMessage answer = await client.SendAsync(request);
                if (answer.StatusCode != HttpStatusCode.Forbidden || answer.Content.Headers.ContentType?.MediaType != "application/problem+json")
                {
                    taken.Add($"{who} {request.Method} {request.RequestUri}: {answer.StatusCode}");
                }
            }
        }

        Assert.True(writes.Length > 40, $"{writes.Length} operations that change something");
        Assert.Empty(taken);
    }

    [Fact]
    public async Task ForeignCoordinators_DecideNothingOfAnotherInstitution()
    {
        SampleConsortium sample = await host.SampleAsync();
        using HttpClient foreign = await host.ProgramAsync(Roles.Coordinator, TokenScope.ReadWrite, sample.RealInstitutionId);

        using HttpResponseMessage terms = await foreign.DeleteAsync($"{Root}/datasets/{sample.DatasetId}/terms");
        using HttpResponseMessage contact = await foreign.PutAsJsonAsync($"{Root}/institutions/{sample.InstitutionId}/contact", new { name = "Eve", email = "eve@example.test" });
        using HttpResponseMessage appeal = await foreign.PostAsJsonAsync($"{Root}/rounds/{sample.RunningRoundId}/appeals", new { institutionId = sample.InstitutionId, objection = "It should have counted." });
        using HttpResponseMessage record = await foreign.GetAsync($"{Root}/institutions/{sample.InstitutionId}/record");
        using HttpResponseMessage zip = await foreign.PutAsync($"{Root}/uploads?institution={sample.InstitutionId}&name=x", new ByteArrayContent([1]));

        Assert.Equal(
            [HttpStatusCode.NotFound, HttpStatusCode.Forbidden, HttpStatusCode.Forbidden, HttpStatusCode.NotFound, HttpStatusCode.Forbidden],
            new[] { terms, contact, appeal, record, zip }.Select(answer => answer.StatusCode));
    }

    [Fact]
    public async Task AnUploadByToken_NeedsNoTokenOfAPage()
    {
        SampleConsortium sample = await host.SampleAsync();
        using HttpClient own = await host.ProgramAsync(Roles.Coordinator, TokenScope.ReadWrite, sample.InstitutionId);

        using HttpResponseMessage begun = await own.PostAsJsonAsync($"{Root}/uploads/sessions", new { institution = sample.InstitutionId, name = "Winter", files = new[] { new { path = "normal/a.png", bytes = 3 } } });
        Guid id = (await begun.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetGuid();
        using HttpResponseMessage sent = await own.PutAsync($"{Root}/uploads/sessions/{id}/0?offset=0", new ByteArrayContent([1, 2, 3]));
        using HttpResponseMessage cancelled = await own.DeleteAsync($"{Root}/uploads/sessions/{id}");

        Assert.Equal([HttpStatusCode.Created, HttpStatusCode.OK, HttpStatusCode.NoContent], new[] { begun, sent, cancelled }.Select(answer => answer.StatusCode));
        Assert.Equal(3, (await sent.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("received").GetInt64());
    }

    [Fact]
    public async Task ADraft_IsWritten_Checked_Forecast_AndGuardedByItsTag()
    {
        SampleConsortium sample = await host.SampleAsync();
        using HttpClient admin = await host.ProgramAsync(Roles.Admin);
        using HttpResponseMessage made = await admin.PostAsync($"{Root}/studies/{sample.Studies.ProposedId}/clone", null);
        string draft = made.Headers.Location!.OriginalString;
        using HttpResponseMessage read = await admin.GetAsync(draft);
        JsonElement forecast = await admin.GetFromJsonAsync<JsonElement>($"{draft}/flight-plan");
        StudyForm form = (await read.Content.ReadFromJsonAsync<StudyForm>())!;
        form.Rounds = "many";

        using HttpResponseMessage saved = await SendAsync(admin, HttpMethod.Put, draft, form, ("If-Match", read.Headers.ETag!.Tag));
        using HttpResponseMessage stale = await SendAsync(admin, HttpMethod.Put, draft, form, ("If-Match", read.Headers.ETag!.Tag));
        JsonElement check = await admin.GetFromJsonAsync<JsonElement>($"{draft}/check");
        using HttpResponseMessage refused = await admin.PostAsync($"{draft}/propose", null);

        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        Assert.Equal(5, forecast.GetProperty("plan").GetProperty("roster").GetArrayLength());
        Assert.Equal(HttpStatusCode.NoContent, saved.StatusCode);
        Assert.Equal(HttpStatusCode.PreconditionFailed, stale.StatusCode);
        Assert.Contains($"If-Match was {read.Headers.ETag!.Tag}", Detail(await stale.Content.ReadAsStringAsync()), StringComparison.Ordinal);
        Assert.False(check.GetProperty("isValid").GetBoolean());
        Assert.Equal("Rounds", check.GetProperty("problems")[0].GetProperty("field").GetString());
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);

        form.Rounds = "12";
        await SendAsync(admin, HttpMethod.Put, draft, form);
        using HttpResponseMessage proposed = await admin.PostAsync($"{draft}/propose", null);
        string detail = await proposed.Content.ReadAsStringAsync();
        Assert.True(proposed.StatusCode is HttpStatusCode.Created, detail);
        string study = proposed.Headers.Location!.OriginalString;
        using HttpResponseMessage early = await admin.PostAsync($"{study}/start", null);
        Assert.Contains("The study is Proposed. Not signed yet by", Detail(await early.Content.ReadAsStringAsync()), StringComparison.Ordinal);
        using HttpResponseMessage present = await admin.GetAsync(study);
        using HttpResponseMessage late = await SendAsync(admin, HttpMethod.Post, $"{study}/cancel", null, ("If-Match", "\"0\""));
        using HttpResponseMessage cancelled = await SendAsync(admin, HttpMethod.Post, $"{study}/cancel", null, ("If-Match", present.Headers.ETag!.Tag));
        Assert.Equal([HttpStatusCode.Conflict, HttpStatusCode.PreconditionFailed, HttpStatusCode.OK], new[] { early, late, cancelled }.Select(answer => answer.StatusCode));
        foreach ((string move, HttpStatusCode expected) in new[] { ("archive", HttpStatusCode.OK), ("archive", HttpStatusCode.Conflict), ("restore", HttpStatusCode.OK), ("start", HttpStatusCode.Conflict) })
        {
            using HttpResponseMessage moved = await admin.PostAsync($"{study}/{move}", null);
            Assert.Equal(expected, moved.StatusCode);
        }
    }

    [Fact]
    public async Task InstitutionsAndPeople_AreAdmittedSuspendedInvitedAndShut()
    {
        await host.SampleAsync();
        using HttpClient admin = await host.ProgramAsync(Roles.Admin);
        using HttpResponseMessage admitted = await admin.PostAsJsonAsync($"{Root}/institutions", new { name = "Forest Hospital", shortCode = "forest" });
        string forest = admitted.Headers.Location!.OriginalString;
        using HttpResponseMessage twice = await admin.PostAsJsonAsync($"{Root}/institutions", new { name = "Forest Hospital", shortCode = "forest" });
        using HttpResponseMessage badCode = await admin.PostAsJsonAsync($"{Root}/institutions", new { name = "Forest Hospital", shortCode = "Forest!" });
        using HttpResponseMessage suspended = await admin.PostAsJsonAsync($"{forest}/suspend", new { reason = "Its certificate ran out." });
        using HttpResponseMessage active = await admin.PostAsync($"{forest}/reactivate", null);

        Assert.Equal(
            [HttpStatusCode.Created, HttpStatusCode.Conflict, HttpStatusCode.UnprocessableEntity, HttpStatusCode.OK, HttpStatusCode.OK],
            new[] { admitted, twice, badCode, suspended, active }.Select(answer => answer.StatusCode));
        Assert.Equal("Suspended", (await suspended.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("status").GetString());

        Guid id = Guid.Parse(forest.Split('/')[^1]);
        var offer = new { email = "hopper@example.test", name = "G. Hopper", roles = new[] { "Coordinator" }, institutionIds = new[] { id } };
        using HttpResponseMessage invited = await admin.PostAsJsonAsync($"{Root}/invitations", offer);
        using HttpResponseMessage again = await admin.PostAsJsonAsync($"{Root}/invitations", offer);
        string secret = (await invited.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("secret").GetString()!;
        (PortalUser? user, _) = await host.Services.GetRequiredService<PeopleDesk>().AcceptAsync(secret, PortalHost.Password, CancellationToken.None);
        using HttpResponseMessage rights = await admin.PutAsJsonAsync($"{Root}/people/{user!.Id}/rights", new { roles = new[] { "Auditor" }, institutionIds = new[] { id } });
        using HttpResponseMessage shut = await admin.PostAsync($"{Root}/people/{user.Id}/disable", null);
        using HttpResponseMessage open = await admin.PostAsync($"{Root}/people/{user.Id}/enable", null);

        Assert.Equal(
            [HttpStatusCode.Created, HttpStatusCode.UnprocessableEntity, HttpStatusCode.Conflict, HttpStatusCode.OK, HttpStatusCode.OK],
            new[] { invited, again, rights, shut, open }.Select(answer => answer.StatusCode));
        Assert.True((await shut.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("isDisabled").GetBoolean());
    }

    [Fact]
    public async Task Lists_AreReadPageByPage_UntilNothingFollows()
    {
        await host.SampleAsync();
        using HttpClient auditor = await host.ProgramAsync(Roles.Auditor, TokenScope.Read);
        foreach (string list in new[] { "institutions", "rounds", "audit", "people", "datasets", "models" })
        {
            string[] whole = await PageAsync($"{Root}/{list}?limit=1000");
            List<string> pages = [];
            string? next = $"{Root}/{list}?limit=2";
            while (next is not null)
            {
                using HttpResponseMessage page = await auditor.GetAsync(next);
                pages.AddRange(await RowsAsync(page));
                next = page.Headers.TryGetValues("Link", out IEnumerable<string>? links) ? links.Single().Split('<', '>')[1] : null;
            }

            // Requests of programs are not told to the log, so nothing comes in between.
            Assert.True(whole.Length > 1, $"{list}: {whole.Length}");
            Assert.Equal(whole, pages);
        }

        using HttpResponseMessage tooMany = await auditor.GetAsync($"{Root}/rounds?limit=1001");
        using HttpResponseMessage nowhere = await auditor.GetAsync($"{Root}/institutions?after=nobody");
        using HttpResponseMessage unreadable = await auditor.GetAsync($"{Root}/rounds?state=Sideways");
        Assert.Contains("from 1 to 1000 but is 1001", Detail(await tooMany.Content.ReadAsStringAsync()), StringComparison.Ordinal);
        Assert.Contains("no entry 'nobody'", Detail(await nowhere.Content.ReadAsStringAsync()), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, unreadable.StatusCode);
        Assert.Contains("Sideways", Detail(await unreadable.Content.ReadAsStringAsync()), StringComparison.Ordinal);

        async Task<string[]> PageAsync(string address)
        {
            using HttpResponseMessage page = await auditor.GetAsync(address);
            return await RowsAsync(page);
        }

        static async Task<string[]> RowsAsync(HttpResponseMessage page) => [.. (await page.Content.ReadFromJsonAsync<JsonElement>()).EnumerateArray().Select(row => row.GetRawText())];
    }

    [Fact]
    public async Task TheLog_IsVerifiedByACall()
    {
        await host.SampleAsync();
        using HttpClient auditor = await host.ProgramAsync(Roles.Auditor, TokenScope.Read);

        JsonElement found = await auditor.GetFromJsonAsync<JsonElement>($"{Root}/audit/verification");
        AuditLogVerification known = await host.Services.GetRequiredService<AuditLogStore>().VerifyAsync(Viewer.Everything, null, CancellationToken.None);

        Assert.True(found.GetProperty("isValid").GetBoolean());
        Assert.True(found.GetProperty("lastSequence").GetInt64() is > 3 and var last && last <= known.LastSequence);
    }

    [Fact]
    public async Task OneKey_MakesOneThing_HoweverOftenAndHoweverManyAtOnce()
    {
        using HttpClient admin = await host.ProgramAsync(Roles.Admin);
        var body = new { name = "Made once" };

        HttpResponseMessage[] answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => SendAsync(admin, HttpMethod.Post, $"{Root}/drafts", body, (ApiIdempotency.Header, "order-1"))));
        using HttpResponseMessage later = await SendAsync(admin, HttpMethod.Post, $"{Root}/drafts", body, (ApiIdempotency.Header, "order-1"));
        using HttpResponseMessage other = await SendAsync(admin, HttpMethod.Post, $"{Root}/drafts", new { name = "Another" }, (ApiIdempotency.Header, "order-1"));
        JsonElement drafts = await admin.GetFromJsonAsync<JsonElement>($"{Root}/drafts");

        Assert.Single(drafts.EnumerateArray(), draft => draft.GetProperty("title").GetString() == "Made once");
        Assert.All(answers, answer => Assert.True(answer.StatusCode is HttpStatusCode.Created or HttpStatusCode.Conflict, $"{answer.StatusCode}"));
        HttpResponseMessage first = answers.First(answer => answer.StatusCode == HttpStatusCode.Created);
        Assert.Equal(HttpStatusCode.Created, later.StatusCode);
        Assert.Equal("true", later.Headers.GetValues(ApiIdempotency.ReplayHeader).Single());
        Assert.Equal((await first.Content.ReadAsStringAsync(), first.Headers.Location), (await later.Content.ReadAsStringAsync(), later.Headers.Location));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, other.StatusCode);
        Assert.DoesNotContain(drafts.EnumerateArray(), draft => draft.GetProperty("title").GetString() == "Another");
    }

    [Fact]
    public async Task ARefusedRequest_IsNotRemembered_AndAKeyBelongsToItsPerson()
    {
        using HttpClient admin = await host.ProgramAsync(Roles.Admin);
        using HttpClient second = await host.ProgramAsync(Roles.Admin);
        using HttpResponseMessage refused = await SendAsync(admin, HttpMethod.Post, $"{Root}/institutions", new { name = "Hill", shortCode = "Not one" }, (ApiIdempotency.Header, "k"));
        using HttpResponseMessage made = await SendAsync(admin, HttpMethod.Post, $"{Root}/institutions", new { name = "Hill", shortCode = "hill" }, (ApiIdempotency.Header, "k"));
        using HttpResponseMessage theirs = await SendAsync(second, HttpMethod.Post, $"{Root}/institutions", new { name = "Vale", shortCode = "vale" }, (ApiIdempotency.Header, "k"));
        using HttpResponseMessage badKey = await SendAsync(second, HttpMethod.Post, $"{Root}/institutions", new { name = "Dale", shortCode = "dale" }, (ApiIdempotency.Header, new string('x', 101)));

        Assert.Equal(
            [HttpStatusCode.UnprocessableEntity, HttpStatusCode.Created, HttpStatusCode.Created, HttpStatusCode.BadRequest],
            new[] { refused, made, theirs, badKey }.Select(answer => answer.StatusCode));
    }

    [Fact]
    public async Task WhatIsShownOnce_LiesEncryptedUntilItsRepetition()
    {
        using HttpClient admin = await host.ProgramAsync(Roles.Admin);
        var offer = new { email = "sealed@example.test", name = "S. Ealed", roles = new[] { "Auditor" } };
        using HttpResponseMessage made = await SendAsync(admin, HttpMethod.Post, $"{Root}/invitations", offer, (ApiIdempotency.Header, "once"));
        using HttpResponseMessage again = await SendAsync(admin, HttpMethod.Post, $"{Root}/invitations", offer, (ApiIdempotency.Header, "once"));
        string secret = (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("secret").GetString()!;
        await using FedPortalDbContext db = await host.Services.GetRequiredService<Microsoft.EntityFrameworkCore.IDbContextFactory<FedPortalDbContext>>().CreateDbContextAsync();
        IdempotentRequest kept = db.IdempotentRequests.Single(request => request.Key == "once");

        Assert.Equal(await made.Content.ReadAsStringAsync(), await again.Content.ReadAsStringAsync());
        Assert.DoesNotContain(secret, kept.SealedAnswer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EndingARound_NeedsTheWordThatItsStudyEnds()
    {
        SampleConsortium sample = await host.SampleAsync();
        using HttpClient admin = await host.ProgramAsync(Roles.Admin);

        using HttpResponseMessage unsaid = await admin.PostAsJsonAsync($"{Root}/rounds/{sample.RunningRoundId}/cancel", new { endsStudy = false });
        using HttpResponseMessage old = await admin.PostAsJsonAsync($"{Root}/rounds/{sample.CompletedRoundId}/cancel", new { endsStudy = true });
        using HttpResponseMessage running = await admin.PostAsync($"{Root}/rounds/{sample.RunningRoundId}/retry", null);

        Assert.Contains("expected endsStudy = true but got false", Detail(await unsaid.Content.ReadAsStringAsync()), StringComparison.Ordinal);
        Assert.Contains("is not the latest of its study", Detail(await old.Content.ReadAsStringAsync()), StringComparison.Ordinal);
        Assert.Contains("the round is Training and the study is Running", Detail(await running.Content.ReadAsStringAsync()), StringComparison.Ordinal);
    }

    private static string Detail(string problem) => JsonDocument.Parse(problem).RootElement.GetProperty("detail").GetString()!;

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, HttpMethod method, string address, object? body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, address) { Content = body is null ? null : JsonContent.Create(body) };
        foreach ((string name, string value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await client.SendAsync(request);
    }

    private IEnumerable<RouteEndpoint> Endpoints() => host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        .Where(endpoint => $"/{endpoint.RoutePattern.RawText!.TrimStart('/')}".StartsWith($"{Root}/", StringComparison.Ordinal));
}
