using System.Globalization;
using System.Text;
using System.Text.Json;
using FedPortal.Training.Ledger;
using FedPortal.Training.Protocol;

namespace FedPortal.Training.Comparison;

/// <summary>A comparison as a file: Markdown for people, CSV for tables, JSON for programs.</summary>
public static class ComparisonExport
{
    private static readonly JsonSerializerOptions Indented = new(ProtocolJson.Options) { WriteIndented = true };

    public static string Json(ComparisonReport report) => JsonSerializer.Serialize(report, Indented);

    /// <summary>One line for each run of each method; empty fields where there is no number.</summary>
    public static string Csv(ComparisonReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var text = new StringBuilder(
            "method,seed,network,synthetic,holdout_images,accuracy,accuracy_lower,accuracy_upper,auroc,auroc_lower,auroc_upper,bytes_up_per_site,bytes_down_per_site,bytes_total,rounds,seconds,seconds_per_round,cpu_seconds,"
            + "attack_auc,attack_auc_lower,attack_auc_upper,advantage,advantage_lower,advantage_upper,members,non_members,epsilon,delta,published\n");
        foreach (MethodResult result in report.Results)
        {
            MeasuredPrivacy privacy = result.Privacy;
            object?[] fields =
            [
                result.Method, result.Seed, result.Network, result.IsSynthetic, result.Accuracy.Images, result.Accuracy.Value, result.Accuracy.Lower, result.Accuracy.Upper,
                result.Auroc.Value, result.Auroc.Lower, result.Auroc.Upper, result.Traffic.UpPerSite, result.Traffic.DownPerSite, result.Traffic.Total, result.Rounds, result.Seconds, result.SecondsPerRound,
                result.CpuSeconds, privacy.Auc?.Value, privacy.Auc?.Lower, privacy.Auc?.Upper, privacy.Advantage?.Value, privacy.Advantage?.Lower, privacy.Advantage?.Upper, privacy.Members, privacy.NonMembers,
                privacy.Epsilon, privacy.Delta, ComparisonText.Published(ComparedMethods.Of(result.Method)),
            ];
            text.AppendJoin(',', fields.Select(field => CsvText.Quote(Convert.ToString(field, CultureInfo.InvariantCulture) ?? ""))).Append('\n');
        }

        return text.ToString();
    }

    public static string Markdown(ComparisonReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        ComparisonSettings settings = report.Settings;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{settings.Data}. {settings.Fairness}\n\n`{settings.Command}`\n\n");
        text.Append("| method | accuracy | AUROC | sent, received a site | in all | s a round (CPU s in all) | measured privacy | published, by others on other data |\n|---|---|---|---|---|---|---|---|\n");
        foreach (ComparisonRow row in report.Rows())
        {
            MethodResult result = row.Result;
            string spread = row.Accuracies is null ? "" : $"; {ComparisonText.Of(row.Accuracies)}";
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {row.Method.Title} | {ComparisonText.Of(result.Accuracy)}{spread} | {ComparisonText.Of(result.Auroc)} | {ComparisonText.Bytes(result.Traffic.UpPerSite)}, {ComparisonText.Bytes(result.Traffic.DownPerSite)} | {ComparisonText.Bytes(result.Traffic.Total)} | {result.SecondsPerRound:0.0} ({result.CpuSeconds:0}) | {ComparisonText.Of(result.Privacy)} | {ComparisonText.Published(row.Method)} |\n");
        }

        text.Append('\n');
        foreach (ComparisonRow row in report.Rows())
        {
            text.Append(CultureInfo.InvariantCulture, $"- **{row.Method.Title}** ({row.Result.Network}). The server sees: {row.Method.ServerSees} {row.Method.Weakness}");
            text.Append(row.Result.Notes.Count == 0 ? "" : $" This run: {string.Join("; ", row.Result.Notes)}.").Append('\n');
            foreach (PublishedFigure figure in row.Method.Published)
            {
                text.Append(CultureInfo.InvariantCulture, $"  - Published: {figure.InWords}, {figure.DataSet}, n: {figure.Images}. {figure.Citation}.\n");
            }
        }

        return text.ToString();
    }
}
