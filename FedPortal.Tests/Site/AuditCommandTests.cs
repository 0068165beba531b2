using System.Security.Cryptography;
using System.Text.Json;
using FedPortal.Tests.Support;
using FedPortal.Training.AuditLog;
using FedPortal.Training.Signing;
using Xunit;

namespace FedPortal.Tests.Site;

/// <summary>The verb through the program itself; what it finds is tested with the library.</summary>
public sealed class AuditCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public void Dispose()
    {
        _folder.Dispose();
        _key.Dispose();
    }

    [Fact]
    public async Task AGoodLogIsVerified_ATamperedOneNamesItsFirstBadEntry()
    {
        string good = Write("good.jsonl", "Started the study.");
        string bad = _folder.At("bad.jsonl");
        await File.WriteAllTextAsync(bad, (await File.ReadAllTextAsync(good)).Replace("Started", "Stopped", StringComparison.Ordinal));

        (int first, string verified, _) = await SiteProgram.RunAsync("audit", "verify", good, "--key", SignedText.PublicKeyText(_key), "--json");
        (int second, string refused, _) = await SiteProgram.RunAsync("audit", "verify", bad);

        JsonElement json = JsonDocument.Parse(verified).RootElement;
        Assert.Equal((0, 1), (first, second));
        Assert.True(json.GetProperty("verified").GetBoolean());
        Assert.Equal(2, json.GetProperty("signedUpTo").GetInt32());
        Assert.Contains("NOT VERIFIED. First bad entry: entry 2: hash mismatch", refused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ARewrittenLogDiffersFromTheEarlierExport()
    {
        string earlier = Write("earlier.jsonl", "Started the study.");
        string rewritten = Write("now.jsonl", "Nothing happened.");

        (int code, string output, _) = await SiteProgram.RunAsync("audit", "verify", rewritten, "--earlier", earlier);

        Assert.Equal(1, code);
        Assert.Contains("entry 2: differs from the earlier export", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("audit verify /no/such/file", "FILE")]
    [InlineData("audit verify /dev/null --key nonsense", "--key")]
    public async Task BadArgumentsEndWithTwoAndOneLine(string arguments, string named)
    {
        (int code, string output, string error) = await SiteProgram.RunAsync(arguments.Split(' '));

        Assert.Equal(2, code);
        Assert.Empty(output);
        Assert.Contains(named, Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    private string Write(string name, string second)
    {
        const string time = "2026-01-01T00:00:00.0000000Z";
        AuditLine one = AuditLine.Of(new EntryRecord { Sequence = 1, PreviousHash = EntryRecord.NoHash, At = time, Actor = "portal", Subject = "study", Action = "Created." });
        AuditLine two = AuditLine.Of(new EntryRecord { Sequence = 2, PreviousHash = one.Hash, At = time, Actor = "portal", Subject = "study", Action = second });
        AuditLine signed = AuditLine.Sign(new CheckpointRecord { Sequence = 2, EntryHash = two.Hash, At = time, Key = SignedText.PublicKeyText(_key) }, _key);
        AuditLine first = AuditLine.Of(new LogRecord { Complete = true, ExportedAt = time });
        File.WriteAllLines(_folder.At(name), [first.ToText(), one.ToText(), two.ToText(), signed.ToText()]);
        return _folder.At(name);
    }
}
