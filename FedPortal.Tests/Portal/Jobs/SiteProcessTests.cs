using FedPortal.Data;
using FedPortal.Jobs;
using FedPortal.Rounds;
using FedPortal.Tests.Portal.Operation;
using FedPortal.Tests.Support;
using Microsoft.Extensions.Options;
using Xunit;

namespace FedPortal.Tests.Portal.Jobs;

public sealed class SiteProcessTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true, null)]
    [InlineData(false, "goodbye")]
    public async Task WhatASiteSays_IsKept_AndWhereItCannotBeKeptIsStillHeardToItsEnd(bool isBlocked, string? kept)
    {
        IOptions<PortalOptions> options = Options.Create(new PortalOptions
        {
            DataDirectory = _folder.Path,
            SiteUrl = "http://localhost",
            SiteProgram = await Scripts.WriteAsync(_folder.At("site"), "read -r token\necho hello\necho goodbye"),
        });
        if (isBlocked)
        {
            await File.WriteAllTextAsync(_folder.At("attempts"), "a file where a folder should be");
        }

        var work = new Assignment(Guid.NewGuid(), roundId: null, institutionId: null, datasetId: null, AssignmentKind.Initialise, 0, 0, TimeProvider.System.GetUtcNow());
        using var heard = new KeptLog();
        using ILoggerFactory loggers = LoggerFactory.Create(logging => logging.AddProvider(heard));
        var process = new SiteProcess(
            new PortalAddress(null!, options), new SitePlaces(options), new AttemptLogs(options, TimeProvider.System), options, loggers.CreateLogger<SiteProcess>());

        string? failure = await process.RunAsync(new BegunAttempt(new AssignmentContext(work, null!, null, null), Lease: 1, "token"), CancellationToken.None);

        Assert.Null(failure);
        Assert.Contains("goodbye", heard.Text, StringComparison.Ordinal);
        string log = _folder.At("attempts", work.Id.ToString("N"), "1.log");
        Assert.Equal(kept, File.Exists(log) ? (await File.ReadAllTextAsync(log)).TrimEnd().Split(' ')[^1] : null);
    }
}
