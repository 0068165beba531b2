using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using FedPortal.Site.CommandLine.Engine;
using FedPortal.Site.CommandLine.Output;
using FedPortal.Training.Protocol;
using FedPortal.Training.Robustness;

namespace FedPortal.Site.CommandLine.Robustness;

/// <summary>Curves as JSON and as text, and examples as files.</summary>
internal static class RobustnessOutput
{
    /// <returns>What is told of each row, with the names of its three files.</returns>
    public static JsonArray Save(string? folder, IReadOnlyList<PictureRow> rows)
    {
        return folder is null ? [] : JsonOutput.Objects(rows.Select((row, number) =>
        {
            string Write(string part, byte[] png)
            {
                string name = $"{row.Disturbance.ToString().ToLowerInvariant()}-{number}-{part}.png";
                File.WriteAllBytes(Path.Combine(folder, name), png);
                return name;
            }

            return new JsonObject
            {
                ["disturbance"] = $"{row.Disturbance}",
                ["strength"] = row.Strength,
                ["trueClass"] = row.TrueClass,
                ["before"] = row.Before,
                ["beforeProbability"] = JsonOutput.Rounded(row.BeforeProbability),
                ["after"] = row.After,
                ["afterProbability"] = JsonOutput.Rounded(row.AfterProbability),
                ["amplification"] = row.Amplification,
                ["greatestChange"] = JsonOutput.Rounded(row.Greatest),
                ["original"] = Write("original", row.Original),
                ["difference"] = Write("difference", row.Difference),
                ["disturbed"] = Write("disturbed", row.Disturbed),
            };
        }));
    }

    public static void Print(string verb, RobustnessPlan plan, OpenedModel opened, RobustnessReport report, JsonArray pictures, bool json)
    {
        if (json)
        {
            JsonObject document = ModelJson.Head($"robustness {verb}", opened);
            document["plan"] = JsonSerializer.SerializeToNode(plan, ProtocolJson.Options);
            document["report"] = JsonSerializer.SerializeToNode(report, ProtocolJson.Options);
            document["pictures"] = pictures;
            JsonOutput.Write(document);
            return;
        }

        Console.WriteLine($"{ModelNames.NameOf(opened.File.Description.Architecture)} of round {opened.File.Version}, on {opened.DeviceName}; {report.Images}{(report.IsSynthetic ? " synthetic" : "")} images");
        foreach (RobustnessCurve curve in report.Curves)
        {
            Console.WriteLine();
            var table = new TextTable(curve.Unit, "n", "accuracy, 95 % interval", "AUROC, 95 % interval", "answers changed", "expected accuracy");
            foreach (RobustnessPoint point in curve.Points)
            {
                table.Add(
                    point.Strength.ToString("g6", CultureInfo.InvariantCulture), point.Images.ToString(CultureInfo.InvariantCulture), EvaluationText.Cell(point.Accuracy), EvaluationText.Cell(point.Auroc),
                    point.Changed is { } changed ? string.Create(CultureInfo.InvariantCulture, $"{changed.Value:0.000} [{changed.Lower:0.00}, {changed.Upper:0.00}]") : "",
                    point.Expected?.ToString("0.000", CultureInfo.InvariantCulture) ?? "");
            }

            foreach (string line in table.Lines())
            {
                Console.WriteLine(line);
            }
        }
    }
}
