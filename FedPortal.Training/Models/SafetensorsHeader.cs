using System.Text.Json;

namespace FedPortal.Training.Models;

/// <summary>One tensor of a safetensors file.</summary>
/// <param name="Name">Unique in the file.</param>
/// <param name="Type">The format's name of the value type, for example <c>F32</c>.</param>
/// <param name="Shape">Dimensions, none negative.</param>
/// <param name="Begin">First byte in the data section.</param>
/// <param name="End">One past the last byte in the data section.</param>
internal sealed record SafetensorsEntry(string Name, string Type, IReadOnlyList<int> Shape, long Begin, long End)
{
    /// <summary>Number of values.</summary>
    internal long Count => Shape.Aggregate(1L, (product, size) => checked(product * size));

    /// <summary>Bytes of one value, or 0 for a type that the format does not know or whose values do not fill whole bytes.</summary>
    internal static int SizeOf(string type) => type switch
    {
        "BOOL" or "U8" or "I8" or "F8_E4M3" or "F8_E5M2" => 1,
        "U16" or "I16" or "F16" or "BF16" => 2,
        "U32" or "I32" or "F32" => 4,
        "U64" or "I64" or "F64" => 8,
        _ => 0,
    };
}

/// <summary>
/// The header of a safetensors file: UTF-8 JSON, an object from tensor name to <c>{"dtype", "shape", "data_offsets": [begin, end]}</c>, and
/// optionally <c>__metadata__</c>, an object of strings. A header is refused (<see cref="InvalidDataException"/>, naming the tensor and both
/// sides) when it is no such JSON, repeats a name, has an unknown type, a negative dimension, a byte range that does not fit type and shape,
/// or ranges that overlap, leave holes, or do not end with the file.
/// </summary>
internal sealed class SafetensorsHeader
{
    private const string MetadataName = "__metadata__";

    private SafetensorsHeader(IReadOnlyList<SafetensorsEntry> entries, IReadOnlyDictionary<string, string> metadata)
    {
        Entries = entries;
        Metadata = metadata;
    }

    /// <summary>In the order of their data.</summary>
    internal IReadOnlyList<SafetensorsEntry> Entries { get; }

    internal IReadOnlyDictionary<string, string> Metadata { get; }

    internal static SafetensorsHeader Parse(ReadOnlyMemory<byte> json, long dataLength)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 4 });
            return Read(document.RootElement, dataLength);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException or OverflowException or KeyNotFoundException)
        {
            throw new InvalidDataException($"The safetensors header is malformed: {error.Message}", error);
        }
    }

    private static SafetensorsHeader Read(JsonElement root, long dataLength)
    {
        var entries = new List<SafetensorsEntry>();
        var metadata = new Dictionary<string, string>();
        var names = new HashSet<string>();
        foreach (JsonProperty property in root.EnumerateObject())
        {
            Require(names.Add(property.Name), $"The safetensors header names {property.Name} twice.");
            if (property.Name != MetadataName)
            {
                entries.Add(ReadEntry(property.Name, property.Value));
                continue;
            }

            foreach (JsonProperty text in property.Value.EnumerateObject())
            {
                metadata[text.Name] = text.Value.GetString() ?? throw new InvalidDataException($"The metadata {text.Name} is null.");
            }
        }

        entries.Sort((left, right) => (left.Begin, left.End).CompareTo((right.Begin, right.End)));
        RequireGaplessRanges(entries, dataLength);
        return new SafetensorsHeader(entries, metadata);
    }

    private static SafetensorsEntry ReadEntry(string name, JsonElement value)
    {
        string type = value.GetProperty("dtype").GetString() ?? "";
        int[] shape = [.. value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())];
        long[] range = [.. value.GetProperty("data_offsets").EnumerateArray().Select(offset => offset.GetInt64())];
        int typeSize = SafetensorsEntry.SizeOf(type);
        Require(typeSize > 0, $"Tensor {name} has the unknown type {type}.");
        Require(Array.TrueForAll(shape, size => size >= 0), $"Tensor {name} has a negative dimension: [{string.Join(", ", shape)}].");
        Require(range.Length == 2, $"Expected 2 data offsets of tensor {name} but got {range.Length}.");
        var entry = new SafetensorsEntry(name, type, shape, range[0], range[1]);
        long expected = checked(entry.Count * typeSize);
        Require(
            range[0] >= 0 && range[1] >= range[0] && range[1] - range[0] == expected,
            $"Expected {expected} bytes of tensor {name} ({type} [{string.Join(", ", shape)}]) but its offsets are {range[0]} to {range[1]}.");
        return entry;
    }

    private static void RequireGaplessRanges(List<SafetensorsEntry> entries, long dataLength)
    {
        long end = 0;
        foreach (SafetensorsEntry entry in entries)
        {
            Require(entry.Begin == end, $"Expected tensor {entry.Name} to begin at byte {end} but it begins at {entry.Begin}: tensors overlap or leave a hole.");
            end = entry.End;
        }

        Require(end == dataLength, $"Expected {end} bytes of tensor data but the file has {dataLength}.");
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new InvalidDataException(message);
        }
    }
}
