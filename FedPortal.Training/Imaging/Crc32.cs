namespace FedPortal.Training.Imaging;

/// <summary>The checksum of PNG and ZIP (ISO 3309, reflected polynomial 0xEDB88320), eight bytes a step.</summary>
internal static class Crc32
{
    private const int Slices = 8;
    private static readonly uint[] Table = MakeTable();

    /// <summary>Goes on from an earlier checksum; 0 begins.</summary>
    public static uint Append(uint checksum, ReadOnlySpan<byte> data)
    {
        uint crc = ~checksum;
        for (; data.Length >= Slices; data = data[Slices..])
        {
            uint low = crc ^ (uint)(data[0] | (data[1] << 8) | (data[2] << 16) | (data[3] << 24));
            crc = Table[(7 * 256) + (byte)low] ^ Table[(6 * 256) + (byte)(low >> 8)] ^ Table[(5 * 256) + (byte)(low >> 16)] ^ Table[(4 * 256) + (low >> 24)]
                ^ Table[(3 * 256) + data[4]] ^ Table[(2 * 256) + data[5]] ^ Table[256 + data[6]] ^ Table[data[7]];
        }

        foreach (byte value in data)
        {
            crc = Table[(byte)(crc ^ value)] ^ (crc >> 8);
        }

        return ~crc;
    }

    private static uint[] MakeTable()
    {
        uint[] table = new uint[Slices * 256];
        for (uint i = 0; i < 256; i++)
        {
            uint value = i;
            for (int bit = 0; bit < 8; bit++)
            {
                value = (value & 1) != 0 ? 0xEDB88320 ^ (value >> 1) : value >> 1;
            }

            table[i] = value;
        }

        for (int i = 256; i < table.Length; i++)
        {
            uint previous = table[i - 256];
            table[i] = table[(byte)previous] ^ (previous >> 8);
        }

        return table;
    }
}
