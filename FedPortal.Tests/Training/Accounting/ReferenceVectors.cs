using System.Globalization;
using System.Text;
using System.Text.Json;

namespace FedPortal.Tests.Training.Accounting;

/// <summary>One row of the reference numbers.</summary>
internal sealed record ReferenceVector(IReadOnlyDictionary<string, string> Fields)
{
    private readonly JsonElement _parameters = JsonDocument.Parse(Fields["params"]).RootElement;

    public string Id => Fields["id"];

    public string Family => Fields["family"];

    public int Rounds => Fields["rounds"].Length == 0 ? 1 : int.Parse(Fields["rounds"], CultureInfo.InvariantCulture);

    public double SamplingRate => Number("sampling_rate");

    public double Delta => Number("delta");

    public double Expected => Number("expected");

    public double Tolerance => Math.Max(Number("tol_abs"), double.IsInfinity(Expected) ? 0 : Number("tol_rel") * Math.Abs(Expected));

    public double this[string parameter] => _parameters.GetProperty(parameter).GetDouble();

    public double[] Array(string parameter) => [.. _parameters.GetProperty(parameter).EnumerateArray().Select(value => value.GetDouble())];

    public bool Has(string parameter) => _parameters.TryGetProperty(parameter, out _);

    public double Number(string column) => Fields[column] == "inf" ? double.PositiveInfinity : double.Parse(Fields[column], CultureInfo.InvariantCulture);

    public static IReadOnlyList<ReferenceVector> Read(string path)
    {
        string[] lines = File.ReadAllLines(path);
        string[] header = Split(lines[0]);
        return [.. lines.Skip(1).Where(line => line.Length > 0).Select(line =>
            new ReferenceVector(header.Zip(Split(line)).ToDictionary(pair => pair.First, pair => pair.Second)))];
    }

    private static string[] Split(string line)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        bool quoted = false;
        for (int i = 0; i < line.Length; i++)
        {
            char c = line[i];
            if (c == '"')
            {
                bool doubled = quoted && i + 1 < line.Length && line[i + 1] == '"';
                field.Append(doubled ? "\"" : "");
                i += doubled ? 1 : 0;
                quoted = doubled || !quoted;
            }
            else if (c == ',' && !quoted)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else
            {
                field.Append(c);
            }
        }

        fields.Add(field.ToString());
        return [.. fields];
    }
}
