using AngleSharp.Dom;
using FedPortal.Components.Shared;
using Xunit;

namespace FedPortal.Tests.Portal.Web;

public class FigureTests
{
    [Fact]
    public async Task LineChart_AValueWithoutSupport_IsAGapAndWords_NotZero()
    {
        ChartSeries pooled = new("Pooled", 1, [new(1, 0.5), new(2, 0.6), new(3, null), new(4, 0.7), new(5, 0.8)]);

        IDocument page = await ShowChartAsync(pooled);

        Assert.Equal(2, page.QuerySelectorAll("polyline").Length);
        Assert.Equal(4, page.QuerySelectorAll("circle").Length);
        Assert.Equal("no support", page.QuerySelector("tbody tr:nth-child(3) td")!.TextContent.Trim());
    }

    [Fact]
    public async Task LineChart_ValuesOutsideTheFixedScale_StayInsideTheDrawing()
    {
        IDocument page = await ShowChartAsync(new ChartSeries("Pooled", 1, [new(1, -3), new(2, 7)]));

        double[] heights = [.. page.QuerySelectorAll("circle").Select(point => double.Parse(point.GetAttribute("cy")!, System.Globalization.CultureInfo.InvariantCulture))];
        Assert.All(heights, height => Assert.InRange(height, 0, 250));
    }

    [Fact]
    public async Task LineChart_BandsEncloseTheirLine()
    {
        IDocument page = await ShowChartAsync(new ChartSeries("Pooled", 1, [new(1, 0.5, 0.4, 0.6), new(2, 0.6, 0.5, 0.7)]));

        double[] band = Heights(page.QuerySelector("polygon")!.GetAttribute("points")!);
        double[] line = Heights(page.QuerySelector("polyline")!.GetAttribute("points")!);
        Assert.All([0, 1], i => Assert.InRange(line[i], band[i], band[^(i + 1)]));
    }

    [Theory]
    [InlineData(StageFace.Current, "step")]
    [InlineData(StageFace.Done, null)]
    public async Task Pipeline_OnlyTheStageOfNowIsMarkedAsTheStep(StageFace face, string? expected)
    {
        ComponentRenderer renderer = await ComponentRenderer.ShowAsync<Pipeline>((nameof(Pipeline.Stages), new StageView[] { new("Training", face) }));

        IElement stage = (await renderer.DocumentAsync()).QuerySelector("li.stage")!;
        Assert.Equal(expected, stage.GetAttribute("aria-current"));
    }

    [Fact]
    public async Task Pipeline_AStageThatTheStrategySkips_IsNeverShownAsDone()
    {
        StageView skipped = new("Unlocked", StageFace.Unused, "not used by plain FedAvg");
        ComponentRenderer renderer = await ComponentRenderer.ShowAsync<Pipeline>((nameof(Pipeline.Stages), new[] { skipped }));

        IElement stage = (await renderer.DocumentAsync()).QuerySelector("li.stage")!;
        Assert.Null(stage.QuerySelector(".icon"));
        Assert.Contains("not part of this strategy", stage.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ConfusionTable_AClassWithoutImages_SaysSo()
    {
        ComponentRenderer renderer = await ComponentRenderer.ShowAsync<ConfusionTable>(
            (nameof(ConfusionTable.Classes), new[] { "normal", "covid" }),
            (nameof(ConfusionTable.Matrix), new IReadOnlyList<int>[] { new[] { 3, 1 }, new[] { 0, 0 } }));

        IDocument page = await renderer.DocumentAsync();
        Assert.Contains("75 %", page.QuerySelector("tbody tr:nth-child(1)")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("no images", page.QuerySelector("tbody tr:nth-child(2)")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ConfirmButton_ActsOnlyAfterTheSecondClick()
    {
        int acted = 0;
        ComponentRenderer renderer = await ComponentRenderer.ShowAsync<ConfirmButton>(
            (nameof(ConfirmButton.Text), "Cancel"), (nameof(ConfirmButton.Question), "Really?"), (nameof(ConfirmButton.Confirmation), "Yes"),
            (nameof(ConfirmButton.OnConfirmed), Microsoft.AspNetCore.Components.EventCallback.Factory.Create(this, () => acted++)));

        await renderer.ClickAsync("button");
        Assert.Equal(0, acted);

        await renderer.ClickAsync("button.danger");
        Assert.Equal(1, acted);
    }

    private static async Task<IDocument> ShowChartAsync(params ChartSeries[] series)
    {
        ComponentRenderer renderer = await ComponentRenderer.ShowAsync<LineChart>(
            (nameof(LineChart.Title), "Accuracy"), (nameof(LineChart.Series), series), (nameof(LineChart.Top), 1.0));
        return await renderer.DocumentAsync();
    }

    private static double[] Heights(string points) =>
        [.. points.Split(' ').Select(place => double.Parse(place.Split(',')[1], System.Globalization.CultureInfo.InvariantCulture))];
}
