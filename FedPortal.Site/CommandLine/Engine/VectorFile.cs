using System.Runtime.InteropServices;

namespace FedPortal.Site.CommandLine.Engine;

/// <summary>Flat vectors between processes of one machine: float32 in the machine's byte order and nothing else.</summary>
internal static class VectorFile
{
    public static void Write(string path, ReadOnlySpan<float> values)
    {
        using FileStream file = new(path, new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            PreallocationSize = (long)values.Length * sizeof(float),
        });
        file.Write(MemoryMarshal.AsBytes(values));
    }

    /// <exception cref="InvalidDataException">The file has another length.</exception>
    public static float[] Read(string path, int count)
    {
        using FileStream file = File.OpenRead(path);
        if (file.Length != (long)count * sizeof(float))
        {
            throw new InvalidDataException($"Expected a vector of {count} values but {Path.GetFileName(path)} holds {file.Length} bytes.");
        }

        float[] values = new float[count];
        file.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }
}
