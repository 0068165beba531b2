using System.CommandLine;
using System.Globalization;
using FedPortal.Encryption.Ckks;
using FedPortal.Encryption.Seal;

namespace FedPortal.Site.CommandLine.Ckks;

/// <summary>Options that several of the verbs share.</summary>
internal static class CkksOptions
{
    public static Option<string> Parameters() => new("--params") { HelpName = "FILE", Description = "the encryption parameters", Required = true };

    public static Option<string> Out(string what) => new("--out") { HelpName = "FILE", Description = $"where to write {what}", Required = true };

    public static Option<bool> Coefficients() => new("--coefficients") { Description = "one value for each coefficient instead of each slot" };

    public static Option<string> Security()
    {
        var option = new Option<string>("--security") { HelpName = "BITS", Description = "128 (default), 192, 256, or none for the files of others", DefaultValueFactory = _ => "128" };
        option.AcceptOnlyFromAmong("128", "192", "256", "none");
        return option;
    }

    public static Option<string> Compression()
    {
        var option = new Option<string>("--compression") { HelpName = "MODE", Description = "none (default), zlib or zstd", DefaultValueFactory = _ => "none" };
        option.AcceptOnlyFromAmong("none", "zlib", "zstd");
        return option;
    }

    public static Option<int> Minor() => new("--minor")
    {
        HelpName = "X",
        Description = "the version 4.X to write: SEAL 4.0 to 4.3 read only their own, 4.4 reads 0 to 4 (default 1)",
        DefaultValueFactory = _ => SealWriteOptions.Default.MinorVersion,
    };

    public static SecurityLevel ToSecurity(string value) =>
        value == "none" ? SecurityLevel.Unchecked : (SecurityLevel)int.Parse(value, CultureInfo.InvariantCulture);

    /// <exception cref="UsageException">There is no such version.</exception>
    public static SealWriteOptions ToWriteOptions(string compression, int minor)
    {
        if (minor is < 0 or > SealHeader.NewestMinorVersion)
        {
            throw new UsageException($"--minor: expected 0 to {SealHeader.NewestMinorVersion} but got {minor}.");
        }

        return new SealWriteOptions(
            compression switch { "zlib" => SealCompression.Zlib, "zstd" => SealCompression.Zstandard, _ => SealCompression.None }, minor);
    }
}
