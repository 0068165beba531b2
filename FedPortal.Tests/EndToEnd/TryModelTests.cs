using FedPortal.Identity;
using FedPortal.Tests.Support;
using FedPortal.Tests.Training.Explanation;
using FedPortal.Training.Imaging;
using Microsoft.Playwright;
using Xunit;

namespace FedPortal.Tests.EndToEnd;

/// <summary>The page that answers pictures, in a browser. With FEDPORTAL_SCREENSHOTS set it leaves pictures of its own pages there.</summary>
[Collection("Browser")]
public sealed class TryModelTests(BrowserHost host) : IClassFixture<BrowserHost>
{
    private const float Answer = 300_000;

    [Fact]
    public async Task ASampleIsAnswered_NoiseIsWarnedOf_AndAFileThatIsNoPictureIsRefused()
    {
        PortalHost.RequireTraining();
        ReleasedModel model = await ReleasedModel.AddToAsync(host);
        await using BrowserPage tab = await host.OpenAsync(Roles.Admin);
        await tab.Page.GotoAsync($"/models/{model.StudyId}/0/try");
        await Assertions.Expect(tab.Page.GetByText("Not a medical device.").First).ToBeVisibleAsync();

        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Try with a synthetic X-ray" }).ClickAsync();
        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Heading, new() { Name = "A synthetic X-ray, drawn as" })).ToBeVisibleAsync(new() { Timeout = Answer });
        await Assertions.Expect(tab.Page.Locator(".probabilities li")).ToHaveCountAsync(3);
        await Assertions.Expect(tab.Page.Locator(".layers img")).ToHaveCountAsync(2);
        await tab.Page.GetByLabel("Where it looked").FillAsync("100");
        await Assertions.Expect(tab.Page.Locator(".layers .attention")).ToHaveAttributeAsync("style", "opacity:1");
        await LookAsync(tab, "try-sample");

        await UploadAsync(tab, "noise.png", GreyPng.Encode(OtherPictures.Noise(3), isSynthetic: false));
        await Assertions.Expect(tab.Page.Locator("[data-novelty=unlike]")).ToContainTextAsync("unlike those the model was measured on", new() { Timeout = Answer });
        await LookAsync(tab, "try-noise");

        await UploadAsync(tab, "letter.png", [1, 2, 3]);
        await Assertions.Expect(tab.Page.Locator(".notice.bad")).ToBeVisibleAsync();
        await Assertions.Expect(tab.Page.Locator(".probabilities")).ToHaveCountAsync(0);

        foreach ((string page, string name) in new[] { ($"/models/{model.StudyId}/0/drift", "drift"), ("/models/inference", "released"), ("/models/inference/keys", "keys") })
        {
            await tab.Page.GotoAsync(page);
            await tab.Page.LiveAsync();
            await LookAsync(tab, name);
        }

        Assert.Empty(tab.Complaints);
    }

    [Fact]
    public async Task AnAdminMakesAKeyOnThePage_ItIsShownOnce_AndRevokedThere()
    {
        ReleasedModel model = await ReleasedModel.AddToAsync(host);
        await using BrowserPage tab = await host.OpenAsync(Roles.Admin);
        await tab.Page.GotoAsync("/models/inference/keys");
        await tab.Page.LiveAsync();
        await tab.Page.GetByLabel("Name").FillAsync("Night shift");
        await tab.Page.GetByLabel("Model of").SelectOptionAsync($"{model.StudyId}");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Make the key" }).ClickAsync();

        await Assertions.Expect(tab.Page.Locator("[data-key]")).ToContainTextAsync("fedm_");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "I have it" }).ClickAsync();
        await Assertions.Expect(tab.Page.Locator("[data-key]")).ToHaveCountAsync(0);
        ILocator row = tab.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "Night shift" });
        await row.GetByRole(AriaRole.Button, new() { Name = "Revoke" }).ClickAsync();
        await row.GetByRole(AriaRole.Group).GetByRole(AriaRole.Button, new() { Name = "Revoke", Exact = true }).ClickAsync(); // the one of the question, not the one that asked it
        await Assertions.Expect(row).ToContainTextAsync("Revoked");
    }

    private static Task UploadAsync(BrowserPage tab, string name, byte[] content) =>
        tab.Page.Locator("#picture").SetInputFilesAsync(new FilePayload { Name = name, MimeType = "image/png", Buffer = content });

    private static async Task LookAsync(BrowserPage tab, string name)
    {
        Assert.Empty(await tab.Page.ViolationsAsync());
        if (Environment.GetEnvironmentVariable("FEDPORTAL_SCREENSHOTS") is { Length: > 0 } folder)
        {
            await tab.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"{name}.png"), FullPage = true });
            await tab.Page.SetViewportSizeAsync(390, 844);
            Assert.Equal(0, await tab.Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth"));
            await tab.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"{name}-390.png"), FullPage = true });
            await tab.Page.SetViewportSizeAsync(1280, 900);
        }
    }
}
