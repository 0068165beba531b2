using System.Text.Json;
using System.Text.RegularExpressions;
using FedPortal.Reports;
using FedPortal.Tests.Site;
using FedPortal.Tests.Support;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace FedPortal.Tests.EndToEnd.Stories;

/// <summary>The three kinds of users walk the whole way in a real browser, from a portal nobody has signed in to, up to what an auditor proves without it.</summary>
[Collection("Browser")]
public sealed class ThreeStoriesTests
{
    private const string Study = "Pneumonia, winter 2026";
    private const string AdminPassword = "many lungs and one network 26";
    private const string AuditorPassword = "whoever counts counts twice 26";
    private const float Training = 600_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AdminCoordinatorsAndAuditor_WalkFromAnEmptyPortalToAProofWithoutThePortal()
    {
        await using Stage stage = await Stage.OpenAsync(Token);
        try
        {
            await WalkAsync(stage);
        }
        catch
        {
            TestContext.Current.TestOutputHelper!.WriteLine(string.Join(Environment.NewLine, stage.Portal.Log.Split('\n').TakeLast(60)));
            throw;
        }
    }

    private static async Task WalkAsync(Stage stage)
    {
        IPage admin = await stage.EnterAsync();
        await FirstSignInAsync(stage, admin);
        await AdmitAsync(stage, admin);
        string[] links = await InviteAsync(stage, admin);

        IPage[] coordinators = await Task.WhenAll(Hospital.All.Select(async hospital =>
        {
            IPage page = await stage.EnterAsync();
            await JoinAsync(page, links[hospital.Number], hospital.Password);
            await BringAsync(stage, page, hospital);
            return page;
        }));
        await OnlyOwnDataAsync(coordinators[1]);
        await ProposeAsync(stage, admin);
        foreach ((IPage page, Hospital hospital) in coordinators.Zip(Hospital.All))
        {
            await SignAsync(stage, page, hospital);
        }

        await RunAsync(stage, admin);
        await OwnRoundAsync(stage, coordinators[0]);

        IPage auditor = await stage.EnterAsync();
        await JoinAsync(auditor, links[^1], AuditorPassword);
        await AuditorChangesNothingAsync(auditor);
        await RecomputeAsync(stage, auditor);
        await VerifyLogAsync(stage, auditor);
        Assert.Empty(stage.Complaints);
    }

    private static async Task FirstSignInAsync(Stage stage, IPage page)
    {
        await page.GotoAsync("/");
        await page.WriteAsync("E-mail", Stage.AdminEmail);
        await page.WriteAsync("Password", stage.OneTimePassword);
        await page.Keyboard.PressAsync("Enter");
        await page.SeesHeadingAsync("Choose your own password");
        await page.WriteAsync("One-time password", stage.OneTimePassword);
        await page.WriteAsync("New password", AdminPassword);
        await page.WriteAsync("New password again", AdminPassword);
        await page.Keyboard.PressAsync("Enter");
        await page.SeesHeadingAsync("Overview");
        await page.LiveAsync();
        await stage.LookAsync(page, "empty-portal");
    }

