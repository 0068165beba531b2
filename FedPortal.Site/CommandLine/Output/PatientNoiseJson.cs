using System.Text.Json.Nodes;
using FedPortal.Site.CommandLine.Privacy;
using FedPortal.Site.CommandLine.Simulation;
using FedPortal.Training.Accounting;
using FedPortal.Training.Learning;

namespace FedPortal.Site.CommandLine.Output;

/// <summary>What DP-SGD promises, as JSON and in words.</summary>
internal static class PatientNoiseJson
{
    private const string Adversary = "anyone, the coordinator included: each institution's noise is its own";

    public static JsonObject From(PatientNoisePlan noise, SimulationSetup setup)
    {
        PrivacyStatement statement = noise.Statement(setup.Rounds, setup.Delta);
        return new JsonObject
        {
            ["regime"] = "dp-sgd",
            ["regimeInWords"] = PrivacyWording.PrivateTrainingRegime,
            ["samplingRate"] = noise.SamplingRate,
            ["clippingNorm"] = noise.ClippingNorm,
            ["noiseMultiplier"] = noise.NoiseMultiplier,
            ["stepsPerRound"] = noise.Steps,
            ["rounds"] = setup.Rounds,
            ["delta"] = setup.Delta,
            ["epsilon"] = PrivacyJson.Epsilon(statement),
            ["statement"] = PrivacyWording.Of(statement),
            ["claim"] = Claim(noise, setup),
        };
    }

    public static string Claim(PatientNoisePlan noise, SimulationSetup setup) => PrivacyWording.Claim(
        noise.Statement(setup.Rounds, setup.Delta), new PrivacyScope(setup.Delta, "patient", "add/remove", setup.TuningRunsCounted), Adversary);
}
