using System.Buffers.Binary;
using System.Text;
using FedPortal.Training.Imaging;

namespace FedPortal.Tests.Support;

/// <summary>
/// Writes an image as a hospital's machine would: DICOM PS3.10, explicit little endian, MONOCHROME2 of 16 bits, with a name, a number, dates and an address
/// that must not survive the way in. Written from the standard, independent of the portal's reader.
/// </summary>
internal static class DicomFile
{
    private const string ExplicitLittleEndian = "1.2.840.10008.1.2.1";
    private const string DigitalXray = "1.2.840.10008.5.1.4.1.1.1.1";

    /// <param name="patient">The patient's number; the same number is the same person.</param>
    public static byte[] Encode(XrayImage image, string patient)
    {
        byte[] pixels = new byte[2 * image.Pixels.Length];
        foreach ((int i, ushort value) in image.Pixels.ToArray().Index())
        {
            BinaryPrimitives.WriteUInt16LittleEndian(pixels.AsSpan(2 * i), value);
        }

        string uid = $"1.2.826.0.1.3680043.10.1.1{string.Concat(patient.Where(char.IsAsciiDigit))}";
        byte[] meta = [.. Text(2, 0x02, "UI", DigitalXray), .. Text(2, 0x03, "UI", uid), .. Text(2, 0x10, "UI", ExplicitLittleEndian)];
        return
        [
            .. new byte[128], .. "DICM"u8,
            .. Element(2, 0x00, "UL", [.. BitConverter.GetBytes(meta.Length)]), .. meta,
            .. Text(0x08, 0x16, "UI", DigitalXray), .. Text(0x08, 0x18, "UI", uid), .. Text(0x08, 0x20, "DA", "20260114"), .. Text(0x08, 0x60, "CS", "DX"),
            .. Text(0x08, 0x80, "LO", "St. Elsewhere"), .. Text(0x08, 0x90, "PN", "Craig^Mark"),
            .. Text(0x10, 0x10, "PN", $"Doe^{patient}"), .. Text(0x10, 0x20, "LO", patient), .. Text(0x10, 0x30, "DA", "19600229"), .. Text(0x10, 0x40, "CS", "F"),
            .. Text(0x18, 0x15, "CS", "CHEST"), .. Text(0x18, 0x5101, "CS", "PA"),
            .. Number(0x28, 0x02, 1), .. Text(0x28, 0x04, "CS", "MONOCHROME2"), .. Number(0x28, 0x10, image.Height), .. Number(0x28, 0x11, image.Width),
            .. Number(0x28, 0x100, 16), .. Number(0x28, 0x101, 16), .. Number(0x28, 0x102, 15), .. Number(0x28, 0x103, 0),
            .. Element(0x7fe0, 0x10, "OW", pixels),
        ];
    }

    private static byte[] Number(ushort group, ushort element, int value) => Element(group, element, "US", BitConverter.GetBytes((ushort)value));

    // Values have an even length: unique identifiers are filled with a zero byte, texts with a blank.
    private static byte[] Text(ushort group, ushort element, string kind, string value) =>
        Element(group, element, kind, Encoding.ASCII.GetBytes(value.Length % 2 == 0 ? value : value + (kind == "UI" ? '\0' : ' ')));

    private static byte[] Element(ushort group, ushort element, string kind, byte[] value)
    {
        byte[] length = kind == "OW" ? [0, 0, .. BitConverter.GetBytes(value.Length)] : BitConverter.GetBytes((ushort)value.Length);
        return [.. BitConverter.GetBytes(group), .. BitConverter.GetBytes(element), .. Encoding.ASCII.GetBytes(kind), .. length, .. value];
    }
}
