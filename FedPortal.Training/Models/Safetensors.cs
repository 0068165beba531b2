using System.Buffers.Binary;
using System.Text.Json;

namespace FedPortal.Training.Models;

/// <summary>
/// Reads and writes weights as safetensors: 8 bytes little-endian header length, the JSON header (<see cref="SafetensorsHeader"/>), then the
/// values, little-endian. We write float32 under torchvision's names and read float32, bfloat16 and float16; integer tensors, such as
/// <c>num_batches_tracked</c>, are stepped over. A bad file throws <see cref="InvalidDataException"/> that says what is wrong: shorter than
/// 8 bytes, header length beyond the file or 16 MiB, any fault of the header, or values cut short.
/// </summary>
public static class Safetensors
{
    private const int MaximumHeaderLength = 16 << 20;
    private const int ChunkValues = 1 << 16;

    /// <summary>Writes the file under a temporary name and renames it, so a file under <paramref name="path"/> is always whole.</summary>
    public static void Save(string path, ModelLayout layout, ReadOnlySpan<float> values, IReadOnlyDictionary<string, string> metadata)
    {
        string part = path + ".part";
        using (FileStream stream = File.Create(part))
        {
            Save(stream, layout, values, metadata);
        }

        File.Move(part, path, overwrite: true);
    }

    public static void Save(Stream stream, ModelLayout layout, ReadOnlySpan<float> values, IReadOnlyDictionary<string, string> metadata)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(metadata);
        if (values.Length != layout.ValueCount)
        {
            throw new ArgumentException($"Expected {layout.ValueCount} values but got {values.Length}.", nameof(values));
        }

        byte[] header = HeaderOf(layout, metadata);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        stream.Write(length);
        stream.Write(header);
        // The layout is gapless, so the flat vector is the data section.
        byte[] chunk = new byte[ChunkValues * sizeof(float)];
        for (int start = 0; start < values.Length; start += ChunkValues)
        {
            ReadOnlySpan<float> part = values.Slice(start, Math.Min(ChunkValues, values.Length - start));
            for (int i = 0; i < part.Length; i++)
            {
                BinaryPrimitives.WriteSingleLittleEndian(chunk.AsSpan(i * sizeof(float)), part[i]);
            }

            stream.Write(chunk, 0, part.Length * sizeof(float));
        }
    }

    /// <summary>Reads every floating-point tensor of the file.</summary>
    public static LoadedWeights Load(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Load(stream);
    }

    /// <param name="stream">Positioned at the start of the file; must know its length.</param>
    public static LoadedWeights Load(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        SafetensorsHeader header = ReadHeader(stream);
        var tensors = new Dictionary<string, LoadedTensor>();
        byte[] buffer = new byte[ChunkValues * sizeof(float)];
        foreach (SafetensorsEntry entry in header.Entries)
        {
            if (entry.Type is "F32" or "BF16" or "F16")
            {
                tensors.Add(entry.Name, new LoadedTensor(entry.Shape, ReadValues(stream, entry, buffer)));
            }
            else
            {
                stream.Seek(entry.End - entry.Begin, SeekOrigin.Current);
            }
        }

        return new LoadedWeights(tensors, header.Metadata);
    }

    private static SafetensorsHeader ReadHeader(Stream stream)
    {
        Span<byte> prefix = stackalloc byte[8];
        if (stream.ReadAtLeast(prefix, 8, throwOnEndOfStream: false) < 8)
        {
            throw new InvalidDataException($"Expected at least 8 bytes of a safetensors file but got {stream.Length}.");
        }

        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        ulong most = (ulong)Math.Min(MaximumHeaderLength, Math.Max(0, stream.Length - 8));
        if (length > most)
        {
            throw new InvalidDataException($"Expected a safetensors header of at most {most} bytes but it claims {length}.");
        }

        byte[] header = new byte[length];
        stream.ReadExactly(header);
        return SafetensorsHeader.Parse(header, stream.Length - 8 - header.Length);
    }

    private static float[] ReadValues(Stream stream, SafetensorsEntry entry, byte[] buffer)
    {
        int size = SafetensorsEntry.SizeOf(entry.Type);
        if (entry.Count > Array.MaxLength)
        {
            throw new InvalidDataException($"Expected at most {Array.MaxLength} values of tensor {entry.Name} but it has {entry.Count}.");
        }

        float[] values = new float[entry.Count];
        for (int start = 0; start < values.Length; start += ChunkValues)
        {
            Span<float> part = values.AsSpan(start, Math.Min(ChunkValues, values.Length - start));
            Span<byte> bytes = buffer.AsSpan(0, part.Length * size);
            if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
            {
                throw new InvalidDataException($"The file ends inside tensor {entry.Name}.");
            }

            Widen(entry.Type, bytes, part);
        }

        return values;
    }

    private static void Widen(string type, ReadOnlySpan<byte> bytes, Span<float> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = type switch
            {
                "F32" => BinaryPrimitives.ReadSingleLittleEndian(bytes[(4 * i)..]),
                "F16" => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes[(2 * i)..]),
                _ => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(bytes[(2 * i)..]) << 16),
            };
        }
    }

    private static byte[] HeaderOf(ModelLayout layout, IReadOnlyDictionary<string, string> metadata)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            WriteMetadata(json, metadata);
            foreach (TensorEntry tensor in layout.Tensors)
            {
                WriteEntry(json, tensor);
            }

            json.WriteEndObject();
        }

        // Spaces after the JSON bring the values to a multiple of 8 bytes.
        while (buffer.Length % 8 != 0)
        {
            buffer.WriteByte((byte)' ');
        }

        return buffer.ToArray();
    }

    private static void WriteMetadata(Utf8JsonWriter json, IReadOnlyDictionary<string, string> metadata)
    {
        json.WriteStartObject("__metadata__");
        foreach ((string name, string text) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            json.WriteString(name, text);
        }

        json.WriteEndObject();
    }

    private static void WriteEntry(Utf8JsonWriter json, TensorEntry tensor)
    {
        json.WriteStartObject(tensor.Name);
        json.WriteString("dtype", "F32");
        json.WriteStartArray("shape");
        foreach (int size in tensor.Shape)
        {
            json.WriteNumberValue(size);
        }

        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue((long)tensor.Offset * sizeof(float));
        json.WriteNumberValue(((long)tensor.Offset + tensor.Count) * sizeof(float));
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
