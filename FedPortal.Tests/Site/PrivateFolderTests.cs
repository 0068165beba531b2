using System.Runtime.Versioning;
using FedPortal.Site.CommandLine.Engine;
using FedPortal.Tests.Support;
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
    public async Task NextOwner_RemovesWhatAKilledOneLeft_ButNothingThatIsInUseOrYoung()
    {
        using var living = new PrivateFolder();
        File.SetLastWriteTimeUtc(living.File("in-use"), DateTime.UnixEpoch);
        string abandoned = Directory.CreateTempSubdirectory("fedportal-work-").FullName;
        await File.WriteAllTextAsync(Path.Combine(abandoned, "in-use"), "", TestContext.Current.CancellationToken);
        File.SetLastWriteTimeUtc(Path.Combine(abandoned, "in-use"), DateTime.UnixEpoch);
        string young = Directory.CreateTempSubdirectory("fedportal-work-").FullName;
        await File.WriteAllTextAsync(Path.Combine(young, "in-use"), "", TestContext.Current.CancellationToken);

        new PrivateFolder().Dispose();

        // Another program that begins now may be the one that removes it, and not be ready yet.
        await Eventually.HoldsAsync(() => !Directory.Exists(abandoned));
        Assert.True(Directory.Exists(living.Path));
        Assert.True(Directory.Exists(young));
        Directory.Delete(young, recursive: true);
    }

    [Fact]
    public async Task AnOldFolderThatGoesAway_WhileOthersAreMade_IsDeletedByItsOwnerAlone()
    {
        using var end = new CancellationTokenSource();
        Task others = Task.Run(() =>
        {
            while (!end.IsCancellationRequested)
            {
                new PrivateFolder().Dispose();
            }
        });

        for (int i = 0; i < 200; i++)
        {
            using var old = new PrivateFolder();
            for (int file = 0; file < 20; file++)
            {
                await File.WriteAllTextAsync(old.File($"{file}"), "", TestContext.Current.CancellationToken);
            }

            File.SetLastWriteTimeUtc(old.File("in-use"), DateTime.UnixEpoch);
        }

        await end.CancelAsync();
        await others;
    }
}
