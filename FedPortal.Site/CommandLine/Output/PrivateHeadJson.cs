using System.Text.Json.Nodes;
using FedPortal.Site.CommandLine.Privacy;
using FedPortal.Site.CommandLine.Simulation;
using FedPortal.Training.Accounting;
using FedPortal.Training.PrivateHead;

namespace FedPortal.Site.CommandLine.Output;

/// <summary>The JSON form of a <see cref="PrivateHeadResult"/>.</summary>
internal static class PrivateHeadJson
{
    public static JsonObject From(PrivateHeadResult result) => new()
    {
        ["command"] = "simulate",
        ["regime"] = "private-head",
        ["regimeInWords"] = PrivacyWording.PrivateHeadRegime,
        ["synthetic"] = result.Setup.Images.IsSynthetic,
        ["imageSize"] = result.Setup.Pipeline.Size,
        ["pipelineHash"] = result.Setup.Pipeline.Hash,
        ["classes"] = JsonOutput.Array(result.Setup.Images.Classes),
        ["backbone"] = new JsonObject
        {
            ["source"] = result.Setup.BackbonePath is null ? "phantoms" : "file",
            ["path"] = result.Backbone.Path,
            ["hash"] = result.Backbone.Hash,
            ["model"] = result.Backbone.Architecture,
            ["features"] = result.Backbone.FeatureCount,
            ["device"] = result.Backbone.DeviceName,
        },
        ["projection"] = new JsonObject { ["seed"] = result.Setup.ProjectionSeed, ["dimensions"] = result.Setup.Dimensions, ["hash"] = result.ProjectionHash },
        ["institutions"] = JsonOutput.Objects(result.Institutions.Select(Institution)),
        ["rejectedFiles"] = JsonOutput.Objects(result.Setup.Images.Rejected.Select(DataJson.Rejected)),
        ["plan"] = Plan(result.Plan, result.Setup.Epsilon),
        ["privacy"] = new JsonObject
        {
            ["unit"] = "patient",
            ["adjacency"] = PrivacyScope.AdjacencyOf(result.Plan.SamplingRate),
            ["tuningRunsCounted"] = result.Setup.TuningRunsCounted,
            ["views"] = JsonOutput.Objects(PrivacyAccountant.Views.Select(view => View(result, view))),
        },
        ["sum"] = new JsonObject
        {
            ["encrypted"] = result.Sum.ParameterSet is not null,
            ["parameterSet"] = result.Sum.ParameterSet,
            ["marginBits"] = JsonOutput.Rounded(result.Sum.MarginBits),
            ["whyClear"] = result.Sum.WhyClear,
            ["noiseCheckPassed"] = result.NoiseCheck.Passed,
        },
        ["private"] = EvaluationJson.From(result.Private),
        ["nonPrivate"] = EvaluationJson.From(result.Plain),
        ["majority"] = new JsonObject { ["class"] = result.MajorityClass, ["evaluation"] = EvaluationJson.From(result.Majority) },
        ["repeats"] = JsonOutput.Objects(result.Repeats.Select(repeat => new JsonObject
        {
            ["accuracy"] = JsonOutput.Rounded(repeat.Accuracy),
            ["auroc"] = JsonOutput.Rounded(repeat.Auroc),
        })),
        ["ledger"] = result.Setup.LedgerPath,
        ["ledgerHead"] = result.LedgerHead,
        ["seconds"] = JsonOutput.Rounded(result.Seconds),
    };

    private static JsonObject Institution(PrivateHeadInstitution institution) => new()
    {
        ["name"] = institution.Images.Name,
        ["trainImages"] = institution.Images.TrainImages,
        ["trainPatients"] = institution.TrainPatients,
        ["holdoutImages"] = institution.Images.HoldoutImages,
        ["trainClassCounts"] = JsonOutput.Array(institution.Images.TrainClassCounts),
    };

    private static JsonObject Plan(PrivateHeadPlan plan, double epsilon) => new()
    {
        ["targetEpsilon"] = epsilon,
        ["delta"] = plan.Delta,
        ["rounds"] = plan.Rounds,
        ["samplingRate"] = plan.SamplingRate,
        ["clippingNorm"] = plan.ClippingNorm,
        ["noiseMultiplier"] = plan.NoiseMultiplier,
        ["values"] = plan.ValueCount,
        ["latticeUnitsOfClippingNorm"] = plan.ScaledClip,
        ["declaredPatients"] = plan.DeclaredPatients,
        ["expectedPatients"] = plan.ExpectedPatients,
        ["dropouts"] = plan.Shares.ToleratedDropouts,
        ["colluders"] = plan.Shares.AssumedColluders,
        ["learningRate"] = plan.LearningRate,
        ["momentum"] = plan.Momentum,
        ["settingsChosenOn"] = PrivateHeadText.ChosenOn,
    };

    private static JsonObject View(PrivateHeadResult result, PrivacyView view)
    {
        PrivacyStatement statement = PrivateHeadText.Statement(result, view);
        return new JsonObject
        {
            ["view"] = PrivacyQuestion.NameOf(view),
            ["epsilon"] = PrivacyJson.Epsilon(statement),
            ["statement"] = PrivacyWording.Of(statement),
            ["claim"] = PrivateHeadText.Claim(result, view),
        };
    }
}
