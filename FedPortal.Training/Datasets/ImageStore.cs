using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using FedPortal.Training.Imaging;

namespace FedPortal.Training.Datasets;

/// <summary>
/// The site's store of de-identified images: 16-bit grey PNG files named by the hash of their pixels, so nothing from outside, no name and no
/// text, can be in it, and the same picture is kept once. Files are written beside, then renamed: a crash leaves no half image.
/// </summary>
public sealed class ImageStore
{
    private readonly string _root;

    public ImageStore(string folder)
    {
        _root = Path.GetFullPath(folder);
        Directory.CreateDirectory(_root);
    }

    /// <summary>SHA-256, lower-case hex, over <c>fedportal-image-1</c> (or <c>fedportal-phantom-1</c>), width, height and pixels, little-endian.</summary>
    public static string IdOf(XrayImage image, bool isSynthetic)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(isSynthetic ? "fedportal-phantom-1"u8 : "fedportal-image-1"u8);
        byte[] size = new byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(size, image.Width);
        BinaryPrimitives.WriteInt32LittleEndian(size.AsSpan(4), image.Height);
        hash.AppendData(size);
        hash.AppendData(MemoryMarshal.AsBytes(image.Pixels.Span));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Where an image lies, relative to the store's folder.</summary>
    public static string RelativePathOf(string id)
    {
        if (id.Length != 64 || !id.All(char.IsAsciiHexDigitLower))
        {
            throw new ArgumentException("Expected an image id of 64 lower-case hex digits.", nameof(id));
        }

        return $"{id[..2]}/{id}.png";
    }

    /// <returns>The image's id.</returns>
    public async Task<string> AddAsync(XrayImage image, bool isSynthetic, CancellationToken cancellationToken)
    {
        string id = IdOf(image, isSynthetic);
        string path = Path.Combine(_root, RelativePathOf(id));
        if (!File.Exists(path))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            string part = $"{path}.{Guid.NewGuid():N}.part";
            try
            {
                await File.WriteAllBytesAsync(part, GreyPng.Encode(image, isSynthetic), cancellationToken).ConfigureAwait(false);
                File.Move(part, path, overwrite: true);
            }
            finally
            {
                File.Delete(part); // left only by a cancelled or failed write
            }
        }

        return id;
    }

    /// <exception cref="FileNotFoundException">The store has no such image.</exception>
    /// <exception cref="InvalidDataException">The file is damaged: its pixels no longer have the hash that names it.</exception>
    public async Task<XrayImage> ReadAsync(string id, CancellationToken cancellationToken)
    {
        string path = Path.Combine(_root, RelativePathOf(id));
        XrayImage image = GreyPng.Decode(await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false));
        return IdOf(image, isSynthetic: false) == id || IdOf(image, isSynthetic: true) == id
            ? image
            : throw new InvalidDataException($"The stored image {id} is damaged.");
    }

    public bool Contains(string id) => File.Exists(Path.Combine(_root, RelativePathOf(id)));

    /// <summary>Removes an image; nothing happens if it is not there. The caller makes sure that no data set names it any more.</summary>
    public void Delete(string id) => File.Delete(Path.Combine(_root, RelativePathOf(id)));
}
