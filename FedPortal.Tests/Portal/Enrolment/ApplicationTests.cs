using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Institutions;
using FedPortal.Tests.Support;
using Xunit;

namespace FedPortal.Tests.Portal.Enrolment;

/// <summary>The page that strangers write on, and what admins make of it.</summary>
public sealed class ApplicationTests(PortalHost host) : IClassFixture<PortalHost>
{
    private ApplicationStore Applications => host.Services.GetRequiredService<ApplicationStore>();

    [Fact]
    public async Task AnApplication_WaitsForTheAdmin_AndBecomesAnInstitution()
    {
        string answer = await SendAsync(("name", "Saint Applied's"), ("code", "applied"));

        ApplicationRow row = (await Applications.ListAsync(Viewer.Everything, default)).Single(a => a.Form.Name == "Saint Applied's");
        (Guid? institution, string? problem) = await Applications.ApproveAsync(row.Id, "applied", isHosted: false, "admin", default);
        (Guid? again, string? twice) = await Applications.ApproveAsync(row.Id, "applied2", isHosted: false, "admin", default);
        InstitutionStore institutions = host.Services.GetRequiredService<InstitutionStore>();
        InstitutionRow admitted = (await institutions.FindAsync(Viewer.Everything, institution!.Value, default))!;
        Assert.Contains("Thank you", answer, StringComparison.Ordinal);
        Assert.Null(problem);
        Assert.Equal(("applied", false, InstitutionTask.Invite), (admitted.ShortCode, admitted.IsHosted, admitted.Task));
        Assert.Equal("c.ontact@example.test", (await institutions.RecordAsync(Viewer.Everything, institution.Value, default))!.ContactEmail);
        Assert.Null(again);
        Assert.Contains("Approved already", twice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ARobotThatFillsInTheHiddenField_IsThankedAndForgotten()
    {
        string answer = await SendAsync(("name", "Robot Clinic"), ("website", "https://spam.example"));

        Assert.Contains("Thank you", answer, StringComparison.Ordinal);
        Assert.DoesNotContain(await Applications.ListAsync(Viewer.Everything, default), a => a.Form.Name == "Robot Clinic");
    }

    [Theory]
    [InlineData("email", "nobody", "not an e-mail address")]
    [InlineData("code", "Bad Code", "starting with a letter")]
    [InlineData("about", "short", "From 20 to 2000")]
    [InlineData("name", "", "which hospital you are")]
    public async Task AFormThatIsNotFilledInWell_ComesBackWithTheReason(string field, string value, string reason)
    {
        string answer = await SendAsync((field, value));

        Assert.Contains(reason, answer, StringComparison.Ordinal);
        Assert.DoesNotContain("Thank you", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutTheTokenOfThePage_NothingIsTaken()
    {
        using HttpClient client = host.NewClient();
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("_handler", "apply"), KeyValuePair.Create("Input.Name", "Forged")]);
        using HttpResponseMessage answer = await client.PostAsync("/apply", form);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Applications_AreNotForCoordinators()
    {
        await SendAsync(("name", "Secret Wish"));

        Assert.Empty(await Applications.ListAsync(Viewer.Of(Guid.NewGuid()), default));
        using HttpClient coordinator = await host.SignInAsync(await host.AddUserAsync(Roles.Coordinator));
        Assert.DoesNotContain("Secret Wish", await coordinator.GetStringAsync("/institutions"), StringComparison.Ordinal);
    }

    [Fact]
    public void DecidedApplications_AreFinal()
    {
        var application = new InstitutionApplication(new ApplicationForm("A", "aa", "B", "C", "d@e.f", "G", false), DateTimeOffset.UnixEpoch);
        application.Decline("No.", "admin", DateTimeOffset.UnixEpoch);

        Assert.Throws<InvalidOperationException>(() => application.Approve(Guid.NewGuid(), "admin", DateTimeOffset.UnixEpoch));
    }

    private async Task<string> SendAsync(params (string Id, string Value)[] changed)
    {
        Dictionary<string, string> values = new()
        {
            ["name"] = "Test Hospital",
            ["place"] = "Oslo, Norway",
            ["code"] = "test-hosp",
            ["contact"] = "C. Ontact",
            ["email"] = "c.ontact@example.test",
            ["about"] = "Some thousand chest X-rays of adults.",
            ["website"] = "",
        };
        foreach ((string id, string value) in changed)
        {
            values[id] = value;
        }

        using HttpClient client = host.NewClient();
        IDocument page = await new HtmlParser().ParseDocumentAsync(await client.GetStringAsync("/apply"));
        List<KeyValuePair<string, string>> fields = [];
        foreach (IElement field in page.QuerySelectorAll("form input, form textarea").Where(f => f.GetAttribute("type") != "radio"))
        {
            fields.Add(KeyValuePair.Create(field.GetAttribute("name")!, values.GetValueOrDefault(field.Id ?? "", field.GetAttribute("value") ?? "")));
        }

        fields.Add(KeyValuePair.Create("Input.WantsHosting", "false"));
        using var form = new FormUrlEncodedContent(fields);
        using HttpResponseMessage answer = await client.PostAsync("/apply", form);
        return await answer.Content.ReadAsStringAsync();
    }
}
