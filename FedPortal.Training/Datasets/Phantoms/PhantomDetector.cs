using static FedPortal.Training.Datasets.Phantoms.PhantomMath;

namespace FedPortal.Training.Datasets.Phantoms;

/// <summary>From attenuation to a displayed picture: exposure, scatter, blur, quantum noise, logarithm, display curve, collimation, side marker.</summary>
internal sealed class PhantomDetector(SeededRandom random, PhantomStyle style, int size)
{
    /// <returns>Grey values 0…1, row-major.</returns>
    public float[] Expose(float[] attenuation)
    {
        float[] light = [.. attenuation.Select(value => MathF.Exp(-1.5f * value))];
        float[] scatter = Scatter(light);
        for (int i = 0; i < light.Length; i++)
        {
            light[i] = (0.82f * light[i]) + (0.18f * scatter[i]);
        }

        light = Blur(light, size, size, style.Blur * size / 128);
        float quanta = style.Dose * random.Uniform(0.6, 1.6);
        float[] shown = [.. light.Select(value => -MathF.Log(MathF.Max(0.01f, random.Poisson(value * quanta) / style.Dose)))];
        Display(shown);
        if (random.Chance(style.Collimation))
        {
            Collimate(shown);
        }

        Mark(shown);
        return shown;
    }

    private float[] Scatter(float[] light)
    {
        int small = size / 4;
        float[] coarse = new float[small * small];
        for (int i = 0; i < light.Length; i++)
        {
            coarse[(i / size / 4 * small) + (i % size / 4)] += light[i] / 16;
        }

        coarse = Blur(coarse, small, small, size * 0.0225f);
        float[] wide = new float[light.Length];
        for (int i = 0; i < wide.Length; i++)
        {
            wide[i] = coarse[(i / size / 4 * small) + (i % size / 4)];
        }

        return Blur(wide, size, size, 1.5f);
    }

    private void Display(float[] shown)
    {
        float[] sorted = [.. shown];
        Array.Sort(sorted);
        float low = sorted[(int)(random.Uniform(0.5, 3) / 100 * (sorted.Length - 1))];
        float high = sorted[(int)(random.Uniform(97.5, 99.8) / 100 * (sorted.Length - 1))];
        float gamma = 0.85f * style.Gamma * MathF.Exp(random.Normal(0, 0.13));
        float contrast = random.Uniform(0.85, 1.08);
        float brightness = 0.5f + random.Normal(0, 0.03);
        for (int i = 0; i < shown.Length; i++)
        {
            float value = MathF.Pow(Math.Clamp((shown[i] - low) / (high - low), 0, 1), gamma);
            shown[i] = Math.Clamp(brightness + ((value - 0.5f) * contrast), 0, 1);
        }
    }

    private void Collimate(float[] shown)
    {
        (float left, float right) = (-random.Uniform(0.86, 1.02), random.Uniform(0.86, 1.02));
        (float top, float bottom) = (-random.Uniform(0.86, 1.02), random.Uniform(0.86, 1.02));
        for (int i = 0; i < shown.Length; i++)
        {
            float x = (((i % size) + 0.5f) / size * 2) - 1;
            float y = (((i / size) + 0.5f) / size * 2) - 1;
            if (x <= left || x >= right || y <= top || y >= bottom)
            {
                shown[i] = 0;
            }
        }
    }

    // A lead letter: where it lies is a habit of the hospital, not of the finding.
    private void Mark(float[] shown)
    {
        if (style.Marker == 0 || !random.Chance(0.8))
        {
            return;
        }

        int unit = Math.Max(2, size / 32);
        (int top, int left) = style.Marker == 1 ? ((int)(size * 0.06), (int)(size * 0.86)) : ((int)(size * 0.10), (int)(size * 0.05));
        Paint(shown, top, left, 2 * unit, (unit / 2) + 1, 0.97f);
        Paint(shown, top + (2 * unit) - 1, left, 1, unit + 1, 0.97f);
        if (random.Chance(0.5))
        {
            Paint(shown, top + (3 * unit), left, 1, 2 * unit, 0.9f);
        }
    }

    private void Paint(float[] shown, int top, int left, int height, int width, float value)
    {
        for (int y = top; y < Math.Min(size, top + height); y++)
        {
            for (int x = left; x < Math.Min(size, left + width); x++)
            {
                shown[(y * size) + x] = value;
            }
        }
    }
}
