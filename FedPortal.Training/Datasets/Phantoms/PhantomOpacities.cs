using static FedPortal.Training.Datasets.Phantoms.PhantomMath;

namespace FedPortal.Training.Datasets.Phantoms;

/// <summary>Adds findings, which fill air only, decoys that occur in every class, and tubes.</summary>
internal sealed class PhantomOpacities(SeededRandom random, PhantomChest chest)
{
    /// <summary>This share of abnormal pictures is faint, so that no classifier can be perfect.</summary>
    private const double FaintShare = 0.08;

    private readonly float[] _opacity = new float[chest.X.Length];

    public void Add(PhantomFinding finding)
    {
        bool isFaint = random.Chance(FaintShare);
        switch (finding)
        {
            case PhantomFinding.Pneumonia: AddFocal(isFaint); break;
            case PhantomFinding.Covid19: AddBilateral(isFaint); break;
            default: break;
        }

        AddDecoys(finding);
        float density = 0.8f * chest.FillDensity;
        for (int i = 0; i < _opacity.Length; i++)
        {
            chest.Attenuation[i] += density * chest.Air[i] * Math.Clamp(_opacity[i], 0, 1);
        }

        AddTubes();
    }

    private void AddFocal(bool isFaint)
    {
        int side = random.Side();
        int count = random.Chance(0.8) ? 1 : 2;
        for (int k = 0; k < count; k++)
        {
            bool isLow = random.Chance(0.6);
            float radius = isFaint ? random.Uniform(0.13, 0.27) : random.Uniform(0.26, 0.42);
            float strength = isFaint ? random.Uniform(0.20, 0.5) : random.Uniform(0.75, 1);
            float x = side * random.Uniform(0.30, 0.56);
            float y = isLow ? random.Uniform(0.10, 0.40) : random.Uniform(-0.45, 0.10);
            AddBlob(strength, x, y, radius, radius * random.Uniform(0.55, 1), random.Uniform(0, 3.14), 0.45f, 0.16f);
        }
    }

    private void AddBilateral(bool isFaint)
    {
        float severity = isFaint ? random.Uniform(0.16, 0.4) : random.Uniform(0.6, 1);
        foreach (int side in (ReadOnlySpan<int>)[-1, 1])
        {
            int count = isFaint ? random.Next(2, 4) : random.Next(3, 6);
            for (int k = 0; k < count; k++)
            {
                float y = random.Uniform(-0.30, 0.42);
                float x = side * (random.Uniform(0.52, 0.68) - (0.10f * MathF.Max(0, -y)));
                float strength = severity * random.Uniform(0.6, 1.15);
                AddBlob(strength, x, y, random.Uniform(0.07, 0.15), random.Uniform(0.10, 0.22), random.Uniform(-0.4, 0.4), 0.6f, 0.25f);
            }
        }

        var texture = new SmoothNoise(random, 18, 2);
        for (int i = 0; i < _opacity.Length; i++)
        {
            _opacity[i] *= 1 + (0.35f * texture.At(chest.Across(i), chest.Down(i)));
        }
    }

    private void AddDecoys(PhantomFinding finding)
    {
        if (finding != PhantomFinding.Covid19 && random.Chance(0.15))
        {
            AddBlob(0.35f, random.Side() * 0.40f, random.Uniform(0.2, 0.4), 0.16f, 0.018f, random.Uniform(-0.3, 0.3), 0.2f, 0.3f);
        }

        if (random.Chance(0.2))
        {
            (float nodeX, float nodeY) = (random.Side() * random.Uniform(0.25, 0.55), random.Uniform(-0.4, 0.4));
            chest.Add((x, y) => 0.10f * MathF.Exp(-(Square(x - nodeX) + Square(y - nodeY)) / Square(0.018f)));
        }
    }

    private void AddTubes()
    {
        if (!random.Chance(chest.IsBedside ? 0.45 : 0.12))
        {
            return;
        }

        int count = random.Next(1, 3);
        for (int k = 0; k < count; k++)
        {
            (float start, float slope) = (random.Uniform(-0.6, 0.6), random.Uniform(-0.5, 0.5));
            (float phase, float end) = (random.Uniform(0, 6), random.Uniform(-0.2, 0.8));
            chest.Add((x, y) => 0.16f * Bell((x - (start + (slope * (y + 1) * 0.5f) + (0.08f * MathF.Sin((y * 3) + phase)))) / 0.009f) * Step((end - y) / 0.02f));
        }
    }

    private void AddBlob(float strength, float x, float y, float radiusA, float radiusB, float turn, float ragged, float soft)
    {
        (float sin, float cos) = MathF.SinCos(turn);
        var edge = new SmoothNoise(random, 7, 3);
        for (int i = 0; i < _opacity.Length; i++)
        {
            (float dx, float dy) = (chest.X[i] - x, chest.Y[i] - y);
            float a = ((dx * cos) + (dy * sin)) / radiusA;
            float b = ((dy * cos) - (dx * sin)) / radiusB;
            float distance = MathF.Sqrt((a * a) + (b * b));
            if (distance < 8)
            {
                float value = strength * Step((1 - distance + (ragged * edge.At(chest.Across(i), chest.Down(i)))) / soft);
                _opacity[i] = MathF.Max(_opacity[i], value);
            }
        }
    }
}
