using System.Globalization;
using System.Text.Json.Nodes;
using FedPortal.Training.Explanation;

namespace FedPortal.Site.CommandLine.Output;

/// <summary>One <see cref="ModelOpinion"/> as JSON and as lines.</summary>
internal static class OpinionOutput
{
    public static JsonObject ToJson(ModelOpinion opinion) => new()
    {
        ["prediction"] = opinion.Classes[opinion.TopClass],
        ["probabilities"] = ByClass(opinion.Classes, opinion.Raw),
        ["calibrated"] = opinion.Calibrated is { } calibrated ? ByClass(opinion.Classes, calibrated) : null,
        ["calibrationBin"] = opinion.Bin is not { } bin ? null : new JsonObject
        {
            ["count"] = bin.Count,
            ["right"] = JsonOutput.Rounded(bin.Accuracy),
            ["lower"] = JsonOutput.Rounded(bin.Lower),
            ["upper"] = JsonOutput.Rounded(bin.Upper),
        },
        ["novelty"] = opinion.Novelty is not { } novelty ? null : new JsonObject
        {
            ["score"] = JsonOutput.Rounded(novelty.Score),
            ["threshold"] = JsonOutput.Rounded(novelty.Threshold),
            ["unlike"] = novelty.IsUnlike,
            ["beyond"] = JsonOutput.Array(novelty.Beyond.Select(distance => NameOf(distance.Statistic))),
        },
        ["notes"] = JsonOutput.Array(opinion.Notes),
    };

    public static IEnumerable<string> Lines(string name, ModelOpinion opinion)
    {
        string shares = string.Join(", ", opinion.Classes.Select((c, i) => $"{c} {Share(opinion.Shown[i])}"));
        yield return $"{name}: {opinion.Classes[opinion.TopClass]} ({shares}; {(opinion.Calibrated is null ? "not calibrated" : "calibrated")})";
        if (opinion.Bin is { } bin)
        {
            yield return $"  Of {bin.Count} hold-out images with this confidence {Share(bin.Accuracy)} were right (95 % interval {Share(bin.Lower)} to {Share(bin.Upper)}).";
        }

        if (opinion.Novelty is { } novelty)
        {
            string score = string.Create(CultureInfo.InvariantCulture, $"score {novelty.Score:0.00}, threshold {novelty.Threshold:0.00}");
            yield return novelty.IsUnlike
                ? $"  UNLIKE the hold-out images ({score}): {string.Join(", ", novelty.Beyond.Select(distance => NameOf(distance.Statistic)))}. The prediction means nothing."
                : $"  Like the hold-out images ({score}).";
        }

        foreach (string note in opinion.Notes)
        {
            yield return $"  {note}";
        }
    }

    private static string NameOf(InputStatistic statistic) => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName($"{statistic}");

    private static string Share(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);

    private static JsonObject ByClass(IReadOnlyList<string> classes, IReadOnlyList<double> values) =>
        new(classes.Select((name, c) => KeyValuePair.Create(name, JsonOutput.Rounded(values[c]))));
}
