using System.Globalization;

namespace FedPortal.Training.Comparison;

/// <summary>Figures of a comparison in words, the same on the page, in Markdown and on the command line.</summary>
public static class ComparisonText
{
    /// <summary>"0.812 [0.720, 0.879], n = 96".</summary>
    public static string Of(ComparedFigure? figure) => figure?.Value is not { } value
        ? "no support"
        : figure is { Lower: { } lower, Upper: { } upper }
            ? string.Create(CultureInfo.InvariantCulture, $"{value:0.000} [{lower:0.000}, {upper:0.000}], n = {figure.Images}")
            : string.Create(CultureInfo.InvariantCulture, $"{value:0.000}, n = {figure.Images}");

    /// <summary>"1.5 MB".</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        0 => "0",
        < 1_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0.0} kB"),
        < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.00} GB"),
    };

    /// <summary>"12.3 s".</summary>
    public static string Seconds(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s");

    /// <summary>"attack AUC 0.561 [0.480, 0.640], advantage 0.05 [-0.11, 0.21]; no ε".</summary>
    public static string Of(MeasuredPrivacy privacy)
    {
        ArgumentNullException.ThrowIfNull(privacy);
        string attack = privacy is { Auc: { } auc, Advantage: { } advantage }
            ? $"attack AUC {Of(auc)}, advantage {Short(advantage)}"
            : string.Create(CultureInfo.InvariantCulture, $"attack not measured: {privacy.Members} members and {privacy.NonMembers} others are too few");
        return $"{attack}; {privacy.EpsilonWords}";
    }

    /// <summary>Published figures of a method, or "anchor of this comparison".</summary>
    public static string Published(MethodDescription method) => method.Published.Count == 0
        ? method.Kind == MethodKind.Anchor ? "anchor" : "this portal's own"
        : string.Join("; ", method.Published.Select(figure => figure.InWords));

    /// <summary>"0.80 ± 0.02 over 3 seeds", or nothing with one.</summary>
    public static string Of(Spread? spread) => spread is null
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $"{spread.Mean:0.000} ± {spread.Deviation:0.000} over {spread.Count} seeds");

    private static string Short(ComparedFigure figure) => figure is { Lower: { } lower, Upper: { } upper }
        ? string.Create(CultureInfo.InvariantCulture, $"{figure.Value:0.00} [{lower:0.00}, {upper:0.00}]")
        : string.Create(CultureInfo.InvariantCulture, $"{figure.Value:0.00}");
}