    private static async Task AdmitAsync(Stage stage, IPage admin)
    {
        Hospital applicant = Hospital.All[0];
        IPage stranger = await stage.EnterAsync();
        await stranger.GotoAsync("/apply");
        await stranger.WriteAsync("Hospital", applicant.Name);
        await stranger.WriteAsync("City and country", "Springfield");
        await stranger.WriteAsync("Short code that you would like", applicant.Code);
        await stranger.WriteAsync("Who speaks for the hospital", applicant.Person);
        await stranger.WriteAsync("E-mail of that person", applicant.Email);
        await stranger.WriteAsync("Your X-rays and your reasons", "Some 15,000 chest X-rays of three winters; we see more pneumonia than we can read.");
        await stranger.GetByLabel("At the consortium's portal").CheckAsync();
        await stage.LookAsync(stranger, "application");
        await stranger.PressAsync("Send the application");
        await stranger.SeesHeadingAsync("Thank you");

        // The admin's first page learns of it by itself.
        await admin.SeesAsync("1 hospital asks to take part");
        await stage.LookAsync(admin, "application-waits");
        await admin.FollowAsync("Decide");
        await admin.FollowAsync("Read and decide");
        await Expect(admin.GetByLabel("Site program")).ToHaveValueAsync("hosted");
        await stage.LookAsync(admin, "application-read");
        await admin.PressAsync("Admit");
        await admin.SeesAsync("To the institution");
        foreach (Hospital hospital in Hospital.All.Skip(1))
        {
            await admin.MenuAsync("Institutions");
            await admin.FollowAsync("Admit an institution");
            await admin.WriteAsync("Name", hospital.Name);
            await admin.WriteAsync("Short code", hospital.Code);
            await admin.WriteAsync("Contact", hospital.Person);
            await admin.WriteAsync("E-mail of the contact", hospital.Email);
            await admin.GetByLabel("Site program").SelectOptionAsync("hosted");
            await admin.PressAsync("Admit");
            await admin.SeesHeadingAsync(hospital.Name);
        }

        await stage.LookAsync(admin, "institution-without-data");
        await admin.MenuAsync("Institutions");
        await Expect(admin.Locator("tbody tr")).ToHaveCountAsync(5);
        await stage.LookAsync(admin, "institutions");
    }

    /// <summary>The links of the five coordinators and of the auditor, as the page shows them.</summary>
    private static async Task<string[]> InviteAsync(Stage stage, IPage admin)
    {
        // From the institution's page its contact stands in the form already.
        await admin.FollowAsync(Hospital.All[0].Name);
        await admin.FollowAsync("Invite a coordinator");
        await Expect(admin.GetByLabel("Name", new() { Exact = true })).ToHaveValueAsync(Hospital.All[0].Person);
        await Expect(admin.GetByLabel("E-mail")).ToHaveValueAsync(Hospital.All[0].Email);
        await Expect(admin.GetByLabel(Hospital.All[0].Name)).ToBeCheckedAsync();
        List<string> links = [await LinkAsync(stage, admin)];
        foreach (Hospital hospital in Hospital.All.Skip(1))
        {
            await admin.WriteAsync("Name", hospital.Person);
            await admin.GetByLabel("E-mail").FillAsync(hospital.Email);
            await admin.GetByLabel(hospital.Name).CheckAsync();
            links.Add(await LinkAsync(stage, admin));
        }

        await admin.WriteAsync("Name", "Theo Auditor");
        await admin.GetByLabel("E-mail").FillAsync("theo@audit.test");
        await admin.GetByRole(AriaRole.Checkbox, new() { Name = "Coordinator" }).UncheckAsync();
        await admin.GetByRole(AriaRole.Checkbox, new() { Name = "Auditor" }).CheckAsync();
        links.Add(await LinkAsync(stage, admin));
        return [.. links];
    }

    private static async Task<string> LinkAsync(Stage stage, IPage admin)
    {
        await admin.PressAsync("Make the link");
        string link = await admin.Locator("[data-link]").InnerTextAsync();
        await stage.LookAsync(admin, "invited");
        await admin.PressAsync("Invite somebody else");
        return link;
    }

    private static async Task JoinAsync(IPage page, string link, string password)
    {
        await page.GotoAsync(link);
        await page.WriteAsync("Password", password);
        await page.WriteAsync("Password again", password);
        await page.Keyboard.PressAsync("Enter");
        await page.SeesAsync("Your account is ready.");
        await page.MenuAsync("Overview");
        await page.LiveAsync();
    }

