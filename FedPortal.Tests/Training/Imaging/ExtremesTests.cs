using FedPortal.Training.Imaging;
using Xunit;

namespace FedPortal.Tests.Training.Imaging;

public class ExtremesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(11)]
    public void EveryPixelBecomesTheExtremeOfItsWindow_AtAnyWidth(int window)
    {
        var random = new Random(5);
        for (int width = 1; width <= 35; width++)
        {
            foreach (int height in new[] { 1, 4, 13 })
            {
                float[] values = [.. Enumerable.Range(0, width * height).Select(_ => random.NextSingle())];

                foreach (bool largest in new[] { false, true })
                {
                    Assert.Equal(OneByOne(values, width, height, window / 2, largest), Extremes.Over(values, width, height, window, largest));
                }
            }
        }
    }

    private static float[] OneByOne(float[] values, int width, int height, int reach, bool largest)
    {
        float Extreme(int place)
        {
            IEnumerable<float> window = values.Where((_, other) =>
                Math.Abs((other % width) - (place % width)) <= reach && Math.Abs((other / width) - (place / width)) <= reach);
            return largest ? window.Max() : window.Min();
        }

        return [.. Enumerable.Range(0, width * height).Select(Extreme)];
    }
}
