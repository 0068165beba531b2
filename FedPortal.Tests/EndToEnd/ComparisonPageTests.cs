using System.Net;
using FedPortal.Comparisons;
using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Runs;
using FedPortal.Tests.Support;
using FedPortal.Training.Comparison;
using Xunit;

namespace FedPortal.Tests.EndToEnd;

/// <summary>Who sees which comparison, and what an order may ask for.</summary>
public sealed class ComparisonPageTests(PortalHost host) : IClassFixture<PortalHost>
{
    [Theory]
    [InlineData(Roles.Admin, true, true)]
    [InlineData(Roles.Auditor, false, true)]
    [InlineData(Roles.Coordinator, false, false)]
    public async Task EveryRoleReadsTheTable_OnlyAdminsStartOne_AndOthersDataSetsAreHidden(string role, bool starts, bool seesOthers)
    {
        SampleConsortium sample = await host.SampleAsync();
        using HttpClient client = await host.SignInAsync(await host.AddUserAsync(role, role == Roles.Coordinator ? sample.InstitutionId : null));

        string page = await client.GetStringAsync($"/comparison/{sample.ComparisonId}");
        string list = await client.GetStringAsync("/api/v1/comparisons");

        Assert.Contains("PPPML-HMI", page, StringComparison.Ordinal);
        Assert.Contains("99.6 %", page, StringComparison.Ordinal);
        Assert.Contains("not found", page, StringComparison.Ordinal);
        Assert.Contains("Published figures were measured by others on other data", page, StringComparison.Ordinal);
        Assert.Equal(starts, page.Contains("Start a comparison", StringComparison.Ordinal));
        Assert.Equal(seesOthers, page.Contains("data sets of 3 institutions", StringComparison.Ordinal));
        Assert.Equal(seesOthers, list.Contains($"{sample.OtherComparisonId}", StringComparison.Ordinal));
        foreach (string form in new[] { "json", "csv", "md" })
        {
            using HttpResponseMessage own = await client.GetAsync($"/api/v1/comparisons/{sample.ComparisonId}/report.{form}");
            using HttpResponseMessage other = await client.GetAsync($"/api/v1/comparisons/{sample.OtherComparisonId}/report.{form}");
            Assert.Equal(HttpStatusCode.OK, own.StatusCode);
            Assert.Equal(seesOthers ? HttpStatusCode.OK : HttpStatusCode.NotFound, other.StatusCode);
        }
    }

    [Fact]
    public void ACoordinatorInAComparison_SeesTheWholeAndTheOwnHoldoutOnly()
    {
        Guid own = Guid.NewGuid();
        ComparisonSite SiteOf(string name, Guid id) => new(id, name, name, Guid.NewGuid(), "set", IsSynthetic: false);
        var order = new ComparisonOrder(null, [SiteOf("hospital-a", own), SiteOf("hospital-b", Guid.NewGuid()), SiteOf("hospital-c", Guid.NewGuid())], ComparisonOrder.MethodsForPatients);
        var row = new ComparisonRunRow(Guid.NewGuid(), RunState.Done, order.Subject, false, 9, 9, 1, "", "", null, "A. Admin", default, null, default);

        ComparisonDetail seen = Viewer.Of(own).Narrow(new ComparisonDetail(row, order, SampleComparison.Report()));

        Assert.Equal(["hospital-a"], seen.Order.Sites.Select(site => site.InstitutionName));
        Assert.Equal(["hospital-a"], seen.Report!.Settings.Sites.Select(site => site.Name));
        Assert.All(seen.Report.Results, result => Assert.Equal(["hospital-a"], result.Sites.Select(site => site.Site)));
        Assert.Equal(SampleComparison.Settings.TrainImages, seen.Report.Settings.TrainImages);
        Assert.Equal(2, Viewer.Everything.Narrow(new ComparisonDetail(row, order, SampleComparison.Report())).Report!.Settings.Sites.Count);
    }

    [Fact]
    public void AnOrder_SaysWhatSpeaksAgainstIt()
    {
        ComparisonSite SiteOf(bool isSynthetic) => new(Guid.NewGuid(), "A", "a", Guid.NewGuid(), "set", isSynthetic);
        ComparisonSite[] three = [SiteOf(true), SiteOf(true), SiteOf(false)];

        Assert.Empty(ComparisonOrder.Usual.Problems());
        Assert.Empty(new ComparisonOrder(null, three, ComparisonOrder.MethodsForPatients).Problems());
        Assert.Contains(new ComparisonOrder(null, three, ComparedMethods.Names).Problems(), problem => problem.Contains("not put together", StringComparison.Ordinal));
        Assert.Contains(new ComparisonOrder(null, three[..2], ComparisonOrder.MethodsForPatients).Problems(), problem => problem.Contains("at least 3", StringComparison.Ordinal));
        Assert.NotEmpty(new ComparisonOrder(10, [], ComparedMethods.Names).Problems());
        Assert.NotEmpty(new ComparisonOrder(null, [], ComparedMethods.Names).Problems());
        Assert.Throws<ArgumentException>(() => new ComparisonRun(new ComparisonOrder(10, [], []), "A. Admin", DateTimeOffset.UnixEpoch));
    }
}
