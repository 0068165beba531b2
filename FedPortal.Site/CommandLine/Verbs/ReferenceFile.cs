using System.Text.Json;
using FedPortal.Training.Explanation;
using FedPortal.Training.Protocol;

namespace FedPortal.Site.CommandLine.Verbs;

/// <summary>What <c>evaluate --reference</c> writes and <c>predict --reference</c> reads: a <see cref="ModelReference"/> as JSON.</summary>
internal static class ReferenceFile
{
    public static void Write(string path, ModelReference reference) => File.WriteAllText(path, JsonSerializer.Serialize(reference, ProtocolJson.Options));

    /// <exception cref="CommandException">The file is none, or of a model with other classes or preprocessing.</exception>
    public static ModelReference Read(string path, IReadOnlyList<string> classes, string pipelineHash)
    {
        ModelReference reference = Parse(path);
        if (!reference.Classes.SequenceEqual(classes))
        {
            throw new CommandException($"--reference: expected the classes {string.Join(", ", classes)} but {path} has {string.Join(", ", reference.Classes)}.");
        }

        return reference.Inputs is null || reference.Inputs.PipelineHash == pipelineHash
            ? reference
            : throw new CommandException($"--reference: expected the preprocessing {pipelineHash} but {path} is of {reference.Inputs.PipelineHash}.");
    }

    private static ModelReference Parse(string path)
    {
        try
        {
            ModelReference? reference = JsonSerializer.Deserialize<ModelReference>(File.ReadAllText(path), ProtocolJson.Options);
            if (reference is { Classes: not null, Bins: not null })
            {
                reference.Inputs?.Check(reference.Inputs.Count);
                return reference;
            }
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidDataException)
        {
            throw new CommandException($"--reference: {path} is not a reference that evaluate --reference wrote: {unreadable.Message}");
        }

        throw new CommandException($"--reference: {path} is not a reference that evaluate --reference wrote.");
    }
}
