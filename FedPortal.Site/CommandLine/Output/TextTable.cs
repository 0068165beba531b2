namespace FedPortal.Site.CommandLine.Output;

/// <summary>Columns as wide as their longest cell.</summary>
internal sealed class TextTable(params string[] headings)
{
    private readonly List<string[]> _rows = [];

    public void Add(params string[] cells)
    {
        if (cells.Length != headings.Length)
        {
            throw new ArgumentException($"Expected {headings.Length} cells but got {cells.Length}.", nameof(cells));
        }

        _rows.Add(cells);
    }

    public IEnumerable<string> Lines()
    {
        int[] widths = [.. headings.Select((heading, column) => Math.Max(heading.Length, _rows.Select(row => row[column].Length).DefaultIfEmpty(0).Max()))];
        string Line(string[] cells) => string.Join("  ", cells.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd();
        return _rows.Select(Line).Prepend(Line([.. widths.Select(width => new string('-', width))])).Prepend(Line(headings));
    }
}
