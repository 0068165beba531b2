using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using FedPortal.Training.Imaging;

namespace FedPortal.Training.Datasets;

/// <summary>
/// Prepared pixels on disk, one file a data set and pipeline: 32 bytes SHA-256 of the rest, then the values of all images in order as little-endian
/// 32-bit floats. The name is the hash of both hashes. A file of another length or with a wrong sum counts as absent.
/// </summary>
internal static class PreparedCache
{
    private const int HashBytes = 32;

    public static float[][]? TryRead(string folder, PreprocessingPipeline pipeline, ImportedDataset dataset)
    {
        string path = PathOf(folder, pipeline, dataset);
        int area = pipeline.Size * pipeline.Size;
        if (!File.Exists(path) || new FileInfo(path).Length != HashBytes + ((long)dataset.Items.Count * area * sizeof(float)))
        {
            return null;
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using FileStream file = File.OpenRead(path);
        byte[] expected = new byte[HashBytes];
        file.ReadExactly(expected);
        float[][] pixels = new float[dataset.Items.Count][];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = new float[area];
            Span<byte> bytes = MemoryMarshal.AsBytes(pixels[i].AsSpan());
            file.ReadExactly(bytes);
            hash.AppendData(bytes);
        }

        return hash.GetHashAndReset().AsSpan().SequenceEqual(expected) ? pixels : null;
    }

    public static async Task WriteAsync(string folder, PreprocessingPipeline pipeline, ImportedDataset dataset, float[][] pixels, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        string path = PathOf(folder, pipeline, dataset);
        string part = $"{path}.{Guid.NewGuid():N}.part";
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using (var file = new FileStream(part, FileMode.CreateNew, FileAccess.Write))
        {
            file.SetLength(HashBytes);
            file.Position = HashBytes;
            foreach (float[] image in pixels)
            {
                byte[] bytes = MemoryMarshal.AsBytes(image.AsSpan()).ToArray();
                hash.AppendData(bytes);
                await file.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
            }

            file.Position = 0;
            await file.WriteAsync(hash.GetHashAndReset(), cancellationToken).ConfigureAwait(false);
        }

        File.Move(part, path, overwrite: true);
    }

    private static string PathOf(string folder, PreprocessingPipeline pipeline, ImportedDataset dataset)
    {
        var text = new StringBuilder(pipeline.Hash).Append('\n');
        foreach (DatasetItem item in dataset.Items)
        {
            text.Append(item.Id).Append('\n');
        }

        return Path.Combine(folder, $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))}.prepared");
    }
}
