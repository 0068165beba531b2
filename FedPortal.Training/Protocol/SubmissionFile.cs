using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace FedPortal.Training.Protocol;

/// <summary>
/// What a site hands in. Bytes: the 8 characters <c>FPSUBM01</c> (01 is the version); int32 little-endian length n of the header, 2 to
/// 16 MiB; n bytes of JSON header; then float32 little-endian values to the end.
/// </summary>
/// <remarks>
/// A file is bad when it is shorter than its header says, begins with other characters, has a header that is not the JSON asked for, has a
/// length of values that is not a multiple of 4 or not the one expected, or holds a value that is not finite. All are
/// <see cref="InvalidDataException"/> with both sides named.
/// </remarks>
public static class SubmissionFile
{
    private const int MaxHeaderLength = 16 << 20;

    private static ReadOnlySpan<byte> Magic => "FPSUBM01"u8;

    /// <summary>Writes beside <paramref name="path"/> first and renames, so that a file that is there is whole.</summary>
    public static void Write<THeader>(string path, THeader header, ReadOnlySpan<float> values)
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(header, ProtocolJson.Options);
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, json.Length);
        string part = path + ".part";
        using (FileStream file = File.Create(part))
        {
            file.Write(Magic);
            file.Write(length);
            file.Write(json);
            file.Write(MemoryMarshal.AsBytes(values));
            file.Flush(flushToDisk: true);
        }

        File.Move(part, path, overwrite: true);
    }

    /// <summary>Bytes of a file with this header and number of values.</summary>
    public static long LengthOf<THeader>(THeader header, long valueCount) =>
        8 + 4 + JsonSerializer.SerializeToUtf8Bytes(header, ProtocolJson.Options).Length + (4 * valueCount);

    public static THeader ReadHeader<THeader>(string path)
    {
        using FileStream file = File.OpenRead(path);
        return ReadHeader<THeader>(file);
    }

    /// <param name="expectedCount">Values that the file must hold, given its header.</param>
    public static (THeader Header, float[] Values) Read<THeader>(string path, Func<THeader, long> expectedCount)
    {
        using FileStream file = File.OpenRead(path);
        THeader header = ReadHeader<THeader>(file);
        long bytes = file.Length - file.Position;
        long expected = expectedCount(header);
        if (bytes != 4 * expected)
        {
            throw new InvalidDataException($"Expected {expected} values ({4 * expected} bytes) after the header but got {bytes} bytes.");
        }

        float[] values = new float[expected];
        file.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        int bad = Array.FindIndex(values, value => !float.IsFinite(value));
        return bad < 0 ? (header, values) : throw new InvalidDataException($"Expected finite values but value {bad} is {values[bad]}.");
    }

    private static THeader ReadHeader<THeader>(FileStream file)
    {
        Span<byte> start = stackalloc byte[12];
        int read = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (read < start.Length || !start.StartsWith(Magic))
        {
            throw new InvalidDataException($"Expected a submission that begins with FPSUBM01 but got {read} other bytes.");
        }

        int length = BinaryPrimitives.ReadInt32LittleEndian(start[8..]);
        if (length is < 2 or > MaxHeaderLength || length > file.Length - file.Position)
        {
            throw new InvalidDataException($"Expected a header of 2 to {MaxHeaderLength} bytes within the file but it claims {length} and the file goes on for {file.Length - file.Position}.");
        }

        byte[] json = new byte[length];
        file.ReadExactly(json);
        try
        {
            return JsonSerializer.Deserialize<THeader>(json, ProtocolJson.Options) ?? throw new InvalidDataException("Expected a header but got null.");
        }
        catch (JsonException bad)
        {
            throw new InvalidDataException($"The header is not a {typeof(THeader).Name}: {bad.Message}", bad);
        }
    }
}
