using System.Collections.Concurrent;
using System.Net;
using System.Security.Claims;
using System.Text.Json;
using FedPortal.Api;
using FedPortal.Audit;
using FedPortal.Data;
using FedPortal.Datasets;
using FedPortal.Identity;
using FedPortal.Models;
using FedPortal.Operation;
using FedPortal.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace FedPortal.Tests.Portal.Api;

/// <summary>What the pages of operation, models and privacy do, done by programs: the same rules, and an audit log that tells the token. Jobs are asked for and do not run.</summary>
public sealed class ApiOperationTests(PortalHost host) : IClassFixture<PortalHost>
{
    private const string Root = "/api/v1";
    private const string ByToken = "A. Admin (token 'A test')";
    private static readonly ConcurrentDictionary<(string Role, Guid? Institution), Task<string>> Tokens = new();

    [Fact]
    public async Task TheAuditLog_TellsTheTokenOfAProgram_AndThePersonAloneOfABrowser()
    {
        SampleConsortium sample = await QuietSampleAsync();
        string email = await host.AddUserAsync(Roles.Admin);
        string token = await host.TokenAsync(email, TokenScope.ReadWrite);
        using HttpClient program = host.WithToken(token);
        using HttpClient browser = await host.SignInAsync(email);
        browser.DefaultRequestHeaders.Add("RequestVerificationToken", await browser.AntiforgeryTokenAsync("/account"));

        foreach ((HttpClient client, string reason) in new[] { (program, "By a program."), (browser, "By hand.") })
        {
            using HttpResponseMessage suspended = await client.PostAsJsonAsync($"{Root}/institutions/{sample.RealInstitutionId}/suspend", new { reason });
            using HttpResponseMessage again = await client.PostAsync($"{Root}/institutions/{sample.RealInstitutionId}/reactivate", null);
            Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (suspended.StatusCode, again.StatusCode));
        }

