namespace FedPortal.Training.Datasets.Phantoms;

/// <summary>Smooth random values, about −1…1, at any place of the square −1…1: a grid of random values, smoothly blended, in octaves of half the height.</summary>
internal sealed class SmoothNoise
{
    private readonly (float Frequency, int Side, float[] Grid)[] _octaves;

    public SmoothNoise(SeededRandom random, float frequency, int octaves = 1)
    {
        _octaves = new (float, int, float[])[octaves];
        for (int k = 0; k < octaves; k++)
        {
            float scaled = frequency * (1 << k);
            int side = (int)(scaled * 2) + 4;
            float[] grid = new float[side * side];
            for (int i = 0; i < grid.Length; i++)
            {
                grid[i] = random.Uniform(-1, 1);
            }

            _octaves[k] = (scaled, side, grid);
        }
    }

    public float At(float x, float y)
    {
        float sum = 0;
        float weight = 1;
        foreach ((float frequency, int side, float[] grid) in _octaves)
        {
            sum += weight * Octave(grid, side, Math.Clamp((((x * 0.5f) + 0.5f) * frequency) + 1, 0, side - 2.001f), Math.Clamp((((y * 0.5f) + 0.5f) * frequency) + 1, 0, side - 2.001f));
            weight *= 0.5f;
        }

        return sum;
    }

    private static float Octave(float[] grid, int side, float u, float v)
    {
        int column = (int)u;
        int row = (int)v;
        float across = Smooth(u - column);
        float down = Smooth(v - row);
        int at = (row * side) + column;
        float above = (grid[at] * (1 - across)) + (grid[at + 1] * across);
        float below = (grid[at + side] * (1 - across)) + (grid[at + side + 1] * across);
        return (above * (1 - down)) + (below * down);
    }

    private static float Smooth(float t) => t * t * (3 - (2 * t));
}
