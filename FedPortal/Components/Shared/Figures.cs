namespace FedPortal.Components.Shared;

/// <summary>One stage of the pipeline drawing.</summary>
/// <param name="Name">Word for the stage.</param>
/// <param name="Face">How it is drawn.</param>
/// <param name="Note">Time, or why it is not used.</param>
public sealed record StageView(string Name, StageFace Face, string Note = "");

public enum StageFace
{
    Ahead,
    Done,
    Current,
    Failed,

    /// <summary>Not part of this strategy.</summary>
    Unused,
}

/// <summary>One line of a chart.</summary>
/// <param name="Name">Legend.</param>
/// <param name="Colour">1 to 10: the series colours of the style sheet.</param>
/// <param name="Points">By x, ascending.</param>
/// <param name="IsThin">True for the lines in the background.</param>
public sealed record ChartSeries(string Name, int Colour, IReadOnlyList<ChartPoint> Points, bool IsThin = false)
{
    /// <summary>Colour of the consortium's hold-out.</summary>
    public const int Holdout = 9;

    /// <summary>Colour of all institutions pooled.</summary>
    public const int Pooled = 10;

    /// <summary>The colour of one among several, again from the first after the eighth.</summary>
    /// <param name="index">From 0.</param>
    public static int ColourOf(int index) => (index % 8) + 1;
}

/// <summary>One point with its interval; a null value is a gap: there was no support.</summary>
public sealed record ChartPoint(int X, double? Y, double? Lower = null, double? Upper = null);

/// <summary>A horizontal bar made of parts, in seconds.</summary>
public sealed record TimelineRow(string Name, IReadOnlyList<TimelinePart> Parts)
{
    public double Total => Parts.Sum(part => part.Seconds);
}

public sealed record TimelinePart(string Stage, double Seconds);

/// <summary>One round as a bar of stages.</summary>
public sealed record TimelineBar(int Round, IReadOnlyList<TimelinePart> Parts);
