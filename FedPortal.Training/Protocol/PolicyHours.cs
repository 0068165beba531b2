using System.Globalization;

namespace FedPortal.Training.Protocol;

/// <summary>A time of day in which work may begin, such as <c>20:00-06:00</c>, in the local time of the site's machine. It may pass midnight.</summary>
/// <param name="From">Included.</param>
/// <param name="To">Not included; equal to <paramref name="From"/> it means the whole day.</param>
public sealed record PolicyHours(TimeOnly From, TimeOnly To)
{
    private const string Format = "HH:mm";

    public static PolicyHours? TryParse(string text)
    {
        string[] ends = text.Split('-');
        return ends.Length == 2 && TryTime(ends[0], out TimeOnly from) && TryTime(ends[1], out TimeOnly to) ? new PolicyHours(from, to) : null;
    }

    public bool Contain(TimeOnly time) => From == To || time.IsBetween(From, To);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{From:HH:mm}-{To:HH:mm}");

    private static bool TryTime(string text, out TimeOnly time) =>
        TimeOnly.TryParseExact(text.Trim(), Format, CultureInfo.InvariantCulture, DateTimeStyles.None, out time);
}
