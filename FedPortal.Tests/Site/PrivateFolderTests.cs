using System.Runtime.Versioning;
using FedPortal.Site.CommandLine.Engine;
using Xunit;

namespace FedPortal.Tests.Site;

[UnsupportedOSPlatform("windows")]
public class PrivateFolderTests
{
    [Fact]
    public void Folder_IsThisUsersAlone_AndGoesAwayWithItsOwner()
    {
        string path;
        using (var folder = new PrivateFolder())
        {
            path = folder.Path;
            File.WriteAllText(folder.File("vector"), "1");
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(path));
        }

        Assert.False(Directory.Exists(path));
    }

    [Fact]
    public void NextOwner_RemovesWhatAKilledOneLeft_ButNothingThatIsInUseOrYoung()
    {
        using var living = new PrivateFolder();
        File.SetLastWriteTimeUtc(living.File("in-use"), DateTime.UnixEpoch);
        string abandoned = Directory.CreateTempSubdirectory("fedportal-work-").FullName;
        File.WriteAllText(Path.Combine(abandoned, "in-use"), "");
        File.SetLastWriteTimeUtc(Path.Combine(abandoned, "in-use"), DateTime.UnixEpoch);
        string young = Directory.CreateTempSubdirectory("fedportal-work-").FullName;
        File.WriteAllText(Path.Combine(young, "in-use"), "");

        new PrivateFolder().Dispose();

        Assert.False(Directory.Exists(abandoned));
        Assert.True(Directory.Exists(living.Path));
        Assert.True(Directory.Exists(young));
        Directory.Delete(young, recursive: true);
    }
}
