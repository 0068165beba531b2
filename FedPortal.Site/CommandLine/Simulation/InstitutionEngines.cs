using FedPortal.Site.CommandLine.Engine;
using FedPortal.Training.Imaging;
using FedPortal.Training.Models;
using FedPortal.Training.PrivateHead;

namespace FedPortal.Site.CommandLine.Simulation;

/// <summary>What simulations and comparisons ask of their institutions alike.</summary>
internal static class InstitutionEngines
{
    /// <summary>Starts an engine for each institution, which prepares its images.</summary>
    /// <exception cref="CommandException">An institution has no usable training image.</exception>
    public static async Task<LoadedReply[]> LoadAsync(EngineGroup group, FederationImages images, PreprocessingPipeline pipeline, CancellationToken ct)
    {
        EngineProcess[] engines = [.. images.Institutions.Select(institution => group.Start(institution.Name))];
        LoadedReply[] loaded = await group.AskAsync(engines, (engine, index, token) => engine.AskAsync<LoadedReply>(
            new LoadRequest(images.Institutions[index].Source, images.Classes, pipeline), "preparing its images", null, token), ct);
        return Array.FindIndex(loaded, reply => reply.TrainCount == 0) is var empty and >= 0
            ? throw new CommandException($"{images.Institutions[empty].Name} has no usable training image.")
            : loaded;
    }

    /// <summary>Fresh weights.</summary>
    /// <param name="engine">Any of the study; equal seeds give equal weights everywhere.</param>
    /// <param name="description">The network.</param>
    /// <param name="seed">Of the weights.</param>
    /// <param name="path">Where its values lie afterwards.</param>
    /// <param name="ct">Gives up.</param>
    public static async Task<(GlobalModel Model, string DeviceName)> FirstModelAsync(EngineProcess engine, ModelDescription description, int seed, string path, CancellationToken ct)
    {
        CreatedReply created = await engine.AskAsync<CreatedReply>(new CreateModelRequest(description, (ulong)seed, path), "initialising the model", null, ct);
        var layout = new ModelLayout(description, created.Tensors);
        return (new GlobalModel(layout, 0, VectorFile.Read(path, layout.ValueCount)), created.DeviceName);
    }

    /// <summary>Features of a private head.</summary>
    /// <exception cref="CommandException">Institutions do not project alike.</exception>
    public static async Task<HeadPreparedReply[]> PrepareHeadAsync(EngineGroup group, IReadOnlyList<EngineProcess> institutions, PrepareHeadRequest request, CancellationToken ct)
    {
        HeadPreparedReply[] prepared = await group.AskAsync(
            institutions, (engine, _, token) => engine.AskAsync<HeadPreparedReply>(request, "computing features", null, token), ct);
        return Array.Find(prepared, reply => reply.ProjectionHash != prepared[0].ProjectionHash) is { } other
            ? throw new CommandException($"Expected the projection {prepared[0].ProjectionHash} everywhere but one institution has {other.ProjectionHash}.")
            : prepared;
    }

    /// <summary>One step of a private head.</summary>
    public static Task<HeadSteppedReply[]> StepAsync(
        EngineGroup group, IReadOnlyList<EngineProcess> institutions, PrivateHeadPlan plan, LinearHead head, bool isPrivate, CancellationToken ct)
    {
        var request = new HeadStepRequest(plan, head.Values.ToArray(), isPrivate);
        return group.AskAsync(institutions, (engine, _, token) => engine.AskAsync<HeadSteppedReply>(request, "taking a step", null, token), ct);
    }
}
