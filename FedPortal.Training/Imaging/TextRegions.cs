namespace FedPortal.Training.Imaging;

/// <summary>A rectangle in pixels of the whole image.</summary>
public sealed record ImageRegion(int X, int Y, int Width, int Height);

/// <summary>
/// Finds places that look like a line of letters burned into a radiograph, without reading them: thin strokes that stand out sharply from what is around them
/// (a top-hat against a small window), joined to signs of letter size, several of them side by side at one height. It is a hint for a person, not a proof: tubes,
/// wires and tooth fillings can look alike, and faint or slanted writing can be missed.
/// </summary>
public static class TextRegions
{
    private const int WorkingSide = 1024;
    private const int CoarseSide = 512;
    private const int Window = 11;
    private const float LeastContrast = 0.30f;
    private const int LeastHeight = 6;
    private const int MostHeight = 64;
    private const int LeastSigns = 3;

    /// <returns>In reading order; empty when nothing looks like writing.</returns>
    public static IReadOnlyList<ImageRegion> Find(XrayImage image)
    {
        GreyPlane plane = Resampling.Shrink(GreyPlane.From(image), WorkingSide);
        double scale = (double)image.Width / plane.Width;
        List<Sign> lines = Merged([.. LinesOf(plane), .. LargeLinesOf(plane)]);
        return [.. lines.OrderBy(line => line.Top).ThenBy(line => line.Left).Select(line => line.ToRegion(scale, image))];
    }

    private static IEnumerable<Sign> LinesOf(GreyPlane plane) => [.. Lines(Signs(plane, bright: true)), .. Lines(Signs(plane, bright: false))];

    // Strokes as wide as the window do not stand out from it: of a large picture a smaller copy is searched too.
    private static IEnumerable<Sign> LargeLinesOf(GreyPlane plane)
    {
        if (Math.Max(plane.Width, plane.Height) <= CoarseSide)
        {
            return [];
        }

        GreyPlane coarse = Resampling.Shrink(plane, CoarseSide);
        double step = (double)plane.Width / coarse.Width;
        return LinesOf(coarse).Select(line => line.Enlarged(step));
    }

    private static List<Sign> Signs(GreyPlane plane, bool bright)
    {
        float[] values = bright ? plane.Values : [.. plane.Values.Select(value => 1 - value)];
        float[] opened = Extremes.Over(Extremes.Over(values, plane.Width, plane.Height, Window, largest: false), plane.Width, plane.Height, Window, largest: true);
        bool[] strokes = new bool[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            strokes[i] = values[i] - opened[i] > LeastContrast;
        }

        return [.. Components(strokes, plane.Width, plane.Height).Where(IsLetterLike)];
    }

    private static bool IsLetterLike(Sign sign) =>
        sign.Height is >= LeastHeight and <= MostHeight
        && sign.Width <= 1.6 * sign.Height
        && sign.Area >= 0.12 * sign.Width * sign.Height
        && sign.Area >= 8;

    private static List<Sign> Components(bool[] strokes, int width, int height)
    {
        var found = new List<Sign>();
        var open = new Stack<int>();
        for (int start = 0; start < strokes.Length; start++)
        {
            if (!strokes[start])
            {
                continue;
            }

            var sign = new Sign(start % width, start / width, start % width, start / width, 0);
            strokes[start] = false;
            open.Push(start);
            while (open.TryPop(out int at))
            {
                int x = at % width;
                int y = at / width;
                sign = sign.With(x, y);
                for (int dy = Math.Max(0, y - 1); dy <= Math.Min(height - 1, y + 1); dy++)
                {
                    for (int dx = Math.Max(0, x - 1); dx <= Math.Min(width - 1, x + 1); dx++)
                    {
                        int next = (dy * width) + dx;
                        if (strokes[next])
                        {
                            strokes[next] = false;
                            open.Push(next);
                        }
                    }
                }
            }

            found.Add(sign);
        }

        return found;
    }

    // Signs of like height, side by side, closer than one and a half letters: a line, if there are enough of them.
    private static IEnumerable<Sign> Lines(List<Sign> signs)
    {
        signs.Sort((a, b) => a.Left.CompareTo(b.Left));
        bool[] used = new bool[signs.Count];
        for (int first = 0; first < signs.Count; first++)
        {
            if (used[first])
            {
                continue;
            }

            Sign line = signs[first];
            Sign last = line;
            int count = 1;
            for (int next = first + 1; next < signs.Count && signs[next].Left - last.Right <= 1.5 * last.Height; next++)
            {
                if (!used[next] && last.IsBeside(signs[next]))
                {
                    used[next] = true;
                    line = line.Around(signs[next]);
                    last = signs[next];
                    count++;
                }
            }

            if (count >= LeastSigns && line.Width > 1.5 * line.Height)
            {
                yield return line;
            }
        }
    }

    // Between bright letters lie dark shapes of letter size: one line can be found in both polarities.
    private static List<Sign> Merged(List<Sign> lines)
    {
        for (int i = 0; i < lines.Count; i++)
        {
            for (int k = lines.Count - 1; k > i; k--)
            {
                if (lines[i].Touches(lines[k]))
                {
                    lines[i] = lines[i].Around(lines[k]);
                    lines.RemoveAt(k);
                    k = lines.Count;
                }
            }
        }

        return lines;
    }

    private readonly record struct Sign(int Left, int Top, int Right, int Bottom, int Area)
    {
        public int Width => Right - Left + 1;

        public int Height => Bottom - Top + 1;

        public Sign With(int x, int y) => new(Math.Min(Left, x), Math.Min(Top, y), Math.Max(Right, x), Math.Max(Bottom, y), Area + 1);

        public Sign Around(Sign other) =>
            new(Math.Min(Left, other.Left), Math.Min(Top, other.Top), Math.Max(Right, other.Right), Math.Max(Bottom, other.Bottom), Area + other.Area);

        public Sign Enlarged(double times) =>
            new((int)(Left * times), (int)(Top * times), (int)((Right + 1) * times) - 1, (int)((Bottom + 1) * times) - 1, (int)(Area * times * times));

        public bool Touches(Sign other) => Left <= other.Right && other.Left <= Right && Top <= other.Bottom && other.Top <= Bottom;

        public bool IsBeside(Sign other)
        {
            int shared = Math.Min(Bottom, other.Bottom) - Math.Max(Top, other.Top) + 1;
            int taller = Math.Max(Height, other.Height);
            int shorter = Math.Min(Height, other.Height);
            return shared >= 0.6 * shorter && taller <= 1.8 * shorter && other.Left > Left;
        }

        // A little wider than the strokes, so that a mask covers the letters' soft edges.
        public ImageRegion ToRegion(double scale, XrayImage image)
        {
            int margin = (int)Math.Ceiling(Height * 0.25);
            int x = (int)Math.Max(0, (Left - margin) * scale);
            int y = (int)Math.Max(0, (Top - margin) * scale);
            int right = (int)Math.Min(image.Width, Math.Ceiling((Right + 1 + margin) * scale));
            int bottom = (int)Math.Min(image.Height, Math.Ceiling((Bottom + 1 + margin) * scale));
            return new ImageRegion(x, y, right - x, bottom - y);
        }
    }
}
