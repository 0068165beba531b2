using FedPortal.Training.Imaging;

namespace FedPortal.Tests.Training.Imaging;

/// <summary>Burns names into radiographs as old machines did: capitals of five by seven dots, one dot apart, in one grey.</summary>
internal static class BurnedInNames
{
    public const int Rows = 7;
    private const int Columns = 5;

    private static readonly Dictionary<char, string[]> Font = new()
    {
        ['A'] = [".###.", "#...#", "#...#", "#####", "#...#", "#...#", "#...#"],
        ['D'] = ["####.", "#...#", "#...#", "#...#", "#...#", "#...#", "####."],
        ['E'] = ["#####", "#....", "#....", "####.", "#....", "#....", "#####"],
        ['I'] = [".###.", "..#..", "..#..", "..#..", "..#..", "..#..", ".###."],
        ['J'] = ["..###", "...#.", "...#.", "...#.", "...#.", "#..#.", ".##.."],
        ['K'] = ["#...#", "#..#.", "#.#..", "##...", "#.#..", "#..#.", "#...#"],
        ['L'] = ["#....", "#....", "#....", "#....", "#....", "#....", "#####"],
        ['M'] = ["#...#", "##.##", "#.#.#", "#.#.#", "#...#", "#...#", "#...#"],
        ['N'] = ["#...#", "##..#", "#.#.#", "#.#.#", "#..##", "#...#", "#...#"],
        ['O'] = [".###.", "#...#", "#...#", "#...#", "#...#", "#...#", ".###."],
        ['R'] = ["####.", "#...#", "#...#", "####.", "#.#..", "#..#.", "#...#"],
        ['S'] = [".####", "#....", "#....", ".###.", "....#", "....#", "####."],
        ['T'] = ["#####", "..#..", "..#..", "..#..", "..#..", "..#..", "..#.."],
    };

    public static IReadOnlyList<string> Names { get; } = ["DOE JOAN", "MARTIN", "KLEIN ANNA", "SILO OTIS", "NORD ELSE"];

    /// <returns>A copy with the name in it, and where it stands; null where the name is wider than the picture.</returns>
    /// <param name="dot">Side of a dot in pixels; letters are seven dots high.</param>
    /// <param name="corner">0 to 3.</param>
    /// <param name="ink">0 is black, 1 white.</param>
    public static (XrayImage Image, ImageRegion Box)? Burn(XrayImage image, string name, int dot, int corner, double ink)
    {
        int width = ((name.Length * (Columns + 1)) - 1) * dot;
        int height = Rows * dot;
        int margin = Math.Max(4, image.Width / 40);
        if (width + (2 * margin) > image.Width || height + (2 * margin) > image.Height)
        {
            return null;
        }

        int left = corner % 2 == 0 ? margin : image.Width - margin - width;
        int top = corner < 2 ? margin : image.Height - margin - height;
        ushort[] pixels = image.Pixels.ToArray();
        foreach ((int place, char letter) in name.Index().Where(sign => sign.Item != ' '))
        {
            for (int y = 0; y < height; y++)
            {
                for (int x = 0; x < Columns * dot; x++)
                {
                    if (Font[letter][y / dot][x / dot] == '#')
                    {
                        pixels[((top + y) * image.Width) + left + (place * (Columns + 1) * dot) + x] = (ushort)(65535 * ink);
                    }
                }
            }
        }

        return (new XrayImage(image.Width, image.Height, pixels), new ImageRegion(left, top, width, height));
    }

    /// <summary>Four times as large, straight between the pixels: of the size that radiographs are searched at.</summary>
    public static XrayImage Enlarged(XrayImage image)
    {
        const int Times = 4;
        (int width, int height) = (image.Width * Times, image.Height * Times);
        ushort[] pixels = new ushort[width * height];
        ReadOnlySpan<ushort> from = image.Pixels.Span;
        for (int y = 0; y < height; y++)
        {
            double v = Math.Clamp(((y + 0.5) / Times) - 0.5, 0, image.Height - 1);
            (int y0, int y1) = ((int)v, Math.Min((int)v + 1, image.Height - 1));
            for (int x = 0; x < width; x++)
            {
                double u = Math.Clamp(((x + 0.5) / Times) - 0.5, 0, image.Width - 1);
                (int x0, int x1) = ((int)u, Math.Min((int)u + 1, image.Width - 1));
                double above = from[(y0 * image.Width) + x0] + ((u - x0) * (from[(y0 * image.Width) + x1] - from[(y0 * image.Width) + x0]));
                double below = from[(y1 * image.Width) + x0] + ((u - x0) * (from[(y1 * image.Width) + x1] - from[(y1 * image.Width) + x0]));
                pixels[(y * width) + x] = (ushort)(above + ((v - y0) * (below - above)));
            }
        }

        return new XrayImage(width, height, pixels);
    }
}
