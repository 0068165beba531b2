using static FedPortal.Training.Datasets.Phantoms.PhantomMath;

namespace FedPortal.Training.Datasets.Phantoms;

/// <summary>
/// A chest seen from the front as attenuation summed along each ray. Coordinates run from −1 to 1, y downwards, after the small turn, stretch and warp of this
/// patient. <see cref="Air"/> is what opacities can fill.
/// </summary>
internal sealed class PhantomChest
{
    private const float LungCentre = 0.43f;
    private static readonly int[] Sides = [-1, 1]; // −1 is the left of the picture, the patient's right

    private readonly SeededRandom _random;
    private readonly float _fat;
    private readonly float _inspiration;
    private readonly float _lungWidth;
    private readonly float[] _body;
    private readonly float[][] _fields;

    public PhantomChest(SeededRandom random, int size, bool isBedside)
    {
        _random = random;
        Size = size;
        IsBedside = isBedside;
        X = new float[size * size];
        Y = new float[size * size];
        Attenuation = new float[size * size];
        Air = new float[size * size];
        PlaceCoordinates();
        _fat = random.Uniform(0.75, 1.25);
        _inspiration = random.Normal(0, 0.05) - (isBedside ? 0.08f : 0);
        _lungWidth = 0.335f * random.Uniform(0.93, 1.06);
        _body = Body();
        _fields = [Lung(-1), Lung(1)];
        AddSoftTissue();
        AddSpineAndAbdomen();
        AddRibs();
        AddShoulders();
        AddVessels();
        AddTexture();
    }

    public int Size { get; }

    public bool IsBedside { get; }

    public float[] X { get; }

    public float[] Y { get; }

    public float[] Attenuation { get; }

    public float[] Air { get; }

    /// <summary>How much a fully filled lung adds per unit of air.</summary>
    public float FillDensity => 0.70f * MathF.Pow(_fat, 0.3f);

    /// <summary>Coordinates of the detector, without the patient's turn and warp.</summary>
    public float Across(int index) => ((index % Size) + 0.5f) / Size * 2 - 1;

    public float Down(int index) => ((index / Size) + 0.5f) / Size * 2 - 1;

    public void Add(Func<float, float, float> attenuation)
    {
        for (int i = 0; i < Attenuation.Length; i++)
        {
            Attenuation[i] += attenuation(X[i], Y[i]);
        }
    }

    private void PlaceCoordinates()
    {
        float angle = _random.Normal(0, 2.5) * MathF.PI / 180;
        (float sin, float cos) = MathF.SinCos(angle);
        float scaleY = _random.Uniform(0.80, 0.95);
        float scaleX = scaleY * _random.Uniform(0.94, 1.08);
        (float moveX, float moveY) = (_random.Normal(0, 0.03), _random.Normal(0, 0.03) - 0.06f);
        var warpX = new SmoothNoise(_random, 3);
        var warpY = new SmoothNoise(_random, 3);
        for (int i = 0; i < X.Length; i++)
        {
            (float x, float y) = (Across(i), Down(i));
            X[i] = (((cos * x) + (sin * y)) * scaleX) + moveX + (0.03f * warpX.At(x, y));
            Y[i] = (((cos * y) - (sin * x)) * scaleY) + moveY + (0.03f * warpY.At(x, y));
        }
    }

    private float[] Body()
    {
        float[] body = new float[X.Length];
        for (int i = 0; i < body.Length; i++)
        {
            float width = 0.30f + (0.68f * Step((Y[i] + 0.66f) / 0.075f));
            body[i] = MathF.Pow(MathF.Max(0, 1 - Square(X[i] / width)), 0.4f);
            Attenuation[i] = 0.95f * _fat * body[i];
        }

        foreach (int side in Sides)
        {
            if (_random.Chance(0.5))
            {
                Add((x, y) => 0.35f * MathF.Sqrt(MathF.Max(0, 1 - Square((x - (side * 1.02f)) / 0.16f))) * Step((y + 0.45f) / 0.06f));
            }
        }

        return body;
    }

