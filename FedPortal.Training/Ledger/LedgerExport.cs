using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FedPortal.Training.Ledger;

/// <summary>
/// A ledger as JSON (an array of its lines) and as CSV (below), and back: both hold everything, so an auditor verifies and recomputes from
/// either. CSV, RFC 4180: first lines <c>header,FIELD,VALUE</c> and <c>header,hash,…</c>, <c>header,signature,…</c>; then one line of column names
/// that begins with <c>line</c>; then rows and countersignatures (whose unused columns are empty). Lists are joined by semicolons; a semicolon
/// or percent sign inside a list's text is written %3B or %25.
/// </summary>
public static class LedgerExport
{
    private static readonly Field[] HeaderFields = FieldsOf(typeof(LedgerHeader));

    private static readonly Field[] RowFields = FieldsOf(typeof(LedgerRow));

    private static readonly Field[] CountersignatureFields = FieldsOf(typeof(LedgerCountersignature));

    public static string ToJson(IReadOnlyList<string> lines) => "[\n" + string.Join(",\n", lines) + "\n]\n";

    public static string ToCsv(IReadOnlyList<string> lines)
    {
        var text = new StringBuilder();
        string[] columns = Columns();
        foreach (JsonObject line in lines.Select(line => JsonNode.Parse(line)!.AsObject()))
        {
            if (line["header"] is JsonObject header)
            {
                AppendHeader(text, header, line);
                Append(text, columns);
                continue;
            }

            string kind = line["row"] is null ? "countersignature" : "row";
            JsonObject body = line[kind]!.AsObject();
            Append(text, [kind, (string)line["hash"]!, (string)line["signature"]!, .. columns.Skip(3).Select(name => Cell(body[name]))]);
        }

        return text.ToString();
    }

    /// <summary>Reads a ledger file, its JSON export or its CSV export.</summary>
    /// <returns>The lines as the file has them; a line that cannot be read comes back as it is, for the verifier to name it.</returns>
    public static IReadOnlyList<string> ReadLines(string text)
    {
        string trimmed = text.TrimStart('\uFEFF').TrimStart();
        if (trimmed.StartsWith("header,", StringComparison.Ordinal))
        {
            return FromCsv(trimmed);
        }

        return trimmed.StartsWith('[') ? FromJson(trimmed) : trimmed.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static string[] FromJson(string text)
    {
        try
        {
            return [.. JsonNode.Parse(text)!.AsArray().Select(line => line?.ToJsonString() ?? "null")];
        }
        catch (JsonException failure)
        {
            return [$"The export is no JSON: {failure.Message}"];
        }
    }

    private static List<string> FromCsv(string text)
    {
        var header = new JsonObject();
        string hash = "";
        string signature = "";
        string[] columns = [];
        var lines = new List<string>();
        foreach (string[] record in CsvText.Read(text))
        {
            if (record[0] == "header" && record.Length == 3)
            {
                hash = record[1] == "hash" ? record[2] : hash;
                signature = record[1] == "signature" ? record[2] : signature;
                if (HeaderFields.FirstOrDefault(field => field.Name == record[1]) is { } field)
                {
                    header[field.Name] = Value(field, record[2]);
                }
            }
            else if (record[0] == "line")
            {
                columns = record;
                lines.Add(Line("header", header, hash, signature));
            }
            else
            {
                lines.Add(FromRecord(columns, record));
            }
        }

        return lines;
    }

    private static string FromRecord(string[] columns, string[] record)
    {
        bool isRow = record[0] == "row";
        if (record.Length != columns.Length || (!isRow && record[0] != "countersignature"))
        {
            return string.Join(',', record);
        }

        var cells = new Dictionary<string, string>();
        foreach ((string column, string cell) in columns.Zip(record))
        {
            cells[column] = cell;
        }

        var body = new JsonObject();
        foreach (Field field in isRow ? RowFields : CountersignatureFields)
        {
            body[field.Name] = Value(field, cells.GetValueOrDefault(field.Name, ""));
        }

        return Line(record[0], body, cells.GetValueOrDefault("hash", ""), cells.GetValueOrDefault("signature", ""));
    }

    private static string Line(string kind, JsonObject body, string hash, string signature) =>
        new JsonObject { [kind] = body, ["hash"] = hash, ["signature"] = signature }.ToJsonString();

    private static string[] Columns() =>
        ["line", "hash", "signature", .. RowFields.Select(field => field.Name), .. CountersignatureFields.Select(field => field.Name).Except(RowFields.Select(field => field.Name))];

    private static void AppendHeader(StringBuilder text, JsonObject header, JsonObject line)
    {
        foreach (Field field in HeaderFields)
        {
            Append(text, ["header", field.Name, Cell(header[field.Name])]);
        }

        Append(text, ["header", "hash", (string)line["hash"]!]);
        Append(text, ["header", "signature", (string)line["signature"]!]);
    }

    private static string Cell(JsonNode? node) => node switch
    {
        null => "",
        JsonArray list => string.Join(';', list.Select(item => Escape(Cell(item)))),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => (string)value!,
        _ => node.ToJsonString(),
    };

    private static JsonNode? Value(Field field, string cell)
    {
        if (field.IsList)
        {
            return new JsonArray([.. cell.Length == 0 ? [] : cell.Split(';').Select(item => Scalar(field.IsText, Unescape(item)))]);
        }

        return Scalar(field.IsText, cell);
    }

    /// <summary>Numbers keep their text, so that hashes stay what they were; what is no number stays text and fails later, by name.</summary>
    private static JsonNode? Scalar(bool isText, string cell)
    {
        bool isPlain = !isText && (cell is "true" or "false"
            || (double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)));
        try
        {
            return isPlain ? JsonNode.Parse(cell) : JsonValue.Create(cell);
        }
        catch (JsonException)
        {
            return JsonValue.Create(cell);
        }
    }

    private static string Escape(string item) => item.Replace("%", "%25", StringComparison.Ordinal).Replace(";", "%3B", StringComparison.Ordinal);

    private static string Unescape(string item) => item.Replace("%3B", ";", StringComparison.Ordinal).Replace("%25", "%", StringComparison.Ordinal);

    private static void Append(StringBuilder text, IEnumerable<string> cells) => text.AppendJoin(',', cells.Select(CsvText.Quote)).Append('\n');

    private static Field[] FieldsOf(Type type) =>
    [
        .. type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(property => new Field(
            JsonNamingPolicy.CamelCase.ConvertName(property.Name),
            property.PropertyType == typeof(string) || property.PropertyType == typeof(IReadOnlyList<string>),
            property.PropertyType != typeof(string) && property.PropertyType.IsGenericType)),
    ];

    private sealed record Field(string Name, bool IsText, bool IsList);
}
