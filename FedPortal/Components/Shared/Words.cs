using System.Globalization;

namespace FedPortal.Components.Shared;

/// <summary>Numbers and times as people read them, the same on every page.</summary>
internal static class Words
{
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    /// <summary>A figure that only its own institution and the consortium's admins and auditors see.</summary>
    public static string CountOrHidden(int? value) => value is { } known ? Count(known) : "not shown";

    public static string Count(long value) => value.ToString("N0", Culture);

    /// <summary>"1 image", "2 images".</summary>
    public static string Count(long value, string one, string? many = null) => $"{Count(value)} {(value == 1 ? one : many ?? one + "s")}";

    public static string Number(double value, int digits = 3) => double.IsFinite(value) ? value.ToString("F" + digits, Culture) : "not a number";

    /// <summary>A metric between 0 and 1 with three digits, as the API's numbers rounded.</summary>
    public static string Metric(double? value) => value is { } number ? Number(number) : "no support";

    /// <summary>With a capital first letter.</summary>
    public static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    public static string Interval(double? lower, double? upper) =>
        lower is { } from && upper is { } to ? $"{Number(from)} – {Number(to)}" : "";

    public static string Duration(TimeSpan span) => span.TotalSeconds switch
    {
        < 0.0005 => "0 s",
        < 1 => $"{(span.TotalSeconds * 1000).ToString("F0", Culture)} ms",
        < 10 => $"{span.TotalSeconds.ToString("F1", Culture)} s",
        < 90 => $"{span.TotalSeconds.ToString("F0", Culture)} s",
        < 5400 => $"{(int)span.TotalMinutes} min {span.Seconds:00} s",
        < 172800 => $"{(int)span.TotalHours} h {span.Minutes:00} min",
        _ => $"{span.TotalDays.ToString("F1", Culture)} d",
    };

    public static string Seconds(double seconds) => Duration(TimeSpan.FromSeconds(seconds));

    public static string Bytes(long bytes) => bytes switch
    {
        < 1000 => $"{bytes} B",
        < 1_000_000 => $"{(bytes / 1e3).ToString("F1", Culture)} kB",
        < 1_000_000_000 => $"{(bytes / 1e6).ToString("F1", Culture)} MB",
        _ => $"{(bytes / 1e9).ToString("F2", Culture)} GB",
    };

    public static string Moment(DateTimeOffset time) => time.UtcDateTime.ToString("d MMM yyyy HH:mm 'UTC'", Culture);

    public static string Clock(DateTimeOffset time) => time.UtcDateTime.ToString("HH:mm:ss", Culture);

    public static string Ago(DateTimeOffset time, DateTimeOffset now)
    {
        TimeSpan age = now - time;
        return age.TotalSeconds switch
        {
            < 5 => "just now",
            < 60 => $"{(int)age.TotalSeconds} s ago",
            < 3600 => $"{(int)age.TotalMinutes} min ago",
            < 86400 => $"{(int)age.TotalHours} h ago",
            _ => Moment(time),
        };
    }
}
