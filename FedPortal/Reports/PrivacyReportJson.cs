using System.Text.Json.Nodes;
using FedPortal.Training.Accounting;
using FedPortal.Training.AuditLog;
using FedPortal.Training.Ledger;

namespace FedPortal.Reports;

/// <summary>A report as JSON with stable names. An ε that is not a number is null, and <c>statement</c> says why.</summary>
public static class PrivacyReportJson
{
    public static JsonObject Of(PrivacyReport report) => new()
    {
        ["report"] = report.Subject == ReportSubject.Study ? "study" : "institution",
        ["id"] = report.Id,
        ["name"] = report.Name,
        ["at"] = AuditLine.TimeText(report.At),
        ["remarks"] = Array(report.Remarks.Select(remark => (JsonNode)remark)),
        ["totals"] = Array(report.Totals.Select(total => View(total.View, total.Statement, total.Claim))),
        ["ledgers"] = Array(report.Ledgers.Select(Ledger)),
    };

    private static JsonObject Ledger(LedgerReport ledger) => new()
    {
        ["studyId"] = ledger.Text.StudyId,
        ["study"] = ledger.Text.StudyName,
        ["institutionId"] = ledger.Text.InstitutionId,
        ["institution"] = ledger.Text.InstitutionName,
        ["ledger"] = ledger.Verification.Header?.LedgerId,
        ["verified"] = ledger.Verification.Problem is null,
        ["problem"] = ledger.Verification.Problem?.ToString(),
        ["alarm"] = ledger.Text.Alarm,
        ["head"] = ledger.Verification.Head,
        ["epsilonCap"] = ledger.Budget is { HasCap: true } capped ? capped.EpsilonCap : null,
        ["capView"] = ledger.Budget?.CapView.ToString(),
        ["epsilonLeft"] = ledger.Budget?.Left,
        ["roundsLeft"] = ledger.Budget?.MoreLikeTheLast,
        ["views"] = Array(ledger.Verification.Statements.OrderBy(pair => pair.Key).Select(pair => View(pair.Key, pair.Value, ledger.Verification.Claim(pair.Key)))),
        ["releases"] = Array(ledger.Verification.Rows.Select(Row)),
    };

    private static JsonObject View(PrivacyView view, PrivacyStatement statement, string claim) => new()
    {
        ["view"] = PrivacyQuestion.NameOf(view),
        ["epsilon"] = statement is EpsilonStatement known ? known.Epsilon : null,
        ["statement"] = PrivacyWording.Of(statement),
        ["claim"] = claim,
    };

    private static JsonObject Row(LedgerRow row) => new()
    {
        ["sequence"] = row.Sequence,
        ["time"] = row.Time,
        ["round"] = row.Round,
        ["attempt"] = row.Attempt,
        ["kind"] = row.Kind,
        ["mechanism"] = row.Mechanism,
        ["contributors"] = Array(row.Contributors.Select(name => (JsonNode)name)),
        ["normCheckPassed"] = row.NormCheckPassed,
        ["allowed"] = row.Allowed,
        ["filterReason"] = row.FilterReason,
        ["published"] = row.SumEpsilon,
        ["colluders"] = row.ColludersEpsilon,
        ["single"] = row.SingleEpsilon,
    };

    private static JsonArray Array(IEnumerable<JsonNode> nodes) => [.. nodes];
}
