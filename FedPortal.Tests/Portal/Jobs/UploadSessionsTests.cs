using FedPortal.Data;
using FedPortal.Datasets;
using FedPortal.Jobs;
using FedPortal.Tests.Support;
using Microsoft.Extensions.Options;
using Xunit;

namespace FedPortal.Tests.Portal.Jobs;

public sealed class UploadSessionsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Beginning forgets what is old; it must not take what another person begins at this moment for it.</summary>
    [Fact]
    public void OneThatHasNoFilesYet_IsNotForgotten_AndAnOldOneIs()
    {
        var sessions = new UploadSessions(Options.Create(new PortalOptions { DataDirectory = _folder.Path }), TimeProvider.System);
        UploadSession old = sessions.Begin(Guid.NewGuid(), null, "Old", [new UploadFile("normal/a.png", 4)]).Session!;
        string open = Path.Combine(_folder.Path, "uploads", "open");
        foreach (string entry in Directory.GetFileSystemEntries(open, "*", SearchOption.AllDirectories))
        {
            Directory.SetLastWriteTimeUtc(entry, DateTime.UnixEpoch);
        }

        string beginning = Directory.CreateDirectory(Path.Combine(open, $"{Guid.NewGuid():N}", "files")).FullName;

        Assert.NotNull(sessions.Begin(Guid.NewGuid(), null, "New", [new UploadFile("normal/a.png", 4)]).Session);

        Assert.True(Directory.Exists(beginning));
        Assert.False(Directory.Exists(Path.Combine(open, $"{old.Id:N}")));
        Assert.Null(sessions.Find(old.Id, old.UserId));
    }

    [Fact]
    public async Task ManyWhoBeginAndCancelAtOnce_AreInNobodysWay()
    {
        var sessions = new UploadSessions(Options.Create(new PortalOptions { DataDirectory = _folder.Path }), TimeProvider.System);

        await Parallel.ForEachAsync(Enumerable.Range(0, 200), new ParallelOptions { MaxDegreeOfParallelism = 8 }, (_, _) =>
        {
            var person = Guid.NewGuid();
            UploadSession begun = sessions.Begin(person, null, "Scans", [new UploadFile("normal/a.png", 4)]).Session!;
            Assert.Equal(begun.Id, Assert.Single(sessions.OpenOf(person)).Session.Id);
            sessions.Cancel(begun.Id);
            return ValueTask.CompletedTask;
        });
    }
}
