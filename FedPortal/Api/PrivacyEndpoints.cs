using System.Net.Mime;
using System.Security.Claims;
using System.Text;
using System.Text.Json.Serialization;
using FedPortal.Components.Reports;
using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Reports;
using FedPortal.Training.Accounting;
using FedPortal.Training.Ledger;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FedPortal.Api;

/// <summary>A what-if question about privacy.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record WhatIfQuestion : IApiRequest
{
    /// <summary>Text by option, as of the command line's <c>privacy</c>; those left out have their usual values. With epsilon the least noise for it is searched.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();
}

/// <param name="PlannedNoise">The least noise for the wanted ε; null where none was asked for.</param>
/// <param name="Command">The same question on the command line.</param>
internal sealed record WhatIfAnswer(double? PlannedNoise, IReadOnlyList<WhatIfLoss> Views, string Command);

/// <param name="Epsilon">Null where there is no bound; the words say why.</param>
internal sealed record WhatIfLoss(string View, double? Epsilon, string Words, string Claim);

/// <summary>Privacy reports as JSON, print page and PDF; ledgers as files from which ε can be recomputed.</summary>
internal static class PrivacyEndpoints
{
    public static void MapPrivacyReports(this IEndpointRouteBuilder endpoints)
    {
        RouteGroupBuilder privacy = endpoints.MapApi("Privacy");
        privacy.MapGet("/privacy/studies/{id:guid}/report.{format}", (Guid id, string format, ClaimsPrincipal user, PrivacyReportStore store, ReportPrinter printer, CancellationToken ct) =>
            AnswerAsync(store.OfStudyAsync(PortalClaims.ViewerOf(user), id, ct), format, printer, ct)).Produces<System.Text.Json.Nodes.JsonObject>()
            .Named("getPrivacyReportOfStudy", "Read a study's privacy report: format json, html or pdf.");
        privacy.MapGet("/privacy/institutions/{id:guid}/report.{format}", (Guid id, string format, ClaimsPrincipal user, PrivacyReportStore store, ReportPrinter printer, CancellationToken ct) =>
            AnswerAsync(store.OfInstitutionAsync(PortalClaims.ViewerOf(user), id, ct), format, printer, ct)).Produces<System.Text.Json.Nodes.JsonObject>()
            .Named("getPrivacyReportOfInstitution", "Read an institution's privacy report: format json, html or pdf.");
        privacy.MapGet("/privacy/ledgers/{study:guid}/{institution:guid}/ledger.{format}", LedgerAsync).Produces(StatusCodes.Status200OK, contentType: MediaTypeNames.Application.Json, additionalContentTypes: [MediaTypeNames.Text.Csv, "application/x-ndjson"])
            .Named("downloadLedger", "Download a ledger from which ε can be recomputed: format csv, json or jsonl.");
        privacy.MapPost("/privacy/what-if", Answer).Computes().Named("askWhatIf", "Work out what a design of noise and rounds would cost in privacy, or the least noise for a wanted ε.");
    }

    private static Ok<WhatIfAnswer> Answer(WhatIfQuestion body)
    {
        if (body.Options.Keys.FirstOrDefault(option => !WhatIf.Options.Contains(option)) is { } unknown)
        {
            throw ApiRefusal.Unfit($"Expected some of the options {string.Join(", ", WhatIf.Options)} but got '{unknown}'.");
        }

        var asked = WhatIf.From(body.Options.GetValueOrDefault);
        PrivacyQuestion question = asked.Question ?? throw ApiRefusal.Unfit(string.Join(' ', asked.Problems));
        return TypedResults.Ok(new WhatIfAnswer(
            asked.PlannedNoise,
            [
                .. question.Views.Select(view => (View: view, Statement: question.Statement(view, question.Rounds))).Select(found =>
                    new WhatIfLoss(PrivacyQuestion.NameOf(found.View), (found.Statement as EpsilonStatement)?.Epsilon, PrivacyWording.Of(found.Statement), question.Claim(found.View))),
            ],
            asked.Command()));
    }

    private static async Task<IResult> AnswerAsync(Task<PrivacyReport?> asked, string format, ReportPrinter printer, CancellationToken ct)
    {
        if (await asked is not { } report)
        {
            return TypedResults.NotFound();
        }

        string name = $"privacy-{(report.Subject == ReportSubject.Study ? "study" : "institution")}-{report.Id:N}";
        switch (format)
        {
            case "json":
                return TypedResults.Text(PrivacyReportJson.Of(report).ToJsonString(), MediaTypeNames.Application.Json, Encoding.UTF8);
            case "html":
                return TypedResults.Text(await printer.HtmlAsync(report), MediaTypeNames.Text.Html, Encoding.UTF8);
            case "pdf":
                try
                {
                    return TypedResults.File(await printer.PdfAsync(report, ct), MediaTypeNames.Application.Pdf, $"{name}.pdf");
                }
                catch (PdfException failure)
                {
                    return TypedResults.Text(failure.Message, MediaTypeNames.Text.Plain, Encoding.UTF8, StatusCodes.Status503ServiceUnavailable);
                }

            default:
                return TypedResults.NotFound();
        }
    }

    private static async Task<Results<FileContentHttpResult, NotFound>> LedgerAsync(Guid study, Guid institution, string format, ClaimsPrincipal user, LedgerStore ledgers, CancellationToken ct)
    {
        if (await ledgers.LinesAsync(PortalClaims.ViewerOf(user), study, institution, ct) is not { } lines)
        {
            return TypedResults.NotFound();
        }

        (string Text, string Type)? file = format switch
        {
            "csv" => (LedgerExport.ToCsv(lines), MediaTypeNames.Text.Csv),
            "json" => (LedgerExport.ToJson(lines), MediaTypeNames.Application.Json),
            "jsonl" => (string.Join('\n', lines) + "\n", "application/x-ndjson"),
            _ => null,
        };
        return file is null
            ? TypedResults.NotFound()
            : TypedResults.File(Encoding.UTF8.GetBytes(file.Value.Text), file.Value.Type, $"ledger-{institution:N}.{format}");
    }
}
