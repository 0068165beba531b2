using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using FedPortal.Site.CommandLine.Output;
using FedPortal.Training.Datasets;
using FedPortal.Training.Imaging;

namespace FedPortal.Site.CommandLine.Verbs;

/// <summary><c>data check</c>: what is in a data set and what is wrong with it. Nothing is kept.</summary>
internal static class DataCheckVerb
{
    public static Command Create()
    {
        var data = new Argument<string>("DIR") { Description = "a folder or zip, as for simulate" };
        Option<bool> json = CommonOptions.Json();
        var command = new Command("check", "Reports class balance, sizes, duplicates and unreadable files.") { data, json };
        command.SetAction(async (parsed, ct) =>
        {
            string path = CommonOptions.Existing(parsed.GetValue(data)!, "DIR");
            await using var decoder = new XrayDecoder();
            QualityReport report = await DatasetCheck.RunAsync(path, options: null, decoder, progress: null, ct);
            if (parsed.GetValue(json))
            {
                JsonOutput.Write(new JsonObject { ["command"] = "data check", ["path"] = path, ["report"] = WithoutThumbnails(report) });
            }
            else
            {
                Print(report);
            }

            return report.Images > 0 ? ExitCodes.Done : ExitCodes.Failed;
        });
        return command;
    }

    /// <summary>Pictures are for the screen; as base64 they would hide the rest.</summary>
    private static JsonNode? WithoutThumbnails(QualityReport report)
    {
        JsonNode? node = JsonNode.Parse(report.ToJson());
        node?.AsObject().Remove("thumbnails");
        return node;
    }

    private static void Print(QualityReport report)
    {
        Console.WriteLine($"{report.Images} images{(report.IsSynthetic ? ", synthetic" : "")}; {(report.Patients is { } patients ? $"{patients} patients" : "patients not known")}");
        var counts = new TextTable("", "name", "images", "share");
        foreach ((string heading, IReadOnlyList<ImageCount> entries) in new[] { ("class", report.Classes), ("hospital", report.Hospitals), ("split", report.Splits), ("format", report.Formats) })
        {
            foreach (ImageCount entry in entries)
            {
                counts.Add(heading, entry.Name, entry.Count.ToString(CultureInfo.InvariantCulture), entry.Share.ToString("P0", CultureInfo.InvariantCulture));
            }
        }

        PrintAll(counts.Lines());
        if (report.Sizes is { } sizes)
        {
            Console.WriteLine($"Widths {sizes.MinWidth} to {sizes.MaxWidth}, half up to {sizes.MedianWidth}; heights {sizes.MinHeight} to {sizes.MaxHeight}, half up to {sizes.MedianHeight}");
        }

        Console.WriteLine($"{report.ExactDuplicates.Count} groups of identical images, {report.NearDuplicateCount} pairs that look alike, {report.Unreadable.Count} unreadable files");
        PrintAll(report.ExactDuplicates.Select(group => $"Identical{(group.IsContradictory ? ", with different labels" : "")}{(group.CrossesSplit ? ", on both sides of the split" : "")}: {string.Join(", ", group.Names)}"));
        PrintAll(report.NearDuplicates.Select(pair => string.Create(CultureInfo.InvariantCulture, $"Alike ({pair.Correlation:0.0000}){(pair.IsContradictory ? ", with different labels" : "")}{(pair.CrossesSplit ? ", on both sides of the split" : "")}: {pair.First}, {pair.Second}")));
        PrintAll(report.Unreadable.Select(file => $"Unreadable: {file.Name}: {file.Reason}"));
        PrintAll(report.ImageWarnings.Select(warning => $"Look at {warning.Name}: {warning.Warning}"));
        PrintAll(report.Warnings);
    }

    private static void PrintAll(IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            Console.WriteLine(line);
        }
    }
}
