using System.Net;
using System.Text.Json;
using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Tests.Support;
using FedPortal.Training.Datasets.Phantoms;
using FedPortal.Training.Imaging;
using Microsoft.Playwright;
using Xunit;

namespace FedPortal.Tests.EndToEnd;

/// <summary>A coordinator brings a data set, looks at it, corrects it and accepts its terms, with real files in a real browser.</summary>
[Collection("Browser")]
public sealed class DatasetStoryTests(BrowserHost host) : IClassFixture<BrowserHost>
{
    private const float Import = 300_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task FilesArriveInPieces_AndGoOnWhereTheyBroke()
    {
        Guid institution = await AdmitAsync("pieces");
        using HttpClient client = await SignInAsync(institution);
        using HttpClient other = await SignInAsync(await AdmitAsync("others"));
        byte[] picture = Picture(1);

        using HttpResponseMessage begun = await SendAsync(client, HttpMethod.Post, "", JsonContent.Create(new
        {
            institution,
            name = "Winter",
            files = new[] { new { path = "normal/a.png", bytes = picture.Length }, new { path = "covid/b.png", bytes = 3 } },
        }));
        Guid id = (await begun.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("id").GetGuid();
        using HttpResponseMessage half = await SendAsync(client, HttpMethod.Put, $"/{id}/0?offset=0", new ByteArrayContent(picture, 0, 100));
        using HttpResponseMessage wrong = await SendAsync(client, HttpMethod.Put, $"/{id}/0?offset=50", new ByteArrayContent(picture, 50, 10));
        using HttpResponseMessage tooMuch = await SendAsync(client, HttpMethod.Put, $"/{id}/1?offset=0", new ByteArrayContent(new byte[4]));
        using HttpResponseMessage early = await SendAsync(client, HttpMethod.Post, $"/{id}/finish", null);
        using HttpResponseMessage rest = await SendAsync(client, HttpMethod.Put, $"/{id}/0?offset=100", new ByteArrayContent(picture, 100, picture.Length - 100));
        using HttpResponseMessage stolen = await SendAsync(other, HttpMethod.Put, $"/{id}/1?offset=0", new ByteArrayContent(new byte[3]));
        JsonElement state = await client.GetFromJsonAsync<JsonElement>($"/api/v1/uploads/sessions/{id}", Token);
        using HttpResponseMessage foreign = await SendAsync(other, HttpMethod.Post, "", JsonContent.Create(new { institution, name = "x", files = new[] { new { path = "a/b.png", bytes = 1 } } }));
        using HttpResponseMessage gone = await SendAsync(client, HttpMethod.Delete, $"/{id}", null);

        Assert.Equal(HttpStatusCode.Created, begun.StatusCode);
        Assert.Equal(HttpStatusCode.OK, half.StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, wrong.StatusCode);
        Assert.Equal(100, (await wrong.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("received").GetInt64());
        Assert.Equal(HttpStatusCode.Conflict, tooMuch.StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, early.StatusCode);
        Assert.Equal(HttpStatusCode.OK, rest.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, stolen.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, foreign.StatusCode);
        Assert.Equal(picture.Length, state.GetProperty("files")[0].GetProperty("received").GetInt64());
        Assert.Equal(HttpStatusCode.NoContent, gone.StatusCode);
    }

    [Fact]
    public async Task ACoordinator_UploadsCorrectsAndReleasesADataSet()
    {
        PortalHost.RequireTraining();
        Guid institution = await AdmitAsync("story");
        using var folder = new TemporaryFolder();
        foreach (int i in Enumerable.Range(0, 12))
        {
            string path = folder.At("scans", i % 2 == 0 ? "normal" : "pneumonia", $"{i}.png");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllBytesAsync(path, Picture(i), Token);
        }

        await using BrowserPage tab = await host.OpenAsync();
        await tab.SignInAsync(await host.AddUserAsync(Roles.Coordinator, institution), PortalHost.Password);
        IPage page = tab.Page;
        await page.LiveAsync();
        await page.GotoAsync("/datasets/new");
        await page.LiveAsync();
        await page.GetByLabel("Name of the data set").FillAsync("Winter X-rays");
        await page.Locator("#tree").SetInputFilesAsync(folder.At("scans"));
        await Assertions.Expect(page.GetByText("12 files")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Send and import" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Ready", new() { Exact = true })).ToBeVisibleAsync(new() { Timeout = Import });
        await Assertions.Expect(page.GetByRole(AriaRole.Region, new() { Name = "De-identification" })).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Accept for the institution" }).ClickAsync();
        await Assertions.Expect(page.Locator(".badge", new() { HasText = "accepted until" })).ToBeVisibleAsync();
        Assert.Empty(await page.ViolationsAsync());

        await page.GetByRole(AriaRole.Link, new() { Name = "Look at the images" }).ClickAsync();
        await page.Locator(".thumb").First.ClickAsync();
        await Assertions.Expect(page.Locator(".stage img")).ToBeVisibleAsync();
        Assert.True(await page.Locator(".stage img").EvaluateAsync<bool>("async image => { await image.decode(); return image.naturalWidth > 0; }"));
        Assert.Empty(await page.ViolationsAsync());
        await page.GetByLabel("Label", new() { Exact = true }).FillAsync("covid");
        await page.GetByLabel("Label", new() { Exact = true }).PressAsync("Enter");
        await Assertions.Expect(page.GetByText("1 image changed")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Make version 2" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Version 2", new() { Exact = true })).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("Ready", new() { Exact = true })).ToBeVisibleAsync(new() { Timeout = Import });

        IReadOnlyList<DatasetRow> rows = await host.Services.GetRequiredService<DatasetStore>().ListAsync(Viewer.Everything, institution, Token);
        Assert.Equal([1, 2], rows.Select(row => row.Version));
        DatasetDetail second = (await host.Services.GetRequiredService<DatasetStore>().FindAsync(Viewer.Everything, rows[1].Id, Token))!;
        Assert.Contains(second.Classes, one => one.Class == "covid" && one.Total == 1);
        Assert.True(second.Row.Terms!.IsValidAt(TimeProvider.System.GetUtcNow()));
        Assert.Empty(tab.Complaints);
    }

    private static byte[] Picture(int seed) =>
        GreyPng.Encode(PhantomGenerator.Generate((PhantomFinding)(seed % 3), PhantomStyle.All[seed % 5], 64, (ulong)seed), isSynthetic: false);

    private async Task<Guid> AdmitAsync(string code) =>
        (await host.Services.GetRequiredService<InstitutionStore>().AdmitAsync($"{code} hospital", code, isHosted: true, "test", Token))!.Value;

    private async Task<HttpClient> SignInAsync(Guid institution)
    {
        HttpClient client = await host.SignInAsync(await host.AddUserAsync(Roles.Coordinator, institution));
        client.DefaultRequestHeaders.Add("RequestVerificationToken", await client.AntiforgeryTokenAsync("/datasets"));
        return client;
    }

    private static Task<HttpResponseMessage> SendAsync(HttpClient client, HttpMethod method, string path, HttpContent? content) =>
        client.SendAsync(new HttpRequestMessage(method, $"/api/v1/uploads/sessions{path}") { Content = content }, Token);
}
