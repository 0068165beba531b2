using System.Security.Cryptography;

namespace FedPortal.Training.Protocol;

/// <summary>Small files that only their owner may read and that a power cut leaves whole or absent.</summary>
public static class PrivateFile
{
    /// <summary>Writes beside the file, flushes to the disk, and renames.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content) => File.Move(WriteBeside(path, content), path, overwrite: true);

    /// <summary>Reads a secret that is made on first use. Of several processes that make it at once one wins, and all read what it made.</summary>
    /// <param name="path">Its folder is made where it is missing.</param>
    /// <param name="make">Called only where there is no file yet.</param>
    public static byte[] LoadOrCreate(string path, Func<byte[]> make)
    {
        if (!File.Exists(path))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            string part = WriteBeside(path, make());
            try
            {
                File.Move(part, path, overwrite: false);
            }
            catch (IOException) when (File.Exists(path))
            {
                File.Delete(part); // another process was faster; its secret counts
            }
        }

        return File.ReadAllBytes(path);
    }

    private static string WriteBeside(string path, ReadOnlySpan<byte> content)
    {
        string part = $"{path}.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}.part";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var file = new FileStream(part, options);
        file.Write(content);
        file.Flush(flushToDisk: true);
        return part;
    }
}
