using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using FedPortal.Site.CommandLine.Output;
using FedPortal.Training.Attacks;
using FedPortal.Training.Protocol;

namespace FedPortal.Site.CommandLine.Attacks;

/// <summary>Findings as JSON and as text, always beside the claim.</summary>
internal static class AttackOutput
{
    /// <param name="report">A record of findings; its fields keep their names.</param>
    public static JsonObject Json<T>(string command, PrivacyClaim claim, EpsilonFinding? finding, T report)
    {
        var document = new JsonObject
        {
            ["command"] = command,
            ["claim"] = JsonSerializer.SerializeToNode(claim, ProtocolJson.Options),
            ["report"] = JsonSerializer.SerializeToNode(report, ProtocolJson.Options),
        };
        if (finding is not null)
        {
            document["verdict"] = claim.Judge(finding).ToString();
            document["finding"] = AttackWording.Of(finding);
        }

        return document;
    }

    public static void Print(PrivacyClaim claim, EpsilonFinding finding)
    {
        Console.WriteLine($"Claimed: {AttackWording.Of(claim)}");
        Console.WriteLine($"{AttackWording.Of(finding)} {finding.Method}{(finding.Assumption.Length > 0 ? $"; {finding.Assumption}" : "")}.");
        Console.WriteLine($"Verdict: {AttackWording.Of(claim.Judge(finding))}.");
    }

    public static void Print(MembershipReport report)
    {
        Print($"{report.Members} members, {report.NonMembers} non-members");
        Print($"AUC {Text(report.Auc)}; balanced accuracy {Text(report.BalancedAccuracy)}, advantage {report.Advantage:0.000}");
        var table = new TextTable("false positives", "members found", "95 % interval", "non-members needed");
        foreach (LowFalsePositives row in report.LowFalsePositives)
        {
            table.Add(
                row.FalsePositiveRate.ToString("P1", CultureInfo.InvariantCulture),
                row.TruePositiveRate?.ToString("0.000", CultureInfo.InvariantCulture) ?? "too few non-members",
                row.Lower is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{row.Lower:0.000} – {row.Upper:0.000}"),
                row.NonMembersNeeded.ToString(CultureInfo.InvariantCulture));
        }

        foreach (string line in table.Lines())
        {
            Console.WriteLine(line);
        }
    }

    private static string Text(AttackRate rate) => rate.Lower is null
        ? rate.Value.ToString("0.000", CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{rate.Value:0.000} ({rate.Lower:0.000} – {rate.Upper:0.000})");

    private static void Print(FormattableString line) => Console.WriteLine(FormattableString.Invariant(line));
}
