using System.Globalization;
using System.Text.RegularExpressions;
using Xunit;

namespace FedPortal.Tests.Portal.Operation;

/// <summary>One sample of an exposition.</summary>
internal sealed record Sample(string Name, IReadOnlyDictionary<string, string> Labels, double Value);

/// <summary>Reads Prometheus' text format by its published rules and fails a test where one is broken. It shares nothing with the writer.</summary>
internal sealed partial class Exposition
{
    private readonly Dictionary<string, string> _types = new(StringComparer.Ordinal);
    private readonly List<Sample> _samples = [];

    public IReadOnlyDictionary<string, string> Types => _types;

    public IReadOnlyList<Sample> Samples => _samples;

    public static Exposition Parse(string text)
    {
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\r', text);
        var read = new Exposition();
        string? family = null;
        var helped = new HashSet<string>(StringComparer.Ordinal);
        foreach (string line in text[..^1].Split('\n'))
        {
            if (HelpLine().Match(line) is { Success: true } help)
            {
                Assert.True(helped.Add(help.Groups["name"].Value), $"HELP of {help.Groups["name"]} twice");
            }
            else if (TypeLine().Match(line) is { Success: true } type)
            {
                family = type.Groups["name"].Value;
                Assert.True(read._types.TryAdd(family, type.Groups["type"].Value), $"TYPE of {family} twice");
                Assert.Contains(family, helped);
            }
            else
            {
                Sample sample = SampleOf(line);
                Assert.True(family is not null && BelongsTo(sample.Name, family, read._types[family]), $"{sample.Name} stands under {family}");
                read._samples.Add(sample);
            }
        }

        string[] twice = [.. read._samples.GroupBy(s => s.Name + string.Join(',', s.Labels.OrderBy(l => l.Key, StringComparer.Ordinal))).Where(g => g.Count() > 1).Select(g => g.Key)];
        Assert.Empty(twice);
        foreach (string histogram in read._types.Where(type => type.Value == "histogram").Select(type => type.Key))
        {
            read.CheckHistogram(histogram);
        }

        Assert.All(read._samples.Where(s => read._types.TryGetValue(s.Name, out string? type) && type == "counter"), s => Assert.True(s.Value >= 0));
        return read;
    }

    private static bool BelongsTo(string sample, string family, string type) =>
        sample == family || (type == "histogram" && (sample == $"{family}_bucket" || sample == $"{family}_sum" || sample == $"{family}_count"));

    private static Sample SampleOf(string line)
    {
        Match match = SampleLine().Match(line);
        Assert.True(match.Success, $"No sample: {line}");
        Dictionary<string, string> labels = new(StringComparer.Ordinal);
        string rest = match.Groups["labels"].Value;
        while (rest.Length > 0)
        {
            Match label = Label().Match(rest);
            Assert.True(label.Success && label.Index == 0, $"No label: {rest}");
            Assert.True(labels.TryAdd(label.Groups["name"].Value, Unescaped(label.Groups["value"].Value)), $"Label twice: {line}");
            rest = rest[label.Length..];
        }

        string number = match.Groups["value"].Value;
        double value = number switch
        {
            "+Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            "NaN" => double.NaN,
            _ => double.Parse(number, NumberStyles.Float, CultureInfo.InvariantCulture),
        };
        return new Sample(match.Groups["name"].Value, labels, value);
    }

    private static string Unescaped(string text) => Escape().Replace(text, match => match.Value switch
    {
        @"\\" => "\\",
        "\\\"" => "\"",
        @"\n" => "\n",
        _ => throw new InvalidDataException($"{match.Value} is no escape."),
    });

    private void CheckHistogram(string name)
    {
        var series = _samples.Where(s => s.Name == $"{name}_bucket").GroupBy(s => string.Join(',', s.Labels.Where(l => l.Key != "le").Select(l => $"{l.Key}={l.Value}")));
        foreach (var one in series)
        {
            (double Bound, double Count)[] buckets = [.. one.Select(s => (s.Labels["le"] == "+Inf" ? double.PositiveInfinity : double.Parse(s.Labels["le"], CultureInfo.InvariantCulture), s.Value))];
            Assert.Equal(buckets.OrderBy(b => b.Bound), buckets);
            Assert.Equal(buckets.OrderBy(b => b.Count).Select(b => b.Count), buckets.Select(b => b.Count));
            Assert.True(double.IsPositiveInfinity(buckets[^1].Bound), $"{name} has no infinite bucket");
            Sample count = Single($"{name}_count", one.Key);
            Assert.Equal(buckets[^1].Count, count.Value);
            Assert.True(Single($"{name}_sum", one.Key).Value >= 0);
        }
    }

    private Sample Single(string name, string key) => _samples.Single(s => s.Name == name && string.Join(',', s.Labels.Select(l => $"{l.Key}={l.Value}")) == key);

    [GeneratedRegex(@"^# HELP (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) .+$")]
    private static partial Regex HelpLine();

    [GeneratedRegex(@"^# TYPE (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<type>counter|gauge|histogram|summary|untyped)$")]
    private static partial Regex TypeLine();

    [GeneratedRegex("""^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?<labels>.*)\})? (?<value>[^ ]+)$""")]
    private static partial Regex SampleLine();

    [GeneratedRegex("""(?<name>[a-zA-Z_][a-zA-Z0-9_]*)="(?<value>([^"\\]|\\.)*)"(,(?=[a-zA-Z_])|$)""")]
    private static partial Regex Label();

    [GeneratedRegex(@"\\.")]
    private static partial Regex Escape();
}