        AuditRow[] told = [.. (await host.Services.GetRequiredService<AuditStore>().ListAsync(Viewer.Everything, sample.RealInstitutionId, 0, 10, CancellationToken.None)).Where(row => row.Action.Contains("By ", StringComparison.Ordinal))];
        Assert.Equal([("A. Admin", true), (ByToken, false)], told.Select(row => (row.Actor, row.Action.Contains("By hand.", StringComparison.Ordinal))));
        Assert.All(told, row => Assert.DoesNotContain(token[AccessToken.Prefix.Length..], row.Actor + row.Action, StringComparison.Ordinal));
        Assert.Equal("A. Admin", (await program.GetFromJsonAsync<JsonElement>($"{Root}/me")).GetProperty("name").GetString());
    }

    [Theory]
    [InlineData(9, 12, 9, 12)]
    [InlineData(60, 60, 60, 29)]
    [InlineData(100, 60, 69, 20)]
    [InlineData(100, 5, 84, 5)]
    public void ALongName_IsShortened_TheTokensFirst_AndFitsItsColumn(int person, int token, int shownOfPerson, int shownOfToken)
    {
        static string Shown(char letter, int whole, int shown) => shown == whole ? new string(letter, whole) : new string(letter, shown - 1) + "…";
        var user = new ClaimsPrincipal(new ClaimsIdentity([new Claim(PortalClaims.DisplayName, new string('p', person)), new Claim(PortalClaims.TokenName, new string('t', token))], "test"));

        string name = PortalClaims.NameOf(user);

        Assert.Equal($"{Shown('p', person, shownOfPerson)} (token '{Shown('t', token, shownOfToken)}')", name);
        Assert.True(name.Length <= AuditEntry.ActorLength, $"{name.Length}");
    }

    [Fact]
    public async Task Jobs_AreListedAsOnThePage_InPagesAndByKindAndState()
    {
        await QuietSampleAsync();
        using HttpClient auditor = await ProgramAsync(Roles.Auditor);
        JobDesk desk = host.Services.GetRequiredService<JobDesk>();
        string[] known = [.. (await desk.ListAsync(Viewer.Everything, "Round", row => row.State == JobState.Done, 0, 500, CancellationToken.None)).Rows.Select(row => $"{row.Id}")];

        List<string> pages = [];
        string? next = $"{Root}/jobs?kind=Round&state=Done&limit=2";
        while (next is not null)
        {
            using HttpResponseMessage page = await auditor.GetAsync(next);
            pages.AddRange((await page.Content.ReadFromJsonAsync<JsonElement>()).EnumerateArray().Select(row => row.GetProperty("id").GetString()!));
            next = page.Headers.TryGetValues("Link", out IEnumerable<string>? links) ? links.Single().Split('<', '>')[1] : null;
        }

        Assert.True(known.Length > 2, $"{known.Length}");
        Assert.Equal(known, pages);
        Assert.Equal(desk.Kinds, await auditor.GetFromJsonAsync<string[]>($"{Root}/jobs/kinds"));
        using HttpResponseMessage unknown = await auditor.GetAsync($"{Root}/jobs?kind=Nap");
        using HttpResponseMessage nowhere = await auditor.GetAsync($"{Root}/jobs?after=first");
        Assert.Contains("but got 'Nap'", await DetailAsync(unknown), StringComparison.Ordinal);
        Assert.Contains("not after 'first'", await DetailAsync(nowhere), StringComparison.Ordinal);
        Assert.True((await auditor.GetFromJsonAsync<JsonElement>($"{Root}/scheduler")).GetProperty("threads").GetInt32() > 1);
    }

    [Fact]
    public async Task AJob_IsStoppedAndRepeatedByWhoeverMay_AndARoundOnlyWithItsWord()
    {
        SampleConsortium sample = await QuietSampleAsync();
        using HttpClient admin = await ProgramAsync(Roles.Admin);
        using HttpClient auditor = await ProgramAsync(Roles.Auditor);
        using HttpClient own = await ProgramAsync(Roles.Coordinator, sample.InstitutionId);
        using HttpClient foreign = await ProgramAsync(Roles.Coordinator, sample.RealInstitutionId);
        Guid import = await AddFailedImportAsync(sample.InstitutionId);
        string job = $"{Root}/jobs/Data-set%20import/{import}";
        string round = $"{Root}/jobs/Round/{sample.RunningRoundId}";

        using HttpResponseMessage seen = await own.GetAsync(job);
        using HttpResponseMessage stale = await SendAsync(own, $"{job}/retry", ("If-Match", "\"0\""));
        using HttpResponseMessage first = await SendAsync(own, $"{job}/retry", ("If-Match", seen.Headers.ETag!.Tag), (ApiIdempotency.Header, "again"));
        using HttpResponseMessage second = await SendAsync(own, $"{job}/retry", ("If-Match", seen.Headers.ETag!.Tag), (ApiIdempotency.Header, "again"));
        Assert.Equal(
            [HttpStatusCode.NotFound, HttpStatusCode.Forbidden, HttpStatusCode.Forbidden, HttpStatusCode.PreconditionFailed, HttpStatusCode.Accepted, HttpStatusCode.Accepted],
            new[] { await foreign.PostAsync($"{job}/retry", null), await auditor.PostAsync($"{job}/retry", null), await own.PostAsync($"{round}/cancel", null), stale, first, second }.Select(answer => answer.StatusCode));
        Assert.Equal("/api/v1/jobs?kind=Data-set%20import", first.Headers.Location!.OriginalString);
        Assert.Equal("true", second.Headers.GetValues(ApiIdempotency.ReplayHeader).Single());
        using HttpResponseMessage unsaid = await admin.PostAsync($"{round}/cancel", null);
        Assert.Contains("asks for the word that it does", await DetailAsync(unsaid), StringComparison.Ordinal);

        await using FedPortalDbContext db = await Contexts.CreateDbContextAsync();
        Dataset again = await db.Datasets.SingleAsync(d => d.Name == "Nothing there" && d.Id != import);
        using HttpResponseMessage stopped = await admin.PostAsync($"{Root}/jobs/Data-set%20import/{again.Id}/cancel", null);
        using HttpResponseMessage twice = await admin.PostAsync($"{Root}/jobs/Data-set%20import/{again.Id}/cancel", null);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Conflict), (stopped.StatusCode, twice.StatusCode));
        Assert.Equal("Failed", (await stopped.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("state").GetString());
        Assert.True(await db.AuditEntries.AnyAsync(e => e.SubjectId == again.Id && e.Actor == ByToken));
    }

    [Fact]
    public async Task Alerts_AreNotedAndClosedByWhoeverMay_AndChannelsByAdmins()
    {
        SampleConsortium sample = await QuietSampleAsync();
        using HttpClient admin = await ProgramAsync(Roles.Admin);
        using HttpClient auditor = await ProgramAsync(Roles.Auditor);
        using HttpClient own = await ProgramAsync(Roles.Coordinator, sample.InstitutionId);
        using HttpClient other = await ProgramAsync(Roles.Coordinator, sample.RealInstitutionId);
        var theirs = new Alert(AlertKind.TermsExpiring, AlertLevel.Warning, $"api {Guid.NewGuid()}", "Terms of theirs end", "", null, sample.RealInstitutionId, TimeProvider.System.GetUtcNow());
        await using (FedPortalDbContext db = await Contexts.CreateDbContextAsync())
        {
            db.Add(theirs);
            await db.SaveChangesAsync();
        }

        string alert = $"{Root}/alerts/{sample.AlertId}";
        using HttpResponseMessage noted = await admin.PostAsync($"{alert}/acknowledge", null);
        Assert.Equal(
            [HttpStatusCode.Forbidden, HttpStatusCode.OK, HttpStatusCode.Conflict, HttpStatusCode.NotFound, HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.Conflict],
            new[]
            {
                await own.PostAsync($"{alert}/acknowledge", null), noted, await admin.PostAsync($"{alert}/acknowledge", null),
                await own.GetAsync($"{Root}/alerts/{theirs.Id}"), await other.PostAsync($"{Root}/alerts/{theirs.Id}/acknowledge", null), await other.PostAsync($"{Root}/alerts/{theirs.Id}/close", null), await other.PostAsync($"{Root}/alerts/{theirs.Id}/close", null),
            }.Select(answer => answer.StatusCode));
        Assert.Equal(ByToken, (await noted.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("acknowledgedBy").GetString());
        Assert.Contains(sample.AlertId, await IdsAsync(auditor, "alerts?kind=InputDrift"));
        Assert.Contains(theirs.Id, await IdsAsync(auditor, "alerts?closed=true&level=Warning"));
        Assert.DoesNotContain(theirs.Id, await IdsAsync(own, "alerts?closed=true"));

        using HttpResponseMessage bad = await admin.PostAsJsonAsync($"{Root}/alerts/channels", new { kind = "Webhook", name = "Pager", address = "http://localhost/" });
        using HttpResponseMessage added = await admin.PostAsJsonAsync($"{Root}/alerts/channels", new { kind = "Mail", name = "On call", address = "oncall@example.test" });
        JsonElement channel = await added.Content.ReadFromJsonAsync<JsonElement>();
        string address = $"{Root}/alerts/channels/{channel.GetProperty("id").GetGuid()}";
        Assert.Equal(
            [HttpStatusCode.UnprocessableEntity, HttpStatusCode.Created, HttpStatusCode.Forbidden, HttpStatusCode.Forbidden, HttpStatusCode.Accepted, HttpStatusCode.NoContent, HttpStatusCode.NotFound],
            new[]
            {
                bad, added, await auditor.DeleteAsync(address), await own.GetAsync($"{Root}/alerts/channels"), await admin.PostAsync($"{address}/test", null), await admin.DeleteAsync(address), await admin.DeleteAsync(address),
            }.Select(answer => answer.StatusCode));
        Assert.Equal(JsonValueKind.Null, channel.GetProperty("secret").ValueKind);
        Assert.NotEmpty(await IdsAsync(auditor, "alerts/messages"));
    }

    [Fact]
    public async Task ARobustnessTest_IsPlannedStartedStoppedAndRepeated_AndItsPicturesAreThere()
    {
        SampleConsortium sample = await QuietSampleAsync();
        using HttpClient judge = await ProgramAsync(Roles.Auditor);
        using HttpClient coordinator = await ProgramAsync(Roles.Coordinator, sample.InstitutionId);
        string lab = $"{Root}/models/{sample.StudyId}/2/robustness";
        JsonElement pictured = await coordinator.GetFromJsonAsync<JsonElement>($"{Root}/models/{sample.StudyId}/1/robustness/{sample.RobustnessPicture.Run}");
        string[] pictures = [.. pictured.GetProperty("pictures").EnumerateArray().Select(link => link.GetProperty("address").GetString()!)];

        Assert.Contains(pictures, address => address.EndsWith(sample.RobustnessPicture.Picture, StringComparison.Ordinal));
        using (HttpResponseMessage picture = await coordinator.GetAsync(pictures[0]))
        {
            Assert.Equal((HttpStatusCode.OK, "image/png"), (picture.StatusCode, picture.Content.Headers.ContentType?.MediaType));
        }

        Assert.Equal(HttpStatusCode.NotFound, (await coordinator.GetAsync(pictures[0].Replace($"{sample.RobustnessPicture.Run}", $"{Guid.NewGuid()}", StringComparison.Ordinal))).StatusCode);
        Assert.True(pictured.GetProperty("test").GetProperty("outcome").GetProperty("report").GetProperty("curves")[0].GetProperty("points").GetArrayLength() > 2);
        JsonElement offer = await judge.GetFromJsonAsync<JsonElement>($"{lab}/plans");
        string target = offer.GetProperty("targets").EnumerateArray().Last().GetString()!;
        foreach ((object wrong, string expected) in new (object, string)[]
        {
            (new { test = "Fgsm", target, budgets = new[] { 900.0 } }, "but got 900"),
            (new { test = "Pgd", target, steps = 0 }, "Expected 1 to 200 steps but got 0"),
            (new { test = "Inversion", target }, "runs on phantoms only"),
        })
        {
            using HttpResponseMessage refused = await judge.PostAsJsonAsync(lab, wrong);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
            Assert.Contains(expected, await DetailAsync(refused), StringComparison.Ordinal);
        }

        var order = new { test = "Pgd", target, budgets = new[] { 2.0, 1.0 }, steps = 7 };
        using HttpResponseMessage denied = await coordinator.PostAsJsonAsync(lab, order);
        using HttpResponseMessage started = await judge.PostAsJsonAsync(lab, order);
        using HttpResponseMessage twice = await judge.PostAsJsonAsync(lab, order);
        string run = started.Headers.Location!.OriginalString;
        JsonElement plan = (await judge.GetFromJsonAsync<JsonElement>(run)).GetProperty("test").GetProperty("plan");
        Assert.Equal((7, "[1,2]"), (plan.GetProperty("steps").GetInt32(), plan.GetProperty("curves")[0].GetProperty("strengths").GetRawText()));
        using HttpResponseMessage early = await judge.PostAsync($"{run}/retry", null);
        using HttpResponseMessage stopped = await judge.PostAsync($"{run}/cancel", null);
        using HttpResponseMessage again = await judge.PostAsync($"{run}/retry", null);
        Assert.Equal(
            [HttpStatusCode.Forbidden, HttpStatusCode.Accepted, HttpStatusCode.Conflict, HttpStatusCode.Conflict, HttpStatusCode.OK, HttpStatusCode.Accepted],
            new[] { denied, started, twice, early, stopped, again }.Select(answer => answer.StatusCode));
        Assert.NotEqual(started.Headers.Location, again.Headers.Location);
        Assert.Equal(plan.GetRawText(), (await again.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("test").GetProperty("plan").GetRawText());
        Assert.Equal(HttpStatusCode.OK, (await judge.PostAsync($"{again.Headers.Location!.OriginalString}/cancel", null)).StatusCode);
    }

    [Fact]
    public async Task AComparison_IsStoppedAndStartedByAdmins_AndSeenByWhoIsInIt()
    {
        SampleConsortium sample = await QuietSampleAsync();
        using HttpClient admin = await ProgramAsync(Roles.Admin);
        using HttpClient outside = await ProgramAsync(Roles.Coordinator, sample.InstitutionId);
        string running = $"{Root}/comparisons/{sample.OtherComparisonId}";

        using HttpResponseMessage busy = await admin.PostAsJsonAsync($"{Root}/comparisons", new { phantoms = 60 });
        using HttpResponseMessage stopped = await admin.PostAsync($"{running}/cancel", null);
        using HttpResponseMessage started = await admin.PostAsJsonAsync($"{Root}/comparisons", new { phantoms = 60, rounds = 1, methods = new[] { "fedavg", "nobody" } });
        using HttpResponseMessage strange = await admin.PostAsJsonAsync($"{Root}/comparisons", new { datasets = new[] { Guid.NewGuid() } });
        using HttpResponseMessage good = await admin.PostAsJsonAsync($"{Root}/comparisons", new { phantoms = 60, rounds = 1 });

        Assert.Equal(
            [HttpStatusCode.Conflict, HttpStatusCode.OK, HttpStatusCode.UnprocessableEntity, HttpStatusCode.UnprocessableEntity, HttpStatusCode.Accepted],
            new[] { busy, stopped, started, strange, good }.Select(answer => answer.StatusCode));
        string made = good.Headers.Location!.OriginalString;
        JsonElement order = (await outside.GetFromJsonAsync<JsonElement>(made)).GetProperty("order");
        Assert.Equal((60, 1), (order.GetProperty("phantoms").GetInt32(), order.GetProperty("rounds").GetInt32()));
        Assert.Equal(HttpStatusCode.NotFound, (await outside.GetAsync(running)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await outside.PostAsync($"{made}/cancel", null)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await outside.GetAsync($"{Root}/comparisons/choices")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await admin.PostAsync($"{made}/cancel", null)).StatusCode);
    }

    [Fact]
    public async Task AReleasedModel_IsWatchedMeasuredAgainAndGivenKeys()
    {
        SampleConsortium sample = await QuietSampleAsync();
        await ReleaseAsync(sample.StudyId, 1);
        using HttpClient admin = await ProgramAsync(Roles.Admin);
        using HttpClient own = await ProgramAsync(Roles.Coordinator, sample.InstitutionId);
        using HttpClient other = await ProgramAsync(Roles.Coordinator, sample.RealInstitutionId);
        string model = $"{Root}/models/{sample.StudyId}/1";

        JsonElement drift = await own.GetFromJsonAsync<JsonElement>($"{model}/drift");
        using HttpResponseMessage begun = await admin.PostAsync($"{model}/revalidations", null);
        using HttpResponseMessage twice = await admin.PostAsync($"{model}/revalidations", null);
        using HttpResponseMessage interval = await admin.PutAsJsonAsync($"{Root}/studies/{sample.StudyId}/revalidation-interval", new { days = 30 });
        using HttpResponseMessage never = await admin.PutAsJsonAsync($"{Root}/studies/{sample.StudyId}/revalidation-interval", new { days = 400 });
        JsonElement checks = await own.GetFromJsonAsync<JsonElement>($"{model}/revalidations");

        Assert.Equal(0, drift.GetProperty("report").GetProperty("count").GetInt32());
        Assert.Equal(
            [HttpStatusCode.Accepted, HttpStatusCode.Conflict, HttpStatusCode.NoContent, HttpStatusCode.UnprocessableEntity, HttpStatusCode.Forbidden, HttpStatusCode.NotFound],
            new[] { begun, twice, interval, never, await own.PostAsync($"{model}/revalidations", null), await own.GetAsync($"{Root}/models/{sample.StudyId}/99/drift") }.Select(answer => answer.StatusCode));
        Assert.Equal((30, "Running", ByToken), (checks.GetProperty("intervalDays").GetInt32(), checks.GetProperty("checks")[0].GetProperty("state").GetString(), checks.GetProperty("checks")[0].GetProperty("startedBy").GetString()));

        var offer = new { studyId = sample.StudyId, institutionId = sample.RealInstitutionId, name = "Reading room", expiresAt = TimeProvider.System.GetUtcNow().AddDays(9) };
        using HttpResponseMessage made = await admin.PostAsJsonAsync($"{Root}/inference/keys", offer);
        string key = (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("key").GetString()!;
        JsonElement listed = await other.GetFromJsonAsync<JsonElement>($"{Root}/inference/keys");
        Guid id = listed.EnumerateArray().Single(row => row.GetProperty("name").GetString() == "Reading room").GetProperty("id").GetGuid();
        string address = $"{Root}/inference/keys/{id}";
        Assert.StartsWith(InferenceKeyStore.Prefix, key, StringComparison.Ordinal);
        Assert.DoesNotContain(key, listed.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain(id, await IdsAsync(own, "inference/keys"));
        Assert.Equal(
            [HttpStatusCode.Created, HttpStatusCode.Forbidden, HttpStatusCode.NoContent, HttpStatusCode.Conflict],
            new[] { made, await other.DeleteAsync(address), await admin.DeleteAsync(address), await admin.DeleteAsync(address) }.Select(answer => answer.StatusCode));
    }

    [Fact]
    public async Task ThePortalItself_IsSeenByWhoRunsOrAuditsIt_AndChangedByAdmins()
    {
        SampleConsortium sample = await QuietSampleAsync();
        using HttpClient admin = await ProgramAsync(Roles.Admin);
        using HttpClient auditor = await ProgramAsync(Roles.Auditor);
        using HttpClient coordinator = await ProgramAsync(Roles.Coordinator, sample.InstitutionId);
        string hold = $"{Root}/studies/{sample.StudyId}/hold";

        await Eventually.HoldsAsync(async () => await DatabaseAsync() == "Healthy"); // on a crowded machine it may need longer than the seconds that it is given
        Assert.Contains("ended sessions", (await auditor.GetFromJsonAsync<JsonElement>($"{Root}/retention")).EnumerateArray().Select(row => row.GetProperty("name").GetString()));
        Assert.False((await auditor.GetFromJsonAsync<JsonElement>($"{Root}/backups")).GetProperty("isOn").GetBoolean());
        using HttpResponseMessage unsaid = await admin.PostAsJsonAsync($"{Root}/retention/remove", new { forGood = false });
        using HttpResponseMessage without = await admin.PostAsync($"{Root}/backups", null);
        Assert.Contains("expected forGood = true but got false", await DetailAsync(unsaid), StringComparison.Ordinal);
        using HttpResponseMessage removed = await admin.PostAsJsonAsync($"{Root}/retention/remove", new { forGood = true });
        Assert.Equal(HttpStatusCode.OK, removed.StatusCode);
        Assert.Contains("Backup:Folder is not set", await DetailAsync(without), StringComparison.Ordinal);
        Assert.Equal(
            [HttpStatusCode.Forbidden, HttpStatusCode.Forbidden, HttpStatusCode.Forbidden, HttpStatusCode.NoContent, HttpStatusCode.Conflict, HttpStatusCode.NoContent, HttpStatusCode.NotFound],
            new[]
            {
                await coordinator.GetAsync($"{Root}/health"), await auditor.PostAsJsonAsync($"{Root}/retention/remove", new { forGood = true }), await auditor.PostAsync($"{Root}/backups", null),
                await admin.PutAsJsonAsync(hold, new { reason = "A court wants it." }), await admin.PutAsJsonAsync(hold, new { reason = "Twice." }), await admin.DeleteAsync(hold), await admin.DeleteAsync(hold),
            }.Select(answer => answer.StatusCode));

        async Task<string?> DatabaseAsync() => (await auditor.GetFromJsonAsync<JsonElement>($"{Root}/health"))
            .GetProperty("parts").EnumerateArray().Single(part => part.GetProperty("part").GetString() == "database").GetProperty("status").GetString();
    }

    [Fact]
    public async Task WhatCanBeRecomputed_IsRecomputedByACall()
    {
        SampleConsortium sample = await QuietSampleAsync();
        using HttpClient auditor = await ProgramAsync(Roles.Auditor);
        using HttpClient coordinator = await ProgramAsync(Roles.Coordinator, sample.InstitutionId);

        JsonElement ledger = await coordinator.GetFromJsonAsync<JsonElement>($"{Root}/studies/{sample.StudyId}/ledgers/{sample.InstitutionId}/verification");
        JsonElement course = await coordinator.GetFromJsonAsync<JsonElement>($"{Root}/studies/{sample.StudyId}/course");
        JsonElement flight = await auditor.GetFromJsonAsync<JsonElement>($"{Root}/studies/{sample.Studies.ProtectedId}/flight-comparison");
        using HttpResponseMessage replayed = await auditor.PostAsync($"{Root}/audit/rounds/{sample.CompletedRoundId}/replay", null);
        using HttpResponseMessage signed = await auditor.PostAsync($"{Root}/audit/checkpoints", null);
        JsonElement state = await signed.Content.ReadFromJsonAsync<JsonElement>();
        using HttpResponseMessage asked = await coordinator.PostAsJsonAsync($"{Root}/privacy/what-if", new { options = new { rounds = "3", epsilon = "4" } });
        using HttpResponseMessage strange = await coordinator.PostAsJsonAsync($"{Root}/privacy/what-if", new { options = new { luck = "3" } });
        using HttpResponseMessage wrong = await coordinator.PostAsJsonAsync($"{Root}/privacy/what-if", new { options = new { rounds = "none" } });

        string own = $"{Root}/studies/{sample.StudyId}/ledgers/{sample.InstitutionId}";
        string lines = await coordinator.GetStringAsync(own);
        using HttpResponseMessage same = await coordinator.PostAsync($"{own}/compare", new StringContent(lines));
        using HttpResponseMessage shorter = await coordinator.PostAsync($"{own}/compare", new StringContent(string.Concat(lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).SkipLast(1).Select(line => line + "\n"))));
        Assert.True((await same.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("isSame").GetBoolean());
        Assert.StartsWith("Alarm: the copies differ at", (await shorter.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("words").GetString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await coordinator.PostAsync($"{Root}/studies/{sample.StudyId}/ledgers/{sample.OtherLedgerInstitutionId}/compare", new StringContent(lines))).StatusCode);

        Assert.Equal((true, 4), (ledger.GetProperty("isValid").GetBoolean(), ledger.GetProperty("rows").GetInt32()));
        Assert.Equal(HttpStatusCode.NotFound, (await coordinator.GetAsync($"{Root}/studies/{sample.StudyId}/ledgers/{sample.OtherLedgerInstitutionId}/verification")).StatusCode);
        Assert.True(course.GetProperty("curves").GetArrayLength() > 1 && course.GetProperty("rounds").GetArrayLength() > 1);
        Assert.Equal(6, flight.GetProperty("roundsDone").GetInt32());
        Assert.False((await replayed.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("passed").GetBoolean());
        Assert.True(state.GetProperty("signedUpTo").GetInt64() > 0 && state.GetProperty("checkpoints").GetInt32() > 0);
        Assert.Contains("Art. ", (await auditor.GetFromJsonAsync<JsonElement>($"{Root}/audit/evidence/gdpr"))[0].GetProperty("reference").GetString(), StringComparison.Ordinal);
        JsonElement answer = await asked.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Contains(answer.GetProperty("views").EnumerateArray(), view => view.GetProperty("epsilon") is { ValueKind: JsonValueKind.Number } epsilon && epsilon.GetDouble() is > 3.5 and <= 4);
        Assert.True(answer.GetProperty("plannedNoise").GetDouble() > 0);
        Assert.Equal((HttpStatusCode.UnprocessableEntity, HttpStatusCode.UnprocessableEntity, HttpStatusCode.Forbidden), (strange.StatusCode, wrong.StatusCode, (await coordinator.PostAsync($"{Root}/audit/checkpoints", null)).StatusCode));
    }

    [Fact]
    public async Task Sessions_AreListedAndEndedByTheirOwnerAndByAdmins()
    {
        await QuietSampleAsync();
        string email = await host.AddUserAsync(Roles.Auditor);
        using HttpClient browser = await host.SignInAsync(email);
        using HttpClient own = host.WithToken(await host.TokenAsync(email, TokenScope.ReadWrite));
        using HttpClient admin = await ProgramAsync(Roles.Admin);
        Guid person = (await host.PersonAsync(email)).Id;

        Guid session = (await own.GetFromJsonAsync<JsonElement>($"{Root}/me/sessions"))[0].GetProperty("id").GetGuid();
        Assert.Equal(session, (await admin.GetFromJsonAsync<JsonElement>($"{Root}/people/{person}/sessions"))[0].GetProperty("id").GetGuid());
        Assert.Equal(HttpStatusCode.NotFound, (await admin.DeleteAsync($"{Root}/me/sessions/{session}")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await own.DeleteAsync($"{Root}/me/sessions/{session}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await admin.DeleteAsync($"{Root}/people/{person}/sessions/{session}")).StatusCode);
        Assert.Equal(HttpStatusCode.Found, (await browser.GetAsync("/studies")).StatusCode);
        using HttpClient again = await host.SignInAsync(email);
        session = (await own.GetFromJsonAsync<JsonElement>($"{Root}/me/sessions"))[0].GetProperty("id").GetGuid();
        Assert.Equal(HttpStatusCode.NoContent, (await admin.DeleteAsync($"{Root}/people/{person}/sessions/{session}")).StatusCode);
    }

    [Fact]
    public async Task ARunningStudy_IsPausedAndResumedByAdmins_AndItsPlanStaysAsItWasSigned()
    {
        SampleConsortium sample = await QuietSampleAsync();
        using HttpClient admin = await ProgramAsync(Roles.Admin);
        using HttpClient coordinator = await ProgramAsync(Roles.Coordinator, sample.InstitutionId);
        string study = $"{Root}/studies/{sample.Studies.ProtectedId}";
        string plan = (await coordinator.GetFromJsonAsync<JsonElement>($"{study}/flight-plan")).GetProperty("planHash").GetString()!;

        using HttpResponseMessage paused = await admin.PostAsync($"{study}/pause", null);
        using HttpResponseMessage twice = await admin.PostAsync($"{study}/pause", null);
        string page = await (await host.SignInAsync(await host.AddUserAsync(Roles.Auditor))).GetStringAsync($"/studies/{sample.Studies.ProtectedId}");
        using HttpResponseMessage resumed = await admin.PostAsync($"{study}/resume", null);

        Assert.Equal(
            [HttpStatusCode.OK, HttpStatusCode.Conflict, HttpStatusCode.OK, HttpStatusCode.Conflict, HttpStatusCode.Forbidden, HttpStatusCode.Conflict],
            new[] { paused, twice, resumed, await admin.PostAsync($"{study}/resume", null), await coordinator.PostAsync($"{study}/pause", null), await admin.PostAsync($"{Root}/studies/{sample.Studies.ProposedId}/pause", null) }.Select(answer => answer.StatusCode));
        Assert.Equal("String", $"{(await paused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("row").GetProperty("pausedAt").ValueKind}");
        Assert.Equal("Null", $"{(await resumed.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("row").GetProperty("pausedAt").ValueKind}");
        Assert.Contains("No new round begins until an admin resumes it", page, StringComparison.Ordinal);
        Assert.Equal(plan, (await coordinator.GetFromJsonAsync<JsonElement>($"{study}/flight-plan")).GetProperty("planHash").GetString());
        IReadOnlyList<AuditRow> told = await host.Services.GetRequiredService<AuditStore>().ListAsync(Viewer.Everything, sample.Studies.ProtectedId, 0, 2, CancellationToken.None);
        Assert.Equal([(ByToken, "Resumed"), (ByToken, "Paused:")], told.Select(row => (row.Actor, row.Action.Split(' ')[0])));
    }

    private IDbContextFactory<FedPortalDbContext> Contexts => host.Services.GetRequiredService<IDbContextFactory<FedPortalDbContext>>();

    /// <summary>One program for each role and institution: making a person takes long, on purpose.</summary>
    private async Task<HttpClient> ProgramAsync(string role, Guid? institution = null) => host.WithToken(
        await Tokens.GetOrAdd((role, institution), async _ => await host.TokenAsync(await host.AddUserAsync(role, institution), TokenScope.ReadWrite)));

    /// <summary>The sample in a portal whose scheduler stands by: what is asked for stays asked for.</summary>
    private async Task<SampleConsortium> QuietSampleAsync()
    {
        await host.StandByAsync();
        return await host.SampleAsync();
    }

    private async Task<Guid> AddFailedImportAsync(Guid institution)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        var failed = new Dataset("Nothing there", institution, DatasetPurpose.Institution, DatasetSource.Folder, "/nowhere", null, 1, now);
        failed.Fail("There is no such folder.", now);
        await using FedPortalDbContext db = await Contexts.CreateDbContextAsync();
        db.Add(failed);
        await db.SaveChangesAsync();
        return failed.Id;
    }

    private async Task ReleaseAsync(Guid study, int version)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        var evidence = new ReleaseEvidence(new string('1', 64), ["e"], [new AttackEvidence(AttackKind.Membership, "a", 0)], ClaimedEpsilon: null);
        var release = new ModelRelease(study, version, now);
        release.Sign(evidence, new Signer(Guid.NewGuid(), "Ada", SignerRole.Admin), null, now);
        release.Sign(evidence, new Signer(Guid.NewGuid(), "Bob", SignerRole.Auditor), null, now);
        await using FedPortalDbContext db = await Contexts.CreateDbContextAsync();
        db.Add(release);
        await db.SaveChangesAsync();
    }

    private static async Task<IReadOnlyList<Guid>> IdsAsync(HttpClient client, string list) =>
        [.. (await client.GetFromJsonAsync<JsonElement>($"{Root}/{list}")).EnumerateArray().Select(row => row.GetProperty("id").GetGuid())];

    private static async Task<string> DetailAsync(HttpResponseMessage problem) => JsonDocument.Parse(await problem.Content.ReadAsStringAsync()).RootElement.GetProperty("detail").GetString()!;

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string address, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address);
        foreach ((string name, string value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await client.SendAsync(request);
    }
}
