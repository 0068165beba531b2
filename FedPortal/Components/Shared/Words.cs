using System.Globalization;
using FedPortal.Training.Protocol;
using Measured = FedPortal.Training.Evaluation.Metric;

namespace FedPortal.Components.Shared;

/// <summary>Numbers and times as people read them, and the names of stages and metrics, the same on every page.</summary>
internal static class Words
{
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;
    private static readonly StaticTexts Texts = new(typeof(Words));

    /// <summary>A figure that only its own institution and the consortium's admins and auditors see.</summary>
    public static string CountOrHidden(int? value) => value is { } known ? Count(known) : Texts["NotShown"];

    public static string Count(long value) => value.ToString("N0", Culture);

    /// <summary>"1 image", "2 images".</summary>
    /// <param name="value">How many.</param>
    /// <param name="one">The word for one, or both forms with a bar between: "image|images".</param>
    /// <param name="many">The word for none and for several; null takes the one after the bar, else adds an s.</param>
    public static string Count(long value, string one, string? many = null)
    {
        string forms = one.Contains('|', StringComparison.Ordinal) ? one : $"{one}|{many ?? one + "s"}";
        return $"{Count(value)} {Form(value, forms)}";
    }

    /// <summary>Of a text in both forms, such as "One waits.|Some wait.", that before the bar for one and that after it for none and for several; of a text in one form, that.</summary>
    public static string Form(long value, string forms)
    {
        int bar = forms.IndexOf('|', StringComparison.Ordinal);
        return bar < 0 ? forms : value == 1 ? forms[..bar] : forms[(bar + 1)..];
    }

    /// <summary>A stage of a round, of <see cref="StageNames"/>; what is not one of them stays as it is.</summary>
    public static string Stage(string stage) => stage switch
    {
        StageNames.Decode => Texts["StageDecode"],
        StageNames.Train => Texts["StageTrain"],
        StageNames.Perturb => Texts["StagePerturb"],
        StageNames.Encrypt => Texts["StageEncrypt"],
        StageNames.Upload => Texts["StageUpload"],
        StageNames.Screen => Texts["StageScreen"],
        StageNames.Sum => Texts["StageSum"],
        StageNames.Unlock => Texts["StageUnlock"],
        StageNames.Decrypt => Texts["StageDecrypt"],
        StageNames.Apply => Texts["StageApply"],
        StageNames.Evaluate => Texts["StageEvaluate"],
        _ => stage,
    };

    public static string NameOf(StageFace face) => face switch
    {
        StageFace.Done => Texts["FaceDone"],
        StageFace.Current => Texts["FaceCurrent"],
        StageFace.Failed => Texts["FaceFailed"],
        StageFace.Unused => Texts["FaceUnused"],
        _ => Texts["FaceAhead"],
    };

    public static string NameOf(Measured metric) => metric switch
    {
        Measured.Accuracy => Texts["MetricAccuracy"],
        Measured.Precision => Texts["MetricPrecision"],
        Measured.Recall => Texts["MetricRecall"],
        Measured.Auroc => "AUROC",
        Measured.Auprc => "AUPRC",
        Measured.ExpectedCalibrationError => "ECE",
        _ => metric.ToString(),
    };

    public static string Number(double value, int digits = 3) => double.IsFinite(value) ? value.ToString("F" + digits, Culture) : Texts["NotANumber"];

    /// <summary>A metric between 0 and 1 with three digits, as the API's numbers rounded.</summary>
    public static string Metric(double? value) => value is { } number ? Number(number) : Texts["NoSupport"];

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
            < 5 => Texts["JustNow"],
            < 60 => Texts["SecondsAgo", (int)age.TotalSeconds],
            < 3600 => Texts["MinutesAgo", (int)age.TotalMinutes],
            < 86400 => Texts["HoursAgo", (int)age.TotalHours],
            _ => Moment(time),
        };
    }
}
