using System.Security.Cryptography;
using System.Text;

namespace FedPortal.Training.Protocol;

/// <summary>SHA-256 as lower-case hex, as both sides write it.</summary>
public static class ContentHash
{
    public static string OfFile(string path)
    {
        using FileStream file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    public static string OfText(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
