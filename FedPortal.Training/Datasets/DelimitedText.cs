using System.Text;

namespace FedPortal.Training.Datasets;

/// <summary>Reads delimited text (RFC 4180; comma, semicolon or tab, whichever the first line has most of; a byte-order mark is ignored).</summary>
internal static class DelimitedText
{
    private const int MaxFieldLength = 4096;
    private static readonly char[] Delimiters = [',', ';', '\t'];

    /// <exception cref="DatasetRefusedException">A quote is never closed, or a field is absurdly long.</exception>
    public static List<string[]> Parse(string text)
    {
        text = text.TrimStart('\uFEFF');
        char delimiter = DelimiterOf(text);
        var rows = new List<string[]>();
        var row = new List<string>();
        var field = new StringBuilder();
        bool quoted = false;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (quoted && c == '"' && i + 1 < text.Length && text[i + 1] == '"')
            {
                field.Append('"');
                i++;
            }
            else if (c == '"' && (quoted || field.Length == 0))
            {
                quoted = !quoted;
            }
            else if (!quoted && (c == delimiter || c is '\n' or '\r'))
            {
                Finish(row, field);
                if (c != delimiter)
                {
                    Finish(rows, row);
                }
            }
            else if (field.Length < MaxFieldLength)
            {
                field.Append(c);
            }
            else
            {
                throw new DatasetRefusedException($"Row {rows.Count + 1} of the manifest has a field of more than {MaxFieldLength} characters.");
            }
        }

        if (quoted)
        {
            throw new DatasetRefusedException("The manifest ends inside a quoted field.");
        }

        Finish(row, field);
        Finish(rows, row);
        return rows;
    }

    private static char DelimiterOf(string text)
    {
        string first = text.Split('\n', 2)[0];
        return Delimiters.MaxBy(c => first.Count(other => other == c));
    }

    private static void Finish(List<string> row, StringBuilder field)
    {
        row.Add(field.ToString().Trim());
        field.Clear();
    }

    private static void Finish(List<string[]> rows, List<string> row)
    {
        if (row.Any(field => field.Length > 0))
        {
            rows.Add([.. row]);
        }

        row.Clear();
    }
}
