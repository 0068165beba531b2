using System.Text.Json.Nodes;
using FedPortal.Site.CommandLine.Engine;
using FedPortal.Site.CommandLine.Simulation;
using FedPortal.Site.CommandLine.Verbs;
using FedPortal.Training.Accounting;
using FedPortal.Training.Evaluation;
using FedPortal.Training.Screening;
using FedPortal.Training.Submission;

namespace FedPortal.Site.CommandLine.Output;

/// <summary>The JSON form of what protects a simulated study.</summary>
internal static class ProtectionJson
{
    /// <summary>Time of the published method for one round of five sites, in seconds (Gomathi et al. 2026).</summary>
    public const double PublishedRoundSeconds = 220;

    public static JsonObject Settings(ProtectionSettings settings) => new()
    {
        ["noiseIntensity"] = settings.Privacy.NoiseIntensity,
        ["mechanism"] = settings.Privacy.ReleasedMechanism,
        ["clippingNorm"] = settings.AdvisesClipping ? null : settings.Privacy.ClippingNorm,
        ["delta"] = settings.Privacy.Delta,
        ["assumedDropouts"] = settings.Privacy.AssumedDropouts,
        ["assumedColluders"] = settings.Privacy.AssumedColluders,
        ["valueBits"] = settings.Encryption.ValueBits,
        ["weighting"] = settings.Encryption.Weighting == UpdateWeighting.Equal ? "equal" : "examples",
        ["compression"] = ProtectionOptions.NameOf(settings.Encryption.Compression.Kind),
        ["sketch"] = settings.Screening.Sketch.Dimensions,
        ["sketchNoise"] = settings.Screening.Sketch.NoiseIntensity,
        ["normLimit"] = settings.Screening.NormLimit,
        ["robustDeviations"] = settings.Screening.RobustDeviations,
        ["leastRelativeNorm"] = settings.Screening.LeastRelativeNorm,
        ["leastCosine"] = settings.Screening.LeastCosine,
        ["publishedRoundSeconds"] = PublishedRoundSeconds,
    };

    public static JsonObject Round(ProtectedRoundResult round, StageSeconds seconds) => new()
    {
        ["protectionWall"] = JsonOutput.Rounded(round.Wall),
        ["protectionSecondsPerSite"] = JsonOutput.Rounded(ProtectionShare.SecondsPerSite(round, seconds)),
        ["protectionShareOfRound"] = JsonOutput.Rounded(round.Wall / seconds.Wall),
        ["parameterSet"] = round.ParameterSet,
        ["marginBits"] = JsonOutput.Rounded(round.MarginBits),
        ["bytesPerUpdate"] = round.BytesPerUpdate,
        ["travellingValues"] = round.TravellingValues,
        ["clippingNorm"] = round.ClippingNorm,
        ["quantisationStep"] = round.QuantisationStep,
        ["largestResidue"] = JsonOutput.Rounded(round.LargestResidue),
        ["sketchDifference"] = round.SketchCheck?.Difference,
        ["sketchDifferenceAllowed"] = round.SketchCheck?.Allowed,
        ["epsilon"] = Epsilon(round),
        ["institutions"] = JsonOutput.Objects(round.Institutions.Select(Institution)),
    };

    public static JsonObject Attack(AttackResult attack) => new()
    {
        ["kind"] = ProtectionOptions.NameOf(attack.Plan.Kind),
        ["attackers"] = attack.Plan.Attackers,
        ["boost"] = attack.Plan.Boost,
        ["detected"] = attack.Detected,
        ["attacks"] = attack.Attacks,
        ["falseAlarms"] = attack.FalseAlarms,
        ["honestUpdates"] = attack.Honest,
        ["accuracyScreened"] = JsonOutput.Rounded(attack.Screened.Of(Metric.Accuracy)?.Value),
        ["accuracyUnscreened"] = JsonOutput.Rounded(attack.Unscreened.Of(Metric.Accuracy)?.Value),
        ["aurocScreened"] = JsonOutput.Rounded(attack.Screened.Of(Metric.Auroc)?.Value),
        ["aurocUnscreened"] = JsonOutput.Rounded(attack.Unscreened.Of(Metric.Auroc)?.Value),
        ["backdoorSuccessScreened"] = Success(attack.BackdoorScreened),
        ["backdoorSuccessUnscreened"] = Success(attack.BackdoorUnscreened),
    };

    private static JsonNode? Success(BackdoorTrial? trial) => trial is { Images: > 0 } ? JsonOutput.Rounded((double)trial.Successes / trial.Images) : null;

    private static JsonObject Epsilon(ProtectedRoundResult round) => new()
    {
        ["delta"] = round.Delta,
        ["publishedSum"] = Statement(round.Epsilon[PrivacyView.PublishedSum]),
        ["colluders"] = Statement(round.Epsilon[PrivacyView.Colluders]),
        ["singleUpdate"] = Statement(round.Epsilon[PrivacyView.SingleUpdate]),
        ["singleSketch"] = round.SketchEpsilon is { } sketch ? Statement(sketch) : null,
    };

    private static JsonObject Statement(PrivacyStatement statement) => new()
    {
        ["epsilon"] = statement is EpsilonStatement known ? JsonOutput.Rounded(known.Epsilon) : null,
        ["words"] = PrivacyWording.Of(statement),
    };

    private static JsonObject Institution(ProtectedInstitution institution)
    {
        ScreeningVerdict verdict = institution.Verdict;
        var seconds = new JsonObject();
        foreach ((Stage stage, double value) in institution.Seconds.OrderBy(entry => entry.Key))
        {
            seconds[SimulationJson.NameOf(stage)] = JsonOutput.Rounded(value);
        }

        return new JsonObject
        {
            ["name"] = institution.Name,
            ["attacker"] = institution.IsAttacker,
            ["accepted"] = verdict.Accepted,
            ["reason"] = verdict.Reason,
            ["sketchNorm"] = JsonOutput.Rounded(verdict.Norm),
            ["robustDeviations"] = JsonOutput.Rounded(verdict.RobustDeviations),
            ["cosine"] = JsonOutput.Rounded(verdict.Cosine),
            ["updateNorm"] = institution.UpdateNorm,
            ["largestCoordinate"] = institution.LargestCoordinate,
            ["seconds"] = seconds,
        };
    }
}