    private static async Task BringAsync(Stage stage, IPage page, Hospital hospital)
    {
        await page.SeesAsync("Your institution has no data set yet.");
        await stage.LookAsync(page, $"coordinator-{hospital.Code}");
        await page.FollowAsync("Bring data");
        await page.WriteAsync("Name of the data set", hospital.DatasetName);
        await page.Locator(hospital.Form == Form.PictureZip ? "#files" : "#tree").SetInputFilesAsync(hospital.WriteImages(stage.At("images")));
        await page.SeesAsync(hospital.Form == Form.PictureZip ? "1 file," : $"{Hospital.Images} files,");
        await stage.LookAsync(page, $"bring-{hospital.Code}");
        await page.PressAsync("Send and import");
        await Expect(page.GetByText("Ready", new() { Exact = true })).ToBeVisibleAsync(new() { Timeout = Training });
        ILocator report = page.GetByRole(AriaRole.Region, new() { Name = "De-identification" });
        await Expect(report).ToContainTextAsync(hospital.Form == Form.DicomFolder ? $"dropped from {Hospital.Images} images" : "no image named one");
        await stage.LookAsync(page, $"dataset-{hospital.Code}");
        await page.PressAsync("Accept for the institution");
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Terms of use" }).GetByText(new Regex("^accepted until"))).ToBeVisibleAsync(); // the field's label begins with a capital
        await page.MenuAsync("Overview");
    }

    private static async Task OnlyOwnDataAsync(IPage coordinator)
    {
        await coordinator.MenuAsync("Data sets");
        await Expect(coordinator.Locator("tbody tr")).ToHaveCountAsync(1);
        await coordinator.MenuAsync("Institutions");
        await coordinator.FollowAsync(Hospital.All[0].Name);
        await coordinator.SeesAsync("Coordinators see the data sets of their own institution.");
        await coordinator.MenuAsync("Overview");
    }

    private static async Task ProposeAsync(Stage stage, IPage admin)
    {
        await admin.MenuAsync("Studies");
        await admin.PressAsync("New study");
        await admin.SetAsync("Name of the study", Study);
        await admin.SetAsync("Question", "Can one network tell pneumonia and COVID-19 from healthy lungs in five hospitals at once?");
        ILocator take = admin.GetByRole(AriaRole.Button, new() { Name = "Take these" });
        await take.PressAsync("Enter"); // not with the pointer: a message above that goes away at this moment moves the button from under it
        await Expect(take).ToHaveCountAsync(0);
        await NextAsync(stage, admin, "Roster");
        foreach (Hospital hospital in Hospital.All)
        {
            await admin.GetByLabel(hospital.Name, new() { Exact = true }).CheckAsync();
            await Expect(admin.GetByLabel($"Data set of {hospital.Name}")).Not.ToHaveValueAsync("");
        }

        await NextAsync(stage, admin, "Model");
        await admin.SetAsync("Local epochs in a round", "1");
        await NextAsync(stage, admin, "Preprocessing");
        await admin.SetAsync("Image size in pixels", "32");
        await NextAsync(stage, admin, "Class balance");
        await NextAsync(stage, admin, "Noise");
        await admin.SetAsync("Noise intensity z", "0.005");
        await admin.SetAsync("Clipping norm C", "5");
        await NextAsync(stage, admin, "Encryption");
        await NextAsync(stage, admin, "Quorum and rounds");
        await admin.SetAsync("Rounds", "2");
        await admin.SetAsync("Noise on sketches, in clipping norms", "0.05");
        await NextAsync(stage, admin, "Flight plan");
        await Expect(admin.GetByText("ε of the published sums").First).ToBeVisibleAsync();
        await stage.LookAsync(admin, "flight-plan");
        await admin.PressAsync("Propose to the institutions");
        await admin.SeesAsync("Waits for signatures.");
        await Expect(admin.GetByRole(AriaRole.Button, new() { Name = "Start", Exact = true })).ToBeDisabledAsync();
        await stage.LookAsync(admin, "proposed");
    }

    private static async Task NextAsync(Stage stage, IPage admin, string page)
    {
        await stage.LookAsync(admin, $"wizard-before-{page.Replace(' ', '-')}");
        await admin.GetByRole(AriaRole.Link, new() { Name = $"Next: {page}" }).ClickAsync();
        await Expect(admin.GetByRole(AriaRole.Heading, new() { Name = page, Level = 2, Exact = true })).ToBeVisibleAsync();
    }

