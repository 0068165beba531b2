using System.Net;
using System.Text.Json;
using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Rounds;
using FedPortal.Tests.Support;
using FedPortal.Training.Ledger;
using FedPortal.Training.Screening;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace FedPortal.Tests.EndToEnd;

/// <summary>A coordinator sees the consortium as a whole and the figures of the own institution; admins and auditors see all.</summary>
public sealed class InstitutionScopeTests(PortalHost host) : IClassFixture<PortalHost>
{
    // Of other institutions in the sample: names of data sets, and reasons why one was dropped or not attacked.
    private static readonly string[] Foreign = ["Archive elsewhere", "Phantoms lake", "Scans of the archive", "could not read 3 of its images", "its policy refuses attack tests",
        SampleSites.Contact, $"<code>{SampleSites.AskedFingerprint[..4]}</code>", SampleSites.Applicant];

    [Theory]
    [InlineData(Roles.Admin)]
    [InlineData(Roles.Auditor)]
    public async Task AdminsAndAuditors_SeeEveryInstitution(string role)
    {
        SampleConsortium sample = await host.SampleAsync();
        using HttpClient client = await host.SignInAsync(await host.AddUserAsync(role));

        string everything = await EverythingAsync(client, sample);

        Assert.All(Foreign, text => Assert.Contains(text, everything, StringComparison.Ordinal));
    }

