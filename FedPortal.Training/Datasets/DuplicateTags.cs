using System.Security.Cryptography;
using System.Text;

namespace FedPortal.Training.Datasets;

/// <summary>
/// Lets institutions find out that they hold the same image without showing it: HMAC-SHA256 of the image's id under a key of the consortium, 64 bits each. Who
/// does not have the key cannot test whether an image he knows is among them. Two different images share a tag with probability 2⁻⁶⁴ a pair.
/// </summary>
public sealed class DuplicateTags
{
    public const int TagBytes = 8;

    public const int KeyBytes = 32;

    private readonly byte[] _key;

    /// <param name="consortiumKey">32 secret bytes, the same at every institution.</param>
    public DuplicateTags(ReadOnlySpan<byte> consortiumKey)
    {
        if (consortiumKey.Length != KeyBytes)
        {
            throw new ArgumentException($"Expected a key of {KeyBytes} bytes but got {consortiumKey.Length}.", nameof(consortiumKey));
        }

        _key = consortiumKey.ToArray();
    }

    /// <returns>The tags of all different images, sorted: their order says nothing about the data set's.</returns>
    public byte[] Of(ImportedDataset dataset)
    {
        ulong[] tags = [.. dataset.Items.Select(item => item.Id).Distinct().Select(TagOf).Order()];
        byte[] bytes = new byte[tags.Length * TagBytes];
        for (int i = 0; i < tags.Length; i++)
        {
            BitConverter.TryWriteBytes(bytes.AsSpan(i * TagBytes), tags[i]);
        }

        return bytes;
    }

    /// <summary>How many tags occur in both.</summary>
    public static int Shared(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        var seen = new HashSet<ulong>(Read(first));
        return Read(second).Count(seen.Contains);
    }

    private ulong TagOf(string imageId) => BitConverter.ToUInt64(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"fedportal-duplicate-1\0{imageId}")));

    private static ulong[] Read(ReadOnlySpan<byte> tags)
    {
        if (tags.Length % TagBytes != 0)
        {
            throw new ArgumentException($"Expected whole tags of {TagBytes} bytes but got {tags.Length} bytes.");
        }

        ulong[] values = new ulong[tags.Length / TagBytes];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = BitConverter.ToUInt64(tags[(i * TagBytes)..]);
        }

        return values;
    }
}