    private float[] Lung(int side)
    {
        const float middle = 0.02f;
        float height = middle + 0.68f + _random.Normal(0, 0.03);
        float centre = LungCentre + _random.Normal(0, 0.015);
        float inner = _random.Uniform(0.95, 1.08);
        float[] lung = new float[X.Length];
        for (int i = 0; i < lung.Length; i++)
        {
            float u = ((side * X[i]) - centre) / _lungWidth;
            u = u < 0 ? u * inner : u;
            float up = MathF.Max(0, (middle - Y[i]) / height);
            float low = MathF.Max(0, (Y[i] - middle) / 0.95f);
            float narrow = MathF.Max(0.25f, 1 - (0.55f * MathF.Pow(up, 2.2f)));
            float outside = MathF.Pow(MathF.Abs(u / narrow), 2.4f) + MathF.Pow(up, 3.2f) + (0.35f * low * low);
            float dome = 0.50f + _inspiration + (0.03f * side) - (0.13f * MathF.Exp(-Square(((side * X[i]) - 0.38f) / 0.26f)))
                + (0.16f * Math.Clamp((side * X[i]) - 0.5f, 0, 1));
            lung[i] = MathF.Pow(MathF.Max(0, 1 - outside), 0.275f) * Step((dome - Y[i]) / 0.018f);
        }

        return lung;
    }

    private void AddSoftTissue()
    {
        float heartSize = _random.Uniform(0.9, 1.12) * (IsBedside ? 1.13f : 1);
        float heartX = 0.11f + _random.Normal(0, 0.02);
        float mediastinum = 0.135f * _random.Uniform(0.9, 1.2);
        float[] hila = [0.10f * _random.Uniform(0.6, 1.3), 0.10f * _random.Uniform(0.6, 1.3)];
        float[] heart = new float[X.Length];
        for (int i = 0; i < heart.Length; i++)
        {
            (float x, float y) = (X[i] - heartX, Y[i]);
            float right = 1 - Square((x + 0.05f) / (0.19f * heartSize)) - Square((y - 0.14f) / 0.40f);
            float left = 1 - Square((x - 0.03f) / (0.29f * heartSize)) - Square((y - 0.27f) / 0.27f) - (0.45f * (x - 0.03f) * (y - 0.27f) / 0.078f);
            float trunk = 1 - Square((X[i] - 0.15f) / (0.10f * heartSize)) - Square((y + 0.10f) / 0.13f);
            heart[i] = MathF.Sqrt(Math.Clamp(MathF.Max(MathF.Max(right, left), 0.7f * trunk), 0, 1));
        }

        heart = Blur(heart, Size, Size, Size * 0.02f);
        float density = FillDensity;
        for (int i = 0; i < heart.Length; i++)
        {
            (float x, float y) = (X[i], Y[i]);
            float middle = MathF.Exp(-Fourth(x / (mediastinum + (0.03f * Step((y - 0.1f) / 0.1f))))) * Step((y + 0.75f) / 0.05f);
            float knob = Ellipsoid(x - 0.13f, y + 0.30f, 0.085f, 0.09f);
            Air[i] = (_fields[0][i] + _fields[1][i]) * (1 - (0.9f * middle)) * (1 - (0.62f * heart[i])) * (1 - (0.6f * knob));
            Attenuation[i] += (0.17f * heart[i]) + (0.08f * middle) + (0.08f * knob) - (density * Air[i]);
            foreach (int side in Sides)
            {
                Attenuation[i] += hila[(side + 1) / 2] * MathF.Exp(-Square((x - (side * 0.19f)) / 0.07f) - Square((y + 0.01f - (0.03f * side)) / 0.12f));
            }
        }
    }

    private void AddSpineAndAbdomen()
    {
        float phase = _random.Uniform(0, 6);
        Add((x, y) => 0.16f * MathF.Exp(-Fourth(x / 0.075f)) * (1 + (0.18f * MathF.Sin((y * 2 * MathF.PI / 0.115f) + phase))));
        Add((x, y) => -0.10f * MathF.Exp(-Fourth((x - 0.005f) / 0.03f)) * Step((-0.12f - y) / 0.04f) * Step((y + 0.95f) / 0.05f));
        bool hasBubble = _random.Chance(0.6);
        for (int i = 0; i < X.Length; i++)
        {
            float abdomen = Step((Y[i] - (0.52f + _inspiration)) / 0.05f);
            float bubble = hasBubble ? 0.22f * abdomen * Ellipsoid(X[i] - 0.38f, Y[i] - 0.72f - _inspiration, 0.13f, 0.09f) : 0;
            Attenuation[i] += (0.28f * abdomen * _body[i]) - bubble;
        }
    }

