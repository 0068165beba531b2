using FedPortal.Training.Accounting;
using FedPortal.Training.Screening;

namespace FedPortal.Site.CommandLine.Simulation;

/// <summary>What protected one round, and what it cost.</summary>
internal sealed record ProtectedRoundResult
{
    /// <summary>On the clock, from the end of training to the decrypted mean.</summary>
    public required double Wall { get; init; }

    public required string ParameterSet { get; init; }

    public required double MarginBits { get; init; }

    /// <summary>Of one institution's ciphertext.</summary>
    public required long BytesPerUpdate { get; init; }

    /// <summary>What every institution sent in the round: envelopes, statement, ciphertext and answer.</summary>
    public required IReadOnlyList<long> BytesUp { get; init; }

    /// <summary>What every institution received beside the model: description, cards, envelopes and accepted set.</summary>
    public required IReadOnlyList<long> BytesDown { get; init; }

    /// <summary>Values that travelled.</summary>
    public required int TravellingValues { get; init; }

    public required double ClippingNorm { get; init; }

    public required double QuantisationStep { get; init; }

    public required IReadOnlyList<ProtectedInstitution> Institutions { get; init; }

    /// <summary>Distance between the sum of the sketches and the sketch of the sum, and the largest that passes; null without sketches.</summary>
    public required (double Difference, double Allowed)? SketchCheck { get; init; }

    public required double LargestResidue { get; init; }

    /// <summary>After this round, by view; the portal's view of single sketches is null without them.</summary>
    public required IReadOnlyDictionary<PrivacyView, PrivacyStatement> Epsilon { get; init; }

    public required PrivacyStatement? SketchEpsilon { get; init; }

    public required double Delta { get; init; }
}

/// <param name="Name">As shown.</param>
/// <param name="Seconds">Its own: perturb, encrypt, upload, unlock.</param>
/// <param name="UpdateNorm">Of what would travel, before clipping: shown in a simulation only, to choose a clipping norm by.</param>
/// <param name="LargestCoordinate">Of the same, before cutting.</param>
/// <param name="Verdict">Of screening.</param>
/// <param name="IsAttacker">Whether the simulation made it attack.</param>
internal sealed record ProtectedInstitution(
    string Name, IReadOnlyDictionary<Stage, double> Seconds, double UpdateNorm, double LargestCoordinate, ScreeningVerdict Verdict, bool IsAttacker);
