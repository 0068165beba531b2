using System.Globalization;

namespace FedPortal.Audit;

/// <summary>Which entries of the audit log are shown; null or empty means all.</summary>
/// <param name="Actor">Exactly this actor.</param>
/// <param name="Subject">Exactly this kind of thing.</param>
/// <param name="From">First day, UTC.</param>
/// <param name="To">Last day, UTC.</param>
/// <param name="Text">Part of what was done, whatever its case.</param>
/// <param name="SubjectId">Only about this thing.</param>
public sealed record AuditFilter(string? Actor = null, string? Subject = null, DateOnly? From = null, DateOnly? To = null, string? Text = null, Guid? SubjectId = null)
{
    public bool IsEmpty => Words().Length == 0;

    /// <summary>For the first line of an exported selection.</summary>
    public string Words()
    {
        (string Name, string? Value)[] parts =
        [
            ("actor", Actor), ("subject", Subject), ("from", Day(From)), ("to", Day(To)), ("text", Text), ("about", SubjectId?.ToString()),
        ];
        return string.Join(", ", parts.Where(part => !string.IsNullOrEmpty(part.Value)).Select(part => $"{part.Name} = {part.Value}"));
    }

    private static string? Day(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
