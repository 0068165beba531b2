using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace FedPortal.Benchmarks;

/// <summary>The rows of a benchmark: a table that grows while it runs, or one JSON document at its end.</summary>
internal sealed class FigureTable(TextWriter output, bool json)
{
    private static readonly JsonSerializerOptions Format = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true };

    private readonly List<string> _notes = [];
    private readonly List<FigureRow> _rows = [];
    private string[] _columns = [];

    /// <summary>A sentence that belongs to the figures: what was measured, on what.</summary>
    public void Note(FormattableString text)
    {
        string note = text.ToString(CultureInfo.InvariantCulture);
        _notes.Add(note);
        if (!json)
        {
            output.WriteLine(note);
        }
    }

    /// <param name="group">What is measured, for example a parameter set.</param>
    /// <param name="name">The step.</param>
    /// <param name="figures">Column and value; the column names the unit and is the field's name in JSON.</param>
    public void Row(string group, string name, params (string Column, double Value)[] figures)
    {
        _rows.Add(new FigureRow(group, name, figures.ToDictionary(figure => figure.Column, figure => Math.Round(figure.Value, 3))));
        if (json)
        {
            return;
        }

        string[] columns = [.. figures.Select(figure => figure.Column)];
        if (!columns.SequenceEqual(_columns))
        {
            _columns = columns;
            output.WriteLine($"{"",-52}{string.Concat(columns.Select(column => $"  {column,14}"))}");
        }

        string values = string.Concat(figures.Select(figure => $"  {figure.Value.ToString(figure.Value < 100 ? "0.00" : "0", CultureInfo.InvariantCulture).PadLeft(Math.Max(14, figure.Column.Length))}"));
        output.WriteLine($"{group,-19}{name,-33}{values}");
    }

    /// <summary>Of several turns, the one in the middle.</summary>
    public static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);

    public void Finish()
    {
        if (json)
        {
            output.WriteLine(JsonSerializer.Serialize(new { Notes = _notes, Rows = _rows }, Format));
        }
    }

    private sealed record FigureRow(string Group, string Name, [property: JsonPropertyName("figures")] IReadOnlyDictionary<string, double> Figures);
}