    private static async Task SignAsync(Stage stage, IPage page, Hospital hospital)
    {
        await page.SeesAsync("wants your signature");
        await page.FollowAsync("Read and sign");
        await page.GetByLabel("Your password, once more").FillAsync(hospital.Password);
        await stage.LookAsync(page, $"sign-{hospital.Code}");
        await page.PressAsync("Sign the plan");
        await Expect(page.Locator($"li[data-institution={hospital.Code}][data-signed=true]")).ToBeVisibleAsync();
        await page.MenuAsync("Overview");
    }

    private static async Task RunAsync(Stage stage, IPage admin)
    {
        ILocator start = admin.GetByRole(AriaRole.Button, new() { Name = "Start", Exact = true });
        await Expect(start).ToBeEnabledAsync();
        await stage.LookAsync(admin, "all-signed");
        await start.ClickAsync();
        await admin.FollowAsync("Round 1");
        await Expect(admin.Locator("[data-stage=train]:is([data-face=Current], [data-face=Done])")).ToBeVisibleAsync(new() { Timeout = Training }); // on a crowded machine it may be over before the page is there
        await stage.LookAsync(admin, "round-running");
        await WholeRoundAsync(admin);
        await stage.LookAsync(admin, "round-done");
        await admin.GetByRole(AriaRole.Link, new() { Name = "Next", Exact = true }).ClickAsync();
        await admin.SeesHeadingAsync("Round 2 of 2");
        await WholeRoundAsync(admin);
        await admin.FollowAsync(Study);
        await Expect(admin.GetByText("Completed", new() { Exact = true }).First).ToBeVisibleAsync(new() { Timeout = Training });
        await stage.LookAsync(admin, "study-done");
    }

    /// <summary>Waits until all eleven boxes of the process flow are done.</summary>
    private static async Task WholeRoundAsync(IPage page)
    {
        await Expect(page.Locator("[data-round-state=Completed]")).ToBeVisibleAsync(new() { Timeout = Training });
        await Expect(page.Locator("[data-face=Done]")).ToHaveCountAsync(11);
        await Expect(page.Locator("[data-notice=clear]")).ToHaveCountAsync(0);
    }

    /// <summary>A coordinator sees the whole flow, and figures of the own institution only.</summary>
    private static async Task OwnRoundAsync(Stage stage, IPage coordinator)
    {
        await stage.LookAsync(coordinator, "coordinator-after");
        await coordinator.MenuAsync("Rounds");
        await coordinator.FollowAsync("Round 2");
        await Expect(coordinator.Locator("[data-face=Done]")).ToHaveCountAsync(11);
        await stage.LookAsync(coordinator, "coordinator-round");
    }

    private static async Task AuditorChangesNothingAsync(IPage auditor)
    {
        await auditor.MenuAsync("Studies");
        await Expect(auditor.GetByRole(AriaRole.Button, new() { Name = "New study" })).ToHaveCountAsync(0);
        await auditor.FollowAsync(Study);
        await auditor.SeesHeadingAsync(Study);
        foreach (string act in new[] { "Start", "Cancel study", "Copy into a draft", "Sign the plan", "Archive" })
        {
            await Expect(auditor.GetByRole(AriaRole.Button, new() { Name = act, Exact = true })).ToHaveCountAsync(0);
        }

        foreach (string page in new[] { "/institutions/new", "/datasets/new", "/people/invite" })
        {
            await auditor.GotoAsync(page);
            Assert.Contains("/account/denied", auditor.Url, StringComparison.Ordinal);
        }

        await auditor.GotoAsync("/");
        await auditor.LiveAsync();
    }

