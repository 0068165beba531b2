using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace FedPortal.Training.Imaging;

/// <summary>
/// Writes grey PNG files, 8 or 16 bits, and coloured ones for the eye, and reads the 16-bit grey ones that it wrote. The only chunks are IHDR, IDAT, IEND and, for synthetic images, one
/// tEXt with a constant sentence. Files from outside never come here; <see cref="XrayDecoder"/> is for those.
/// </summary>
public static class GreyPng
{
    private const string SyntheticNote = "Comment\0Synthetic image made by FedPortal, not a radiograph of a person.";
    private const int UpFilter = 2;
    private const byte Grey = 0;
    private const byte ColourWithOpacity = 6;
    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>All 16 bits of an image.</summary>
    public static byte[] Encode(XrayImage image, bool isSynthetic)
    {
        ReadOnlySpan<ushort> pixels = image.Pixels.Span;
        byte[] rows = new byte[image.Height * (1 + (2 * image.Width))];
        for (int y = 0, at = 0; y < image.Height; y++)
        {
            rows[at++] = UpFilter;
            for (int x = 0; x < image.Width; x++, at += 2)
            {
                int now = pixels[(y * image.Width) + x];
                int above = y > 0 ? pixels[((y - 1) * image.Width) + x] : 0;
                rows[at] = (byte)((now >> 8) - (above >> 8));
                rows[at + 1] = (byte)(now - above);
            }
        }

        return Assemble(image.Width, image.Height, 16, Grey, rows, isSynthetic);
    }

    /// <summary>8-bit grey values, row-major: for thumbnails.</summary>
    public static byte[] Encode8(int width, int height, ReadOnlySpan<byte> pixels) => Encode8(width, height, Grey, 1, pixels);

    /// <summary>8-bit red, green, blue and opacity of each pixel, row-major.</summary>
    internal static byte[] EncodeRgba8(int width, int height, ReadOnlySpan<byte> pixels) => Encode8(width, height, ColourWithOpacity, 4, pixels);

    /// <exception cref="InvalidDataException">The file is not one that <see cref="Encode"/> wrote, or it is damaged.</exception>
    internal static XrayImage Decode(ReadOnlySpan<byte> file)
    {
        if (!file.StartsWith(Signature))
        {
            throw new InvalidDataException("A stored image has lost its PNG signature.");
        }

        (int width, int height) = (0, 0);
        byte[] data = [];
        for (ReadOnlySpan<byte> rest = file[Signature.Length..]; !rest.IsEmpty;)
        {
            ReadOnlySpan<byte> body = NextChunk(ref rest, out string name);
            if (name == "IHDR")
            {
                width = BinaryPrimitives.ReadInt32BigEndian(body);
                height = BinaryPrimitives.ReadInt32BigEndian(body[4..]);
            }
            else if (name == "IDAT")
            {
                data = body.ToArray();
            }
        }

        return Unfilter(width, height, data);
    }

    private static XrayImage Unfilter(int width, int height, byte[] data)
    {
        if (width < 1 || height < 1 || (long)width * height > int.MaxValue / 4)
        {
            throw new InvalidDataException($"A stored image says that it has {width}×{height} pixels.");
        }

        byte[] rows = new byte[height * (1 + (2 * width))];
        using (var inflate = new ZLibStream(new MemoryStream(data), CompressionMode.Decompress))
        {
            inflate.ReadExactly(rows);
        }

        ushort[] pixels = new ushort[width * height];
        for (int y = 0, at = 0; y < height; y++)
        {
            if (rows[at++] != UpFilter)
            {
                throw new InvalidDataException("A stored image was not written by this program.");
            }

            for (int x = 0; x < width; x++, at += 2)
            {
                int above = y > 0 ? pixels[((y - 1) * width) + x] : 0;
                pixels[(y * width) + x] = (ushort)(((byte)(rows[at] + (above >> 8)) << 8) | (byte)(rows[at + 1] + above));
            }
        }

        return new XrayImage(width, height, pixels);
    }

    private static ReadOnlySpan<byte> NextChunk(ref ReadOnlySpan<byte> rest, out string name)
    {
        if (rest.Length < 12 || BinaryPrimitives.ReadUInt32BigEndian(rest) is var length && length > rest.Length - 12)
        {
            throw new InvalidDataException("A stored image is cut off.");
        }

        name = Encoding.ASCII.GetString(rest.Slice(4, 4));
        ReadOnlySpan<byte> body = rest.Slice(8, (int)length);
        if (Crc32.Append(0, rest.Slice(4, 4 + (int)length)) != BinaryPrimitives.ReadUInt32BigEndian(rest[(8 + (int)length)..]))
        {
            throw new InvalidDataException("A stored image has a wrong checksum.");
        }

        rest = rest[(12 + (int)length)..];
        return body;
    }

    private static byte[] Encode8(int width, int height, byte colourType, int channels, ReadOnlySpan<byte> pixels)
    {
        int row = width * channels;
        byte[] rows = new byte[height * (1 + row)];
        for (int y = 0; y < height; y++)
        {
            pixels.Slice(y * row, row).CopyTo(rows.AsSpan((y * (1 + row)) + 1));
        }

        return Assemble(width, height, 8, colourType, rows, isSynthetic: false);
    }

    private static byte[] Assemble(int width, int height, byte depth, byte colourType, byte[] rows, bool isSynthetic)
    {
        using var file = new MemoryStream();
        file.Write(Signature);
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = depth;
        header[9] = colourType;
        WriteChunk(file, "IHDR", header);
        if (isSynthetic)
        {
            WriteChunk(file, "tEXt", Encoding.ASCII.GetBytes(SyntheticNote));
        }

        using var data = new MemoryStream();
        using (var deflate = new ZLibStream(data, CompressionLevel.Fastest, leaveOpen: true))
        {
            deflate.Write(rows);
        }

        WriteChunk(file, "IDAT", data.GetBuffer().AsSpan(0, (int)data.Length));
        WriteChunk(file, "IEND", []);
        return file.ToArray();
    }

    private static void WriteChunk(MemoryStream file, string name, ReadOnlySpan<byte> body)
    {
        byte[] number = new byte[4];
        byte[] tag = Encoding.ASCII.GetBytes(name);
        BinaryPrimitives.WriteInt32BigEndian(number, body.Length);
        file.Write(number);
        file.Write(tag);
        file.Write(body);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.Append(Crc32.Append(0, tag), body));
        file.Write(number);
    }
}
