using System.IO.Compression;
using System.Text.Json;
using FedPortal.Datasets;
using FedPortal.Training.Datasets;
using Xunit;

namespace FedPortal.Tests.Support;

/// <summary>Brings data sets by the API as an admin's program does.</summary>
internal static class BroughtDatasets
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>Admits a hosted institution and brings one data set for it: a zip, its flagged writing judged harmless, its terms accepted.</summary>
    /// <param name="admin">With a token that may write.</param>
    /// <param name="code">Its name and short code.</param>
    /// <param name="files">Paths in the zip; a manifest among them.</param>
    /// <returns>The data set.</returns>
    public static async Task<Guid> BringAsync(HttpClient admin, string code, IEnumerable<(string Path, byte[] Content)> files, CancellationToken ct)
    {
        Guid institution = await IdOfAsync(await admin.PostAsJsonAsync("/api/v1/institutions", new { name = code, shortCode = code, isHosted = true }, ct), ct);
        Guid dataset = await IdOfAsync(await admin.PutAsync($"/api/v1/uploads?institution={institution}&name={code}", new ByteArrayContent(ZipOf(files)), ct), ct);
        JsonElement ready = await ReadyAsync(admin, dataset, ct);
        foreach (TextSuspect suspect in QualityReport.FromJson(ready.GetProperty("qualityReportJson").GetString()!).TextSuspects)
        {
            using HttpResponseMessage judged = await admin.PutAsJsonAsync($"/api/v1/datasets/{dataset}/images/{suspect.Index}/judgement", new { isHarmless = true }, ct);
            Assert.True(judged.IsSuccessStatusCode, await judged.Content.ReadAsStringAsync(ct));
        }

        using HttpResponseMessage accepted = await admin.PutAsJsonAsync(
            $"/api/v1/datasets/{dataset}/terms", new { version = DataUseTerms.CurrentVersion, expiresAt = TimeProvider.System.GetUtcNow().AddYears(1) }, ct);
        Assert.True(accepted.IsSuccessStatusCode, await accepted.Content.ReadAsStringAsync(ct));
        return dataset;
    }

    private static async Task<JsonElement> ReadyAsync(HttpClient admin, Guid dataset, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Patience);
        while (true)
        {
            JsonElement found = await admin.GetFromJsonAsync<JsonElement>($"/api/v1/datasets/{dataset}", limit.Token);
            JsonElement row = found.GetProperty("row");
            string state = row.GetProperty("state").GetString()!;
            Assert.False(state == $"{DatasetState.Failed}", $"{row.GetProperty("failureReason")}");
            if (state == $"{DatasetState.Ready}")
            {
                return found;
            }

            await Task.Delay(200, limit.Token);
        }
    }

    private static async Task<Guid> IdOfAsync(HttpResponseMessage answer, CancellationToken ct)
    {
        using (answer)
        {
            string text = await answer.Content.ReadAsStringAsync(ct);
            Assert.True(answer.IsSuccessStatusCode, text);
            return JsonDocument.Parse(text).RootElement.GetProperty("id").GetGuid();
        }
    }

    private static byte[] ZipOf(IEnumerable<(string Path, byte[] Content)> files)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create))
        {
            foreach ((string path, byte[] content) in files)
            {
                using Stream entry = zip.CreateEntry(path).Open();
                entry.Write(content);
            }
        }

        return bytes.ToArray();
    }
}
