using System.Globalization;
using System.Security.Cryptography;
using FedPortal.Encryption.Ckks;
using FedPortal.Encryption.Seal;

namespace FedPortal.Site.CommandLine.Ckks;

/// <summary>Reads and writes files for the verbs; what is wrong with one is said in one line that names it.</summary>
internal static class CkksFiles
{
    /// <exception cref="UsageException">The file is not there.</exception>
    /// <exception cref="CommandException">The file is there and damaged, or belongs to other parameters.</exception>
    public static T Read<T>(string path, string option, Func<byte[], T> read)
    {
        if (!File.Exists(path))
        {
            throw new UsageException($"{option}: there is no file {path}.");
        }

        try
        {
            return read(File.ReadAllBytes(path));
        }
        catch (SealFormatException refusal)
        {
            throw new CommandException($"{path}: {refusal.Message}");
        }
    }

    /// <summary>As <see cref="Read{T}"/>, and the bytes are wiped afterwards.</summary>
    public static SecretKey ReadSecretKey(string path, CkksContext context) => Read(path, "--secret", bytes =>
    {
        try
        {
            return SealSecretKeyFile.Read(bytes, context);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    });

    public static CkksContext Context(string path, string security) =>
        new(Read(path, "--params", bytes => SealParametersFile.Read(bytes, CkksOptions.ToSecurity(security))));

    public static void Write(string path, byte[] bytes) => File.WriteAllBytes(path, bytes);

    /// <summary>Writes a new file that only its owner can read. An old key is not overwritten.</summary>
    /// <exception cref="UsageException">Something is there already.</exception>
    public static void WriteSecret(string path, string option, byte[] bytes)
    {
        if (Path.Exists(path))
        {
            throw new UsageException($"{option}: {path} exists; a secret key is not overwritten.");
        }

        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var file = new FileStream(path, options);
        file.Write(bytes);
    }

    /// <returns>The numbers of a text file, one a line; empty lines are left out.</returns>
    /// <exception cref="UsageException">The file is not there, or a line is no finite number.</exception>
    public static double[] Values(string path, string option)
    {
        if (!File.Exists(path))
        {
            throw new UsageException($"{option}: there is no file {path}.");
        }

        var values = new List<double>();
        foreach ((int index, string line) in File.ReadLines(path).Index())
        {
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            if (!double.TryParse(line, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) || !double.IsFinite(value))
            {
                throw new UsageException($"{option}: line {index + 1} of {path} is no finite number.");
            }

            values.Add(value);
        }

        return [.. values];
    }
}
