using System.Buffers.Binary;
using System.Security.Cryptography;

namespace FedPortal.Tests.Support;

/// <summary>RFC 6238 with SHA-1 and 30 seconds, written from the text of the standard and independent of ASP.NET.</summary>
internal static class Totp
{
    private const string Base32 = "abcdefghijklmnopqrstuvwxyz234567";

    public static string Code(string base32Key, DateTimeOffset time) => Code(Decode(base32Key), time.ToUnixTimeSeconds(), 6);

    public static string Code(byte[] key, long unixSeconds, int digits)
    {
        Span<byte> counter = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, unixSeconds / 30);
#pragma warning disable CA5350 // The standard says SHA-1, and so do the apps.
        byte[] mac = HMACSHA1.HashData(key, counter);
#pragma warning restore CA5350
        int offset = mac[^1] & 0xf;
        int number = BinaryPrimitives.ReadInt32BigEndian(mac.AsSpan(offset)) & int.MaxValue;
        return (number % (int)Math.Pow(10, digits)).ToString(new string('0', digits), System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Six digits that are no code of this key for minutes around this time; any six that somebody thinks of could be one.</summary>
    public static string WrongCode(string base32Key, DateTimeOffset time)
    {
        string[] right = [.. Enumerable.Range(-10, 21).Select(step => Code(base32Key, time.AddSeconds(30 * step)))];
        return Enumerable.Range(0, 10).Select(digit => new string((char)('0' + digit), 6)).First(code => !right.Contains(code));
    }

    private static byte[] Decode(string text)
    {
        List<byte> bytes = [];
        (int buffer, int bits) = (0, 0);
        foreach (int value in text.ToLowerInvariant().Where(letter => letter != ' ').Select(letter => Base32.IndexOf(letter, StringComparison.Ordinal)))
        {
            (buffer, bits) = (((buffer << 5) | value) & 0xffff, bits + 5);
            if (bits >= 8)
            {
                bits -= 8;
                bytes.Add((byte)(buffer >> bits));
            }
        }

        return [.. bytes];
    }
}
