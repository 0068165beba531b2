using System.Globalization;
using System.Text;

namespace FedPortal.Training.Datasets;

/// <summary>Makes a file name or label from outside safe to show in pages, terminals and spreadsheets.</summary>
internal static class ShownName
{
    private const int MaxLength = 120;

    /// <summary>Control, formatting (direction-changing) and unpaired surrogate characters become "?", length is limited, a formula gets an apostrophe.</summary>
    public static string Of(string name)
    {
        var shown = new StringBuilder();
        foreach (Rune rune in name.EnumerateRunes())
        {
            bool harmless = Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
            shown.Append(harmless && rune != Rune.ReplacementChar ? rune.ToString() : "?");
            if (shown.Length >= MaxLength)
            {
                shown.Append('…');
                break;
            }
        }

        return IsFormula(name) ? "'" + shown : shown.ToString();
    }

    /// <summary>A spreadsheet would run it.</summary>
    public static bool IsFormula(string text) => text.AsSpan().TrimStart(' ') is [('=' or '+' or '-' or '@' or '\t' or '\r'), ..];
}