    [Fact]
    public async Task ACoordinator_SeesNoDataSetAndNoFigureOfAnotherInstitution()
    {
        SampleConsortium sample = await host.SampleAsync();
        using HttpClient client = await CoordinatorAsync(sample);

        string everything = await EverythingAsync(client, sample);

        Assert.All(Foreign, text => Assert.DoesNotContain(text, everything, StringComparison.Ordinal));
        Assert.Contains("Phantoms north", everything, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync($"/api/v1/datasets/{sample.RealDatasetId}")).StatusCode);
    }

    [Fact]
    public async Task ACoordinator_SeesOnlyTheOwnPartOfARound()
    {
        SampleConsortium sample = await host.SampleAsync();
        using HttpClient client = await CoordinatorAsync(sample);

        using JsonDocument round = JsonDocument.Parse(await client.GetStringAsync($"/api/v1/rounds/{sample.CompletedRoundId}"));
        JsonElement[] parts = [.. round.RootElement.GetProperty("participations").EnumerateArray()];
        JsonElement[] evaluations = [.. round.RootElement.GetProperty("evaluations").EnumerateArray()];
        JsonElement[] timings = [.. round.RootElement.GetProperty("timings").EnumerateArray()];

        Assert.Equal(5, parts.Length);
        Assert.All(parts, part => Assert.Equal(IsOwn(part, sample), part.GetProperty("sampleCount").ValueKind == JsonValueKind.Number));
        Assert.All(parts, part => Assert.Equal(IsOwn(part, sample), part.GetProperty("updateHash").ValueKind == JsonValueKind.String));
        Assert.Equal(["Holdout", "Institution", "Pooled"], evaluations.Select(row => row.GetProperty("scope").GetString()!).Order(StringComparer.Ordinal));
        Assert.All(evaluations.Concat(timings), row => Assert.True(IsNull(row) || IsOwn(row, sample)));
    }

    [Fact]
    public async Task NormsOfUpdates_AreAllForWhoSeesAll_AndTheOwnForACoordinator()
    {
        SampleConsortium sample = await host.SampleAsync();
        await using (FedPortalDbContext db = await host.Services.GetRequiredService<IDbContextFactory<FedPortalDbContext>>().CreateDbContextAsync())
        {
            foreach (Participation part in await db.Participations.Where(part => part.RoundId == sample.CompletedRoundId).ToListAsync())
            {
                part.Judge(new ScreeningVerdict("sketch", 1.25, 0.5, null, []));
            }

            await db.SaveChangesAsync();
        }

        HistoryStore history = host.Services.GetRequiredService<HistoryStore>();
        IReadOnlyList<NormPoint> all = await history.NormsAsync(Viewer.Everything, sample.StudyId, default);
        IReadOnlyList<NormPoint> own = await history.NormsAsync(Viewer.Of([sample.InstitutionId]), sample.StudyId, default);

        Assert.Equal(5, all.Select(point => point.InstitutionId).Distinct().Count());
        Assert.Equal([sample.InstitutionId], own.Select(point => point.InstitutionId).Distinct());
        Assert.Empty(await history.NormsAsync(Viewer.Outsider, sample.StudyId, default));
    }

    [Theory]
    [InlineData(Roles.Admin, true)]
    [InlineData(Roles.Auditor, true)]
    [InlineData(Roles.Coordinator, false)]
    public async Task AnotherInstitutionsLedgerAndReport_AreForThoseWhoSeeAll(string role, bool sees)
    {
        SampleConsortium sample = await host.SampleAsync();
        using HttpClient client = await host.SignInAsync(await host.AddUserAsync(role, role == Roles.Coordinator ? sample.InstitutionId : null));
        HttpStatusCode expected = sees ? HttpStatusCode.OK : HttpStatusCode.NotFound;

        foreach (string format in new[] { "csv", "json", "jsonl" })
        {
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync($"/api/v1/privacy/ledgers/{sample.StudyId}/{sample.InstitutionId}/ledger.{format}")).StatusCode);
            Assert.Equal(expected, (await client.GetAsync($"/api/v1/privacy/ledgers/{sample.StudyId}/{sample.OtherLedgerInstitutionId}/ledger.{format}")).StatusCode);
        }

        Assert.Equal(expected, (await client.GetAsync($"/api/v1/privacy/institutions/{sample.OtherLedgerInstitutionId}/report.json")).StatusCode);
        using JsonDocument study = JsonDocument.Parse(await client.GetStringAsync($"/api/v1/privacy/studies/{sample.StudyId}/report.json"));
        Assert.Equal(sees ? 2 : 1, study.RootElement.GetProperty("ledgers").GetArrayLength());
        string page = await client.GetStringAsync($"/privacy/ledgers/{sample.StudyId}/{sample.OtherLedgerInstitutionId}");
        Assert.Equal(sees, page.Contains("The copies differ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ALedgerFromThePortal_RecomputesWithTheLibrary_InEveryFormat()
    {
        SampleConsortium sample = await host.SampleAsync();
        using HttpClient client = await host.SignInAsync(await host.AddUserAsync(Roles.Auditor));

        foreach (string format in new[] { "csv", "json", "jsonl" })
        {
            string text = await client.GetStringAsync($"/api/v1/privacy/ledgers/{sample.StudyId}/{sample.InstitutionId}/ledger.{format}");
            LedgerVerification found = LedgerVerifier.Verify(LedgerExport.ReadLines(text));

            Assert.Null(found.Problem);
            Assert.Equal(4, found.Rows.Count);
        }
    }

    [Fact]
    public async Task ThePrintPageIsForThoseWhoSeeTheReport_AndTheEvidenceForAdminsAndAuditors()
    {
        SampleConsortium sample = await host.SampleAsync();
        using HttpClient coordinator = await CoordinatorAsync(sample);
        using HttpClient auditor = await host.SignInAsync(await host.AddUserAsync(Roles.Auditor));

        Assert.Contains("ε = ", await auditor.GetStringAsync($"/api/v1/privacy/studies/{sample.StudyId}/report.html"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await coordinator.GetAsync($"/api/v1/privacy/institutions/{sample.OtherLedgerInstitutionId}/report.html")).StatusCode);
        Assert.Equal(HttpStatusCode.Found, (await coordinator.GetAsync("/audit/hipaa")).StatusCode);
        Assert.Contains("§164.312(b)", WebUtility.HtmlDecode(await auditor.GetStringAsync("/audit/hipaa")), StringComparison.Ordinal);
        Assert.Contains("Art. 35", await auditor.GetStringAsync("/audit/gdpr"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OfLedgersBehindAModelAndOfRobustness_ACoordinatorSeesTheOwnPartOnly()
    {
        SampleConsortium sample = await host.SampleAsync();
        using HttpClient coordinator = await CoordinatorAsync(sample);
        using HttpClient auditor = await host.SignInAsync(await host.AddUserAsync(Roles.Auditor));
        string own = $"/privacy/ledgers/{sample.StudyId}/{sample.InstitutionId}";
        string other = $"/privacy/ledgers/{sample.StudyId}/{sample.OtherLedgerInstitutionId}";
        const string Reason = "its policy refuses attack tests";

        foreach ((HttpClient reader, bool seesAll) in new[] { (coordinator, false), (auditor, true) })
        {
            string model = await reader.GetStringAsync($"/models/{sample.StudyId}/2");
            string lab = await reader.GetStringAsync($"/models/{sample.StudyId}/1/robustness");

            Assert.Contains(own, model, StringComparison.Ordinal);
            Assert.Equal(seesAll, model.Contains(other, StringComparison.Ordinal));
            Assert.Contains("By hold-out", lab, StringComparison.Ordinal);
            Assert.Equal(seesAll, lab.Contains(Reason, StringComparison.Ordinal));
            Assert.Equal(seesAll ? 2 : 1, lab.Split("data-part").Length - 1);
            Assert.Equal(seesAll, lab.Contains("Start a test", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task ACoordinatorWithoutInstitution_SeesTheConsortiumOnly()
    {
        SampleConsortium sample = await host.SampleAsync();
        using HttpClient client = await host.SignInAsync(await host.AddUserAsync(Roles.Coordinator));

        using JsonDocument datasets = JsonDocument.Parse(await client.GetStringAsync("/api/v1/datasets"));
        using JsonDocument round = JsonDocument.Parse(await client.GetStringAsync($"/api/v1/rounds/{sample.CompletedRoundId}"));

        Assert.Equal(0, datasets.RootElement.GetArrayLength());
        Assert.All(round.RootElement.GetProperty("participations").EnumerateArray(), part => Assert.Equal(JsonValueKind.Null, part.GetProperty("sampleCount").ValueKind));
    }

    private static bool IsOwn(JsonElement row, SampleConsortium sample) => !IsNull(row) && row.GetProperty("institutionId").GetGuid() == sample.InstitutionId;

    private static bool IsNull(JsonElement row) => row.GetProperty("institutionId").ValueKind == JsonValueKind.Null;

    private static async Task<string> EverythingAsync(HttpClient client, SampleConsortium sample)
    {
        string[] foreignPages = [$"/datasets/{sample.RealDatasetId}", $"/institutions/{sample.RealInstitutionId}"];
        string[] api =
        [
            "/api/v1/institutions", $"/api/v1/institutions/{sample.RealInstitutionId}", "/api/v1/datasets", $"/api/v1/studies/{sample.StudyId}", "/api/v1/rounds",
            $"/api/v1/studies/{sample.StudyId}/evaluations", $"/api/v1/rounds/{sample.RunningRoundId}", $"/api/v1/studies/{sample.StudyId}/rounds/3", "/api/v1/audit", $"/api/v1/privacy/studies/{sample.StudyId}/report.json",
            "/api/v1/models", $"/api/v1/models/{sample.StudyId}/2", $"/api/v1/models/{sample.StudyId}/2/card.md", $"/api/v1/models/{sample.StudyId}/1/robustness", $"/api/v1/studies/{sample.StudyId}/course",
            "/api/v1/jobs?limit=1000", "/api/v1/alerts", "/api/v1/alerts?closed=true", "/api/v1/inference/keys", $"/api/v1/comparisons/{sample.ComparisonId}",
        ];
        var texts = new List<string>();
        foreach (string path in sample.Pages.Concat(foreignPages).Concat(api))
        {
            using HttpResponseMessage response = await client.GetAsync(path);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            texts.Add(await response.Content.ReadAsStringAsync());
        }

        return string.Join('\n', texts);
    }

    private async Task<HttpClient> CoordinatorAsync(SampleConsortium sample) =>
        await host.SignInAsync(await host.AddUserAsync(Roles.Coordinator, sample.InstitutionId));
}
