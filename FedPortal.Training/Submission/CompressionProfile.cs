using System.Globalization;
using System.Text.Json.Serialization;

namespace FedPortal.Training.Submission;

/// <summary>Which values of an update travel. Every choice is public and the same at all institutions, so that ciphertexts still add up.</summary>
public enum CompressionKind
{
    /// <summary>All of them.</summary>
    None = 0,

    /// <summary>A random part, drawn anew in every round from the round's public seed.</summary>
    RandomMask = 1,

    /// <summary>The coordinates in which the global model moved most in the last rounds; in the first round a random part.</summary>
    PublicTopK = 2,

    /// <summary>The last layer only; the rest of the network stays as it is.</summary>
    HeadOnly = 3,

    /// <summary>Every weight matrix projected to a few public random directions a round.</summary>
    LowRank = 4,
}

/// <summary>A study's compression settings.</summary>
public sealed record CompressionProfile
{
    /// <summary>Which values travel.</summary>
    public CompressionKind Kind { get; init; } = CompressionKind.None;

    /// <summary>Random mask and top-k: the part of all values that travels, from 0.001 to 1.</summary>
    public double Fraction { get; init; } = 0.1;

    /// <summary>Low rank: directions of each matrix, 1 to 256.</summary>
    public int Rank { get; init; } = 8;

    /// <summary>Random mask, top-k and low rank: an institution keeps what did not travel and adds it to its next update.</summary>
    public bool ErrorFeedback { get; init; } = true;

    /// <summary>True when something waits for later rounds: error feedback is wanted and <see cref="Kind"/> has any.</summary>
    [JsonIgnore]
    public bool FeedsBack => ErrorFeedback && Kind is not (CompressionKind.None or CompressionKind.HeadOnly);

    /// <summary>What is wrong with the settings, in words for a person; empty when nothing is.</summary>
    public IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        if (!Enum.IsDefined(Kind))
        {
            problems.Add($"The compression must be one of {string.Join(", ", Enum.GetNames<CompressionKind>())}, but is {Kind}.");
        }

        if (Fraction is not (>= 0.001 and <= 1))
        {
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"The part of values that travels must be from 0.001 to 1, but is {Fraction}."));
        }

        if (Rank is < 1 or > 256)
        {
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"A low-rank update has 1 to 256 directions, but {Rank} are asked for."));
        }

        return problems;
    }
}
