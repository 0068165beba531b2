using System.Text.Json.Nodes;
using FedPortal.Site.CommandLine.Simulation;
using FedPortal.Training.Learning;

namespace FedPortal.Site.CommandLine.Output;

/// <summary>The JSON form of a <see cref="SimulationResult"/>.</summary>
internal static class SimulationJson
{
    public static JsonObject From(SimulationResult result, string? savedModel)
    {
        SimulationSetup setup = result.Setup;
        return new JsonObject
        {
            ["command"] = "simulate",
            ["synthetic"] = setup.Images.IsSynthetic,
            ["device"] = result.DeviceName,
            ["model"] = ModelNames.NameOf(setup.Model.Architecture),
            ["parameters"] = result.Model.Layout.ParameterCount,
            ["layoutHash"] = result.Model.Layout.Hash,
            ["imageSize"] = setup.Pipeline.Size,
            ["pipelineHash"] = setup.Pipeline.Hash,
            ["classes"] = JsonOutput.Array(setup.Images.Classes),
            ["strategy"] = FederatedStrategies.NameOf(setup.Strategy),
            ["updatesAddedInTheClear"] = true,
            ["photonsPerWhitePixel"] = setup.Plan.PhotonCount,
            ["patientNoise"] = setup.Plan.PatientNoise is { } noise ? PatientNoiseJson.From(noise, setup) : null,
            ["seed"] = setup.Seed,
            ["epochs"] = setup.Plan.Epochs,
            ["learningRate"] = setup.Plan.LearningRate,
            ["concurrentInstitutions"] = setup.Resources.Concurrency,
            ["threadsEach"] = setup.Resources.ThreadsEach,
            ["institutions"] = JsonOutput.Objects(result.Institutions.Select(Institution)),
            ["rejectedFiles"] = JsonOutput.Objects(setup.Images.Rejected.Select(DataJson.Rejected)),
            ["rounds"] = JsonOutput.Objects(result.Rounds.Select(Round)),
            ["seconds"] = Seconds(result.Seconds),
            ["savedModel"] = savedModel,
        };
    }

    private static JsonObject Institution(InstitutionSummary institution) => new()
    {
        ["name"] = institution.Name,
        ["trainImages"] = institution.TrainImages,
        ["holdoutImages"] = institution.HoldoutImages,
        ["trainClassCounts"] = JsonOutput.Array(institution.TrainClassCounts),
    };

    private static JsonObject Round(RoundResult round) => new()
    {
        ["round"] = round.Round,
        ["pooled"] = EvaluationJson.From(round.Pooled),
        ["consortiumHoldout"] = round.Consortium is null ? null : EvaluationJson.From(round.Consortium),
        ["institutions"] = JsonOutput.Objects(round.Institutions.Select(institution => new JsonObject
        {
            ["name"] = institution.Name,
            ["trainLoss"] = JsonOutput.Rounded(institution.TrainLoss),
            ["trainSeconds"] = JsonOutput.Rounded(institution.TrainSeconds),
            ["imagesPerSecond"] = JsonOutput.Rounded(institution.ImagesPerSecond),
            ["holdout"] = EvaluationJson.From(institution.Evaluation),
        })),
        ["seconds"] = Seconds(round.Seconds),
    };

    private static JsonObject Seconds(StageSeconds seconds) => new()
    {
        ["decode"] = JsonOutput.Rounded(seconds.Decode),
        ["prepare"] = JsonOutput.Rounded(seconds.Prepare),
        ["train"] = JsonOutput.Rounded(seconds.Train),
        ["submit"] = JsonOutput.Rounded(seconds.Submit),
        ["aggregate"] = JsonOutput.Rounded(seconds.Aggregate),
        ["apply"] = JsonOutput.Rounded(seconds.Apply),
        ["evaluate"] = JsonOutput.Rounded(seconds.Evaluate),
        ["wall"] = JsonOutput.Rounded(seconds.Wall),
    };
}
