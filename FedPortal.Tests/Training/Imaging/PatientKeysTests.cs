using System.Security.Cryptography;
using System.Text;
using FedPortal.Tests.Support;
using FedPortal.Training.Imaging;
using Xunit;

namespace FedPortal.Tests.Training.Imaging;

public sealed class PatientKeysTests
{
    [Fact]
    public void AKey_IsHmacSha256_OverThePurposeAndTheId()
    {
        byte[] siteKey = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
        byte[] expected = new HMACSHA256(siteKey).ComputeHash(Encoding.UTF8.GetBytes("fedportal-patient-1\0MRN-7"));

        Assert.Equal(Convert.ToHexStringLower(expected)[..32], new PatientKeys(siteKey).KeyOf("MRN-7"));
    }

    [Fact]
    public void BlanksDoNotCount_AndAnEmptyIdHasNoKey()
    {
        var keys = PatientKeys.Ephemeral();

        Assert.Equal(keys.KeyOf("MRN-7"), keys.KeyOf("  MRN-7\0 "));
        Assert.NotEqual(keys.KeyOf("MRN-7"), keys.KeyOf("MRN-8"));
        Assert.Null(keys.KeyOf("  "));
    }

    [Fact]
    public void TheSiteKey_IsMadeOnce_AndReadableByItsOwnerOnly()
    {
        using var folder = new TemporaryFolder();
        string path = folder.At("new", "site.key");

        string? first = PatientKeys.LoadOrCreate(path).KeyOf("x");
        string? second = PatientKeys.LoadOrCreate(path).KeyOf("x");

        Assert.Equal(first, second);
        Assert.Equal(32, new FileInfo(path).Length);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, OperatingSystem.IsWindows() ? UnixFileMode.UserRead | UnixFileMode.UserWrite : File.GetUnixFileMode(path));
        Assert.Throws<ArgumentException>(() => new PatientKeys(new byte[31]));
    }
}
