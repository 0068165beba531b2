using FedPortal.Reports;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace FedPortal.Components.Reports;

/// <summary>Makes the print page of a report, and from the same page its PDF.</summary>
internal sealed class ReportPrinter(IServiceScopeFactory scopes, ILoggerFactory loggers, PdfPrinter pdf)
{
    /// <returns>A whole page of A4 without references to other files.</returns>
    public async Task<string> HtmlAsync(PrivacyReport report)
    {
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        await using var renderer = new HtmlRenderer(scope.ServiceProvider, loggers);
        string body = await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var parameters = ParameterView.FromDictionary(new Dictionary<string, object?> { [nameof(PrivacyReportDocument.Report)] = report });
            return (await renderer.RenderComponentAsync<PrivacyReportDocument>(parameters)).ToHtmlString();
        });
        return $"<!DOCTYPE html>\n{body}";
    }

    /// <exception cref="PdfException">It could not be made; the message is for people.</exception>
    public async Task<byte[]> PdfAsync(PrivacyReport report, CancellationToken cancellationToken) => await pdf.PrintAsync(await HtmlAsync(report), cancellationToken);
}
