using System.Globalization;
using System.Text.Json.Serialization;

namespace FedPortal.Training.Screening;

/// <summary>The small random projection of every update that a round is screened by.</summary>
public sealed record SketchProfile
{
    /// <summary>k, values of a sketch: a multiple of 64 from 64 to 1024; 0 for no sketches, and then nothing is screened.</summary>
    public int Dimensions { get; init; } = 256;

    /// <summary>Standard deviation of the noise that each institution puts on its own sketch, in clipping norms, from 0 to 1000.
    /// The portal sees single sketches, so this noise alone hides an institution's from it, and is charged as a release of its own.
    /// 0: a sketch is released as it is, and no ε holds against the portal.</summary>
    public double NoiseIntensity { get; init; }

    [JsonIgnore]
    public bool IsUsed => Dimensions > 0;

    /// <summary>What is wrong with the settings, in words for a person; empty when nothing is.</summary>
    public IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        if (Dimensions is < 0 or > 1024 || Dimensions % 64 != 0)
        {
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"A sketch has a multiple of 64 values up to 1024, or 0 for none, but {Dimensions} are asked for."));
        }

        if (NoiseIntensity is not (>= 0 and <= 1000))
        {
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"The sketch noise must be from 0 to 1000 clipping norms, but is {NoiseIntensity}."));
        }

        return problems;
    }
}