    private void AddRibs()
    {
        (float spacing, float phase) = (_random.Uniform(0.105, 0.125), _random.Uniform(-0.03, 0.03));
        (float width, float density) = (_random.Uniform(0.017, 0.023), _random.Uniform(0.11, 0.19));
        for (int i = 0; i < X.Length; i++)
        {
            (float across, float y) = (MathF.Abs(X[i]), Y[i]);
            float cage = Step((LungCentre + _lungWidth + 0.055f - across) / 0.02f) * Step((y + 0.80f) / 0.04f);
            if (cage < 1e-4f)
            {
                continue;
            }

            float u = Math.Clamp(across / 0.78f, 0, 1.2f);
            float arch = (0.16f * MathF.Pow(u, 2.4f)) - (0.05f * MathF.Sin(MathF.PI * Math.Min(u, 1)));
            float frontArch = 0.34f - (0.27f * MathF.Pow(Math.Clamp(u - 0.18f, 0, 1), 1.15f));
            float back = cage * Step((across - 0.05f) / 0.02f);
            float front = 0.42f * cage * Step((across - 0.22f) / 0.04f) * Step((0.85f - u) / 0.08f);
            float sum = 0;
            for (int k = 0; k < 10; k++)
            {
                float start = -0.66f + phase + (k * spacing);
                float z = (y - start - arch - (0.015f * k * u)) / width;
                sum += (1 - (0.03f * k)) * (Bell(z) + (0.35f * Bell((MathF.Abs(z) - 1.3f) / 0.45f))) * back;
                sum += k < 7 ? Bell((y - start - frontArch) / (width * 1.25f)) * front : 0;
            }

            Attenuation[i] += density * sum;
        }
    }

    private void AddShoulders()
    {
        float height = -0.60f + _random.Normal(0, 0.025);
        foreach (int side in Sides)
        {
            float tilt = _random.Normal(0, 0.015);
            Add((x, y) =>
            {
                float out_ = side * x;
                float t = Math.Clamp((out_ - 0.06f) / 0.7f, 0, 1);
                float z = (y - (height + tilt - (0.10f * t) + (0.05f * MathF.Sin(t * MathF.PI * 1.6f)))) / 0.026f;
                float clavicle = 0.17f * Bell(z) * Step((out_ - 0.06f) / 0.015f) * Step((0.80f - out_) / 0.03f);
                float scapula = 0.07f * Bell((out_ - 0.74f + (0.12f * (y + 0.4f))) / 0.03f) * Step((y + 0.62f) / 0.05f) * Step((0.02f - y) / 0.08f);
                return clavicle + scapula;
            });
        }
    }

    // Ridges of noise in polar coordinates about each hilum branch like vessels.
    private void AddVessels()
    {
        foreach (int side in Sides)
        {
            float[] field = _fields[(side + 1) / 2];
            var ridges = new SmoothNoise(_random, 9, 2);
            float strength = 0.42f * _random.Uniform(0.6, 1.3);
            for (int i = 0; i < X.Length; i++)
            {
                if (field[i] <= 0)
                {
                    continue;
                }

                (float dx, float dy) = (X[i] - (side * 0.17f), Y[i] - 0.02f);
                float radius = MathF.Sqrt((dx * dx) + (dy * dy)) + 1e-3f;
                float turn = MathF.Atan2(dy, dx * side) / MathF.PI;
                float ridge = 1 - MathF.Abs(ridges.At(turn * 1.6f, MathF.Log(radius + 0.08f) * 0.6f));
                Attenuation[i] += strength * Math.Clamp(ridge - 0.5f, 0, 1) * MathF.Exp(-radius / 0.30f) * field[i];
            }
        }

        if (_random.Chance(0.4))
        {
            foreach (int side in Sides)
            {
                float breast = _random.Uniform(0.05, 0.16);
                Add((x, y) => breast * Ellipsoid(x - (side * 0.43f), y - 0.34f, 0.34f, 0.30f));
            }
        }
    }

    private void AddTexture()
    {
        var fine = new SmoothNoise(_random, 10, 3);
        var coarse = new SmoothNoise(_random, 3, 2);
        for (int i = 0; i < Attenuation.Length; i++)
        {
            (float x, float y) = (Across(i), Down(i));
            Attenuation[i] += (0.02f * fine.At(x, y)) + (0.05f * coarse.At(x, y));
        }
    }
}
