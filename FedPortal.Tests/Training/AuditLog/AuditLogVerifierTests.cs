using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using FedPortal.Training.AuditLog;
using FedPortal.Training.Signing;
using Xunit;

namespace FedPortal.Tests.Training.AuditLog;

public sealed class AuditLogVerifierTests : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public void Dispose() => _key.Dispose();

    [Fact]
    public void AWholeLogVerifies_AndSaysHowFarItIsSigned()
    {
        AuditLogVerification found = AuditLogVerifier.Verify(Log(5, signedAt: 3), SignedText.PublicKeyText(_key));

        Assert.Null(found.Problem);
        Assert.True(found.IsComplete);
        Assert.Equal((5, 1, 5L, 3L), (found.Hashes.Count, found.Checkpoints, found.LastSequence, found.SignedUpTo));
    }

    [Fact]
    public void TheHashIsThatOfTheInnerObjectAsWritten()
    {
        // Computed without the product's serialiser: the text between the braces of "entry", hashed.
        string line = Log(1)[1];
        int start = line.IndexOf("{\"sequence\"", StringComparison.Ordinal);
        string inner = line[start..(line.IndexOf("},\"hash\"", StringComparison.Ordinal) + 1)];

        string expected = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(inner)));

        Assert.Equal(expected, (string)JsonNode.Parse(line)!["hash"]!);
    }

    [Fact]
    public void AChangedEntryIsNamed()
    {
        string[] lines = Log(5, signedAt: 5);
        lines[3] = lines[3].Replace("Did thing 3", "Did thing 4", StringComparison.Ordinal);

        AuditProblem problem = AuditLogVerifier.Verify(lines).Problem!;

        Assert.Equal((3, AuditProblemKind.Hash), (problem.Sequence, problem.Kind));
    }

    [Fact]
    public void AChangedEntryWithItsHashMadeAnewBreaksTheNextLink()
    {
        string[] lines = Log(5);
        AuditLine changed = AuditLine.Of(AuditLine.Parse(lines[3]).Entry! with { Actor = "somebody else" });
        lines[3] = changed.ToText();

        AuditProblem problem = AuditLogVerifier.Verify(lines).Problem!;

        Assert.Equal((4, AuditProblemKind.Sequence), (problem.Sequence, problem.Kind));
    }

    [Fact]
    public void ALogRewrittenFromAnEntryOnFailsAtItsCheckpoint()
    {
        string[] lines = Log(5, signedAt: 5);
        string[] rewritten = [.. Log(5, action: n => n == 3 ? "Did nothing" : $"Did thing {n}"), lines[^1]];

        AuditProblem problem = AuditLogVerifier.Verify(rewritten).Problem!;

        Assert.Equal((5, AuditProblemKind.Checkpoint), (problem.Sequence, problem.Kind));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 3)]
    public void AMissingEntryIsNamed(int missing, long named)
    {
        List<string> lines = [.. Log(5)];
        lines.RemoveAt(missing);

        AuditProblem problem = AuditLogVerifier.Verify(lines).Problem!;

        Assert.Equal((named, AuditProblemKind.Sequence), (problem.Sequence, problem.Kind));
    }

    [Fact]
    public void EntriesInAnotherOrderAreNamed()
    {
        string[] lines = Log(4);
        (lines[2], lines[3]) = (lines[3], lines[2]);

        Assert.Equal(2, AuditLogVerifier.Verify(lines).Problem!.Sequence);
    }

    [Fact]
    public void EntriesCutOffTheEndAreSeenFromAnEarlierExport()
    {
        string[] lines = Log(5, signedAt: 5);
        AuditLogVerification earlier = AuditLogVerifier.Verify(lines[..^1]);
        AuditLogVerification now = AuditLogVerifier.Verify(lines[..4]);

        Assert.Null(now.Problem);
        Assert.Equal((4, AuditProblemKind.Earlier), (now.DifferenceFrom(earlier)!.Sequence, now.DifferenceFrom(earlier)!.Kind));
        Assert.Null(earlier.DifferenceFrom(now));
    }

    [Fact]
    public void AForgersKeyIsNotThePinnedOne()
    {
        using var forger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string[] lines = Log(3, signedAt: 3);
        CheckpointRecord genuine = AuditLine.Parse(lines[^1]).Checkpoint!;
        lines[^1] = AuditLine.Sign(genuine with { Key = SignedText.PublicKeyText(forger) }, forger).ToText();

        Assert.Null(AuditLogVerifier.Verify(lines).Problem);
        Assert.Equal(AuditProblemKind.Signature, AuditLogVerifier.Verify(lines, SignedText.PublicKeyText(_key)).Problem!.Kind);
    }

    [Fact]
    public void ASignatureByAnotherKeyThanTheNamedOneIsBad()
    {
        using var forger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string[] lines = Log(3, signedAt: 3);
        lines[^1] = AuditLine.Sign(AuditLine.Parse(lines[^1]).Checkpoint!, forger).ToText();

        Assert.Equal(AuditProblemKind.Signature, AuditLogVerifier.Verify(lines).Problem!.Kind);
    }

    [Fact]
    public void ASelectionIsGenuineButSaysThatEntriesMayBeMissing()
    {
        string[] lines = Log(6);
        string first = AuditLine.Of(new LogRecord { Complete = false, Filter = "actor = portal", ExportedAt = "2026-01-01T00:00:00.0000000Z" }).ToText();

        AuditLogVerification found = AuditLogVerifier.Verify([first, lines[2], lines[3], lines[5]]);

        Assert.Null(found.Problem);
        Assert.False(found.IsComplete);
        Assert.Equal([2L, 3L, 5L], found.Hashes.Keys.Order());
    }

    [Theory]
    [InlineData(0, "{}")]
    [InlineData(2, "not JSON")]
    [InlineData(2, "{\"entry\":{},\"hash\":\"\"}")]
    public void ALineThatIsNoneIsNamed(int place, string text)
    {
        string[] lines = Log(3);
        lines[place] = text;

        AuditProblem problem = AuditLogVerifier.Verify(lines).Problem!;

        Assert.Equal((place, AuditProblemKind.Format), ((int)problem.Sequence, problem.Kind));
    }

    [Fact]
    public void TheSameContentsWrittenAnotherWayAreRefused()
    {
        string[] lines = Log(2);
        lines[1] = lines[1].Replace("\"hash\":", "\"hash\": ", StringComparison.Ordinal);

        Assert.Equal(AuditProblemKind.Format, AuditLogVerifier.Verify(lines).Problem!.Kind);
    }

    [Fact]
    public void NothingIsNotALog() => Assert.Equal(AuditProblemKind.Format, AuditLogVerifier.Verify([]).Problem!.Kind);

    private string[] Log(int entries, int? signedAt = null, Func<int, string>? action = null)
    {
        var lines = new List<string> { AuditLine.Of(new LogRecord { Complete = true, ExportedAt = "2026-01-01T00:00:00.0000000Z" }).ToText() };
        string previous = EntryRecord.NoHash;
        for (int i = 1; i <= entries; i++)
        {
            AuditLine line = AuditLine.Of(new EntryRecord
            {
                Sequence = i,
                PreviousHash = previous,
                At = $"2026-01-01T00:00:0{i}.0000000Z",
                Actor = "Änne \"Admin\"",
                Subject = "study",
                SubjectId = i % 2 == 0 ? null : new Guid(i, 0, 0, new byte[8]),
                Action = action?.Invoke(i) ?? $"Did thing {i}",
            });
            previous = line.Hash;
            lines.Add(line.ToText());
            if (i == signedAt)
            {
                lines.Add(AuditLine.Sign(new CheckpointRecord { Sequence = i, EntryHash = previous, At = "2026-01-01T00:01:00.0000000Z", Key = SignedText.PublicKeyText(_key) }, _key).ToText());
            }
        }

        return [.. lines];
    }
}
