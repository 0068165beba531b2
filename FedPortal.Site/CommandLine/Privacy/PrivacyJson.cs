using System.Text.Json.Nodes;
using FedPortal.Training.Accounting;

namespace FedPortal.Site.CommandLine.Privacy;

/// <summary>The answers as JSON. An ε that is not a number is null, and <c>statement</c> says why.</summary>
internal static class PrivacyJson
{
    public static JsonObject Of(string command, PrivacyQuestion question) => new()
    {
        ["command"] = command,
        ["mechanism"] = question.Mechanism,
        ["dimension"] = question.Noise.Dimension,
        ["clip"] = question.Noise.ClippingNorm,
        ["scale"] = question.Noise.Scale,
        ["noiseMultiplier"] = question.Noise.NoiseMultiplier,
        ["shares"] = question.Noise.Shares.Institutions,
        ["arrived"] = question.Arrived,
        ["dropouts"] = question.Noise.Shares.ToleratedDropouts,
        ["colluders"] = question.Noise.Shares.AssumedColluders,
        ["rounds"] = question.Rounds,
        ["samplingRate"] = question.SamplingRate,
        ["delta"] = question.Scope.Delta,
        ["unit"] = question.Scope.Unit,
        ["adjacency"] = question.Scope.Adjacency,
        ["tuningRunsCounted"] = question.Scope.TuningRunsCounted,
        ["l2"] = question.Noise.L2,
        ["l1"] = question.Noise.L1,
        ["localStandardDeviation"] = Math.Sqrt(question.Noise.LocalVariance),
        ["remark"] = question.MechanismOf(question.Views[0]).Remark,
    };

    public static JsonObject View(PrivacyQuestion question, PrivacyView view, bool tight)
    {
        PrivacyStatement statement = question.Statement(view, question.Rounds);
        var result = new JsonObject
        {
            ["view"] = PrivacyQuestion.NameOf(view),
            ["epsilon"] = Epsilon(statement),
            ["order"] = statement is EpsilonStatement { Order: < double.PositiveInfinity } known ? known.Order : null,
            ["statement"] = PrivacyWording.Of(statement),
            ["claim"] = question.Claim(view),
        };
        if (tight)
        {
            result["tightEpsilon"] = question.TightEpsilon(view) is { } exact && double.IsFinite(exact) ? exact : null;
        }

        return result;
    }

    public static JsonObject Point(PrivacyQuestion question, int rounds)
    {
        var point = new JsonObject { ["rounds"] = rounds };
        foreach (PrivacyView view in question.Views)
        {
            point[PrivacyQuestion.NameOf(view)] = Epsilon(question.Statement(view, rounds));
        }

        return point;
    }

    public static JsonNode? Epsilon(PrivacyStatement statement) => statement is EpsilonStatement known ? JsonValue.Create(known.Epsilon) : null;
}