    private static async Task RecomputeAsync(Stage stage, IPage auditor)
    {
        await stage.LookAsync(auditor, "auditor-home");
        await auditor.MenuAsync("Privacy");
        await auditor.FollowAsync(Study);
        await auditor.SeesAsync("What may be claimed");
        await stage.LookAsync(auditor, "privacy-report");
        string stated = await auditor.Locator(".tile").Filter(new() { HasText = "published sum" }).Locator(".tile-value").InnerTextAsync();
        await auditor.FollowAsync("Open the ledger");
        await auditor.LiveAsync();
        await auditor.PressAsync("Recompute every row");
        ILocator finding = auditor.GetByRole(AriaRole.Status).Filter(new() { HasText = "rows verify" });
        await Expect(finding).ToContainTextAsync($"ε = {stated.Trim()}");
        await stage.LookAsync(auditor, "recomputed");

        string ledger = await DownloadAsync(stage, auditor, "Ledger file", "ledger.jsonl");
        (int code, JsonElement found) = await VerifyAsync("epsilon", "--ledger", ledger);
        Assert.Equal((0, true), (code, found.GetProperty("verified").GetBoolean()));
        Assert.Equal(4, found.GetProperty("releases").GetInt32()); // in each of two rounds an update and a sketch
        Assert.Equal(stated.Trim(), EpsilonText.Brief(found.GetProperty("views")[0].GetProperty("epsilon").GetDouble()));

        (code, found) = await VerifyAsync("epsilon", "--ledger", await ChangedAsync(ledger, "skellam", "skellan"));
        Assert.Equal((1, false), (code, found.GetProperty("verified").GetBoolean()));
    }

    private static async Task VerifyLogAsync(Stage stage, IPage auditor)
    {
        await auditor.MenuAsync("Audit");
        await auditor.PressAsync("Verify the whole log");
        await auditor.SeesAsync("Verified.");
        ILocator sign = auditor.GetByRole(AriaRole.Button, new() { Name = "Sign a checkpoint now" });

        // The portal's own signer may be faster, also between a look at the button and a click on it: then there is nothing to click on any more.
        await Task.WhenAny(sign.ClickAsync(), auditor.SeesAsync("nothing is unsigned"));
        await auditor.SeesAsync("nothing is unsigned");
        await stage.LookAsync(auditor, "audit-log");
        string log = await DownloadAsync(stage, auditor, "Export the log", "log.jsonl");
        string key = await DownloadAsync(stage, auditor, "Download to pin it", "key.txt");
        string pinned = (await File.ReadAllTextAsync(key, Token)).Trim();

        (int code, JsonElement found) = await VerifyAsync("audit", "verify", log, "--key", pinned);

        Assert.Equal((0, true, true), (code, found.GetProperty("verified").GetBoolean(), found.GetProperty("complete").GetBoolean()));
        Assert.Equal(found.GetProperty("lastSequence").GetInt64(), found.GetProperty("signedUpTo").GetInt64());
        string text = await File.ReadAllTextAsync(log, Token);
        foreach (Hospital hospital in Hospital.All)
        {
            Assert.Contains(hospital.Person, text, StringComparison.Ordinal);
        }

        (code, found) = await VerifyAsync("audit", "verify", await ChangedAsync(log, Hospital.All[2].Person, "Lena Corta"), "--key", pinned);
        Assert.Equal((1, false), (code, found.GetProperty("verified").GetBoolean()));
    }

    private static async Task<string> DownloadAsync(Stage stage, IPage page, string link, string name)
    {
        IDownload download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = link, Exact = true }).ClickAsync());
        await download.SaveAsAsync(stage.At(name));
        return stage.At(name);
    }

    /// <summary>A copy of a file in which one place reads otherwise.</summary>
    private static async Task<string> ChangedAsync(string file, string old, string changed)
    {
        string text = await File.ReadAllTextAsync(file, Token);
        Assert.Contains(old, text, StringComparison.Ordinal);
        await File.WriteAllTextAsync(file + ".changed", new Regex(Regex.Escape(old)).Replace(text, changed, 1), Token);
        return file + ".changed";
    }

    private static async Task<(int ExitCode, JsonElement Found)> VerifyAsync(params string[] arguments)
    {
        (int code, string output, string errors) = await SiteProgram.RunAsync([.. arguments, "--json"]);
        Assert.True(output.Length > 0, errors);
        return (code, JsonDocument.Parse(output).RootElement);
    }
}
