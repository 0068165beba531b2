using System.Diagnostics;
using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using FedPortal.Components.Reports;
using FedPortal.Reports;
using FedPortal.Tests.Support;
using FedPortal.Tests.Training.Ledger;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace FedPortal.Tests.Portal.Reports;

public sealed class ReportPrinterTests : IDisposable
{
    private const string TextReader = "/usr/bin/pdftotext";
    private readonly TemporaryFolder _folder = new();
    private readonly PdfPrinter _pdf = new("weasyprint", TimeSpan.FromMinutes(10)); // a crowded machine takes its time

    public void Dispose()
    {
        _pdf.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task ThePrintPageNeedsNothingElse_AndHoldsTheClaimsAndEveryRow()
    {
        IDocument page = await new HtmlParser().ParseDocumentAsync(await Printer().HtmlAsync(Report("Lungs <b>& more</b>")));

        Assert.Empty(page.QuerySelectorAll("script, link, img, iframe, [src]"));
        Assert.Equal("Lungs <b>& more</b>", page.QuerySelector("h1")!.TextContent);
        Assert.Contains("adversary = anyone who sees the published sums only", page.Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal(3, page.QuerySelectorAll("table.rows tbody tr").Length);
        Assert.Contains("size: A4", page.QuerySelector("style")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(3, page.QuerySelectorAll("svg polyline").Length);
    }

    [Fact]
    public async Task ThePdfHoldsTheText()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/weasyprint"), "weasyprint is not installed here.");
        Assert.SkipUnless(File.Exists(TextReader), $"There is no {TextReader} here.");
        string path = _folder.At("report.pdf");
        await File.WriteAllBytesAsync(path, await Printer().PdfAsync(Report("Pneumonia in five hospitals"), CancellationToken.None));

        using Process process = Process.Start(new ProcessStartInfo(TextReader, ["-layout", path, "-"]) { RedirectStandardOutput = true })!;
        string text = await process.StandardOutput.ReadToEndAsync();

        Assert.Contains("Pneumonia in five hospitals", text, StringComparison.Ordinal);
        Assert.Contains("What may be claimed", text, StringComparison.Ordinal);
        Assert.Contains("ε", text, StringComparison.Ordinal);
        Assert.Contains("Page 1 of", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AMissingProgramIsSaid_WithWhatToInstall()
    {
        using var pdf = new PdfPrinter("no-such-program", TimeSpan.FromSeconds(5));

        PdfException failure = await Assert.ThrowsAsync<PdfException>(() => pdf.PrintAsync("<p>x</p>", CancellationToken.None));

        Assert.Contains("apt-get install weasyprint", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cat >/dev/null; sleep 600", 5, "not ready after 5 seconds")]
    [InlineData("cat >/dev/null; echo broken page >&2; exit 3", 300, "ended with status 3: broken page")]
    [InlineData("cat >/dev/null; echo no PDF", 300, "ended with status 0")]
    [InlineData("exit 4", 300, "ended with status 4")]
    public async Task AProgramThatHangsOrFails_EndsInOneLine_AndLeavesNoProcess(string script, int limitSeconds, string said)
    {
        using var pdf = new PdfPrinter(await ProgramAsync($"echo $$ >{_folder.At("pid")}\n{script}"), TimeSpan.FromSeconds(limitSeconds));

        PdfException failure = await Assert.ThrowsAsync<PdfException>(() => pdf.PrintAsync(new string('x', 1 << 20), CancellationToken.None));

        Assert.Contains(said, failure.Message, StringComparison.Ordinal);
        string pid = (await File.ReadAllTextAsync(_folder.At("pid"))).Trim();
        await Eventually.HoldsAsync(() => !IsAlive(pid));
    }

    [Fact]
    public async Task TheProgram_InheritsNoWayIntoTheDatabase()
    {
        const string secret = "Host=db;Password=only-the-portal-knows";
        Environment.SetEnvironmentVariable("ConnectionStrings__OfThisTest", secret);
        using var pdf = new PdfPrinter(await ProgramAsync("cat >/dev/null; printf '%%PDF-'; env"), TimeSpan.FromMinutes(5));

        string inherited = Encoding.UTF8.GetString(await pdf.PrintAsync("<p>x</p>", CancellationToken.None));

        Assert.Contains("PATH=", inherited, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, inherited, StringComparison.Ordinal);
    }

    private static bool IsAlive(string pid)
    {
        try
        {
            return !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false; // it is gone, perhaps while its file was read
        }
    }

    private Task<string> ProgramAsync(string script) => Scripts.WriteAsync(_folder.At("printer"), script);

    private ReportPrinter Printer()
    {
        IServiceScopeFactory scopes = new ServiceCollection().AddLogging().AddLocalization().AddSingleton(TimeProvider.System).BuildServiceProvider().GetRequiredService<IServiceScopeFactory>();
        return new ReportPrinter(scopes, NullLoggerFactory.Instance, _pdf);
    }

    private static PrivacyReport Report(string name)
    {
        using SampleLedger ledger = new SampleLedger().With(rounds: 3);
        return PrivacyReport.Of(ReportSubject.Study, Guid.NewGuid(), name, [PrivacyReportTests.Verified(ledger.Lines)], [], new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero));
    }
}
