using System.Globalization;

namespace FedPortal.Components.Shared;

/// <summary>From values to places in the drawing. y starts at 0, so that differences keep their proportion.</summary>
internal sealed class ChartScale
{
    private const int TopMargin = 10;
    private const int BottomMargin = 30;
    private readonly int _width;
    private readonly int _height;
    private readonly int _left;
    private readonly int _right;
    private readonly int _firstX;
    private readonly int _lastX;
    private readonly double _top;

    public ChartScale(IReadOnlyList<ChartSeries> series, double? top, int width, int height, int left, int right)
    {
        (_width, _height, _left, _right) = (width, height, left, right);
        int[] xs = [.. series.SelectMany(s => s.Points).Select(p => p.X).Distinct().Order()];
        (_firstX, _lastX) = xs.Length == 0 ? (0, 1) : (xs[0], xs[^1]);
        double highest = series.SelectMany(s => s.Points).Select(p => Math.Max(p.Y ?? 0, p.Upper ?? 0)).Where(double.IsFinite).DefaultIfEmpty(1).Max();
        double step = top is { } fixedTop ? fixedTop / 4 : NiceStep(highest / 4);
        _top = top ?? step * Math.Max(1, Math.Ceiling(highest / step));
        YTicks = [.. Enumerable.Range(0, (int)Math.Round(_top / step) + 1).Select(i => (i * step, Y(i * step)))];
        int every = Math.Max(1, (int)Math.Ceiling(xs.Length / 12.0));
        XLabels = [.. xs.Where((_, i) => i % every == 0).Select(x => (x, X(x)))];
    }

    public IReadOnlyList<(double Value, double Y)> YTicks { get; }

    public IReadOnlyList<(int Label, double X)> XLabels { get; }

    public double X(int x) => _lastX == _firstX
        ? (_left + _width - _right) / 2.0
        : _left + 6 + ((double)(x - _firstX) / (_lastX - _firstX) * (_width - _left - _right - 12));

    public double Y(double y) => _height - BottomMargin - (Math.Clamp(y / _top, 0, 1) * (_height - TopMargin - BottomMargin));

    /// <summary>Runs of points without a gap.</summary>
    public IEnumerable<string> Lines(ChartSeries series) =>
        Runs(series.Points, point => point.Y is not null).Where(run => run.Count > 1).Select(run => Places(run.Select(point => (X(point.X), Y(point.Y!.Value)))));

    public IEnumerable<string> Bands(ChartSeries series) =>
        Runs(series.Points, point => point is { Lower: not null, Upper: not null }).Where(run => run.Count > 1).Select(run => Places(
            run.Select(point => (X(point.X), Y(point.Upper!.Value))).Concat(run.AsEnumerable().Reverse().Select(point => (X(point.X), Y(point.Lower!.Value))))));

    private static IEnumerable<List<ChartPoint>> Runs(IReadOnlyList<ChartPoint> points, Func<ChartPoint, bool> isThere)
    {
        List<ChartPoint> run = [];
        foreach (ChartPoint point in points)
        {
            if (isThere(point))
            {
                run.Add(point);
            }
            else if (run.Count > 0)
            {
                yield return run;
                run = [];
            }
        }

        if (run.Count > 0)
        {
            yield return run;
        }
    }

    private static string Places(IEnumerable<(double X, double Y)> places) =>
        string.Join(' ', places.Select(place => string.Create(CultureInfo.InvariantCulture, $"{place.X:0.#},{place.Y:0.#}")));

    /// <summary>The next of 1, 2, 2.5, 5 times a power of ten.</summary>
    public static double NiceStep(double raw)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(Math.Max(raw, 1e-6))));
        return power * new[] { 1, 2, 2.5, 5, 10 }.First(factor => factor * power >= raw * 0.999);
    }
}
