using AngleSharp.Dom;
using FedPortal.Components.Shared;
using FedPortal.Training.Evaluation;
using Xunit;

namespace FedPortal.Tests.Portal.Web;

public class MetricTableTests
{
    [Fact]
    public async Task EachNumber_ComesWithItsIntervalAndMethod()
    {
        IDocument page = await ShowAsync(new Measurement(Metric.Accuracy, null, 0.8125, 0.7, 0.9, 48, "Wilson"));

        string cell = page.QuerySelector("tbody td:nth-child(3)")!.TextContent;
        Assert.Contains("0.812", cell, StringComparison.Ordinal);
        Assert.Contains("0.700 – 0.900", cell, StringComparison.Ordinal);
        Assert.Contains("Wilson", cell, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AMetricWithoutSupport_IsSaidInWords()
    {
        IDocument page = await ShowAsync(new Measurement(Metric.Accuracy, null, null, null, null, 0, ""));

        Assert.Equal("no support", page.QuerySelector("tbody td:nth-child(3)")!.TextContent.Trim());
    }

    [Fact]
    public async Task AMetricThatWasNotMeasured_IsNotShownAsANumber()
    {
        IDocument page = await ShowAsync();

        Assert.All(page.QuerySelectorAll("tbody td").Skip(1), cell => Assert.Equal("no support", cell.TextContent.Trim()));
    }

    private static async Task<IDocument> ShowAsync(params Measurement[] measurements)
    {
        var report = new EvaluationReport(["normal", "covid"], 48, null, [[1, 0], [0, 1]], measurements, IsSynthetic: true);
        ComponentRenderer renderer = await ComponentRenderer.ShowAsync<MetricTable>(
            (nameof(MetricTable.Title), "Metrics"), (nameof(MetricTable.Rows), new List<(string, EvaluationReport)> { ("Pooled", report) }));
        return await renderer.DocumentAsync();
    }
}
