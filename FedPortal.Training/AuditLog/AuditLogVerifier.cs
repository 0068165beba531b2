using System.Security.Cryptography;
using System.Text.Json;
using FedPortal.Training.Signing;

namespace FedPortal.Training.AuditLog;

/// <summary>
/// Checks an audit log line by line: form, hashes, chain and signed checkpoints. It needs nothing but the lines, so the portal's page and the
/// command line say the same. After the first problem further lines are ignored.
/// </summary>
/// <param name="portalKey">The portal's public key as known from elsewhere; null trusts the checkpoints' own, which a forger may have replaced.</param>
public sealed class AuditLogVerifier(string? portalKey = null)
{
    private readonly Dictionary<long, string> _hashes = [];
    private readonly List<string> _keys = [];
    private AuditProblem? _problem;
    private LogRecord? _log;
    private long _last;
    private string _head = EntryRecord.NoHash;
    private int _checkpoints;
    private long _signedUpTo;

    /// <summary>Verifies whole lines, without line feeds.</summary>
    public static AuditLogVerification Verify(IEnumerable<string> lines, string? portalKey = null)
    {
        var verifier = new AuditLogVerifier(portalKey);
        foreach (string line in lines)
        {
            if (!verifier.Add(line))
            {
                break;
            }
        }

        return verifier.Conclude();
    }

    /// <returns>False once a problem was found.</returns>
    public bool Add(string text)
    {
        try
        {
            AuditLine line = AuditLine.Parse(text);
            return line.ToText() == text ? Add(line) : Fail(AuditProblemKind.Format, "the line is not written in the canonical way");
        }
        catch (JsonException failure)
        {
            return Fail(AuditProblemKind.Format, failure.Message);
        }
    }

    /// <returns>False once a problem was found.</returns>
    public bool Add(AuditLine line)
    {
        if (_problem is not null)
        {
            return false;
        }

        string hash = line.ComputeHash();
        if (hash != line.Hash)
        {
            long at = line.Entry?.Sequence ?? line.Checkpoint?.Sequence ?? 0;
            _problem = new AuditProblem(at, AuditProblemKind.Hash, $"the contents give {hash} but the line says {line.Hash}");
            return false;
        }

        return line switch
        {
            { Log: { } log } => Begin(log),
            _ when _log is null => Fail(AuditProblemKind.Format, "the file does not begin with the line about itself"),
            { Entry: { } entry } => Add(entry, hash),
            _ => Add(line, line.Checkpoint!),
        };
    }

    public AuditLogVerification Conclude() => new()
    {
        Problem = _problem ?? (_log is null ? new AuditProblem(0, AuditProblemKind.Format, "the file is empty") : null),
        IsComplete = _log?.Complete ?? false,
        Filter = _log?.Filter,
        Hashes = _hashes,
        Checkpoints = _checkpoints,
        LastSequence = _last,
        Head = _last == 0 ? "" : _head,
        SignedUpTo = _signedUpTo,
        Keys = _keys,
    };

    private bool Begin(LogRecord log)
    {
        if (_log is not null || log.FormatVersion != LogRecord.CurrentVersion)
        {
            return Fail(AuditProblemKind.Format, _log is not null ? "a second first line" : $"expected version {LogRecord.CurrentVersion} but got {log.FormatVersion}");
        }

        _log = log;
        return true;
    }

    private bool Add(EntryRecord entry, string hash)
    {
        bool isNext = entry.Sequence == _last + 1;
        if (_log!.Complete ? !isNext : entry.Sequence <= _last)
        {
            _problem = new AuditProblem(_last + 1, AuditProblemKind.Sequence, $"expected entry {_last + 1} but got entry {entry.Sequence}");
            return false;
        }

        if (isNext && entry.PreviousHash != _head)
        {
            _problem = new AuditProblem(entry.Sequence, AuditProblemKind.Sequence, $"expected it to follow {_head} but it follows {entry.PreviousHash}");
            return false;
        }

        (_last, _head) = (entry.Sequence, hash);
        _hashes[entry.Sequence] = hash;
        return true;
    }

    private bool Add(AuditLine line, CheckpointRecord checkpoint)
    {
        using ECDsa? key = SignedText.PublicKey(checkpoint.Key);
        if (key is null || !line.IsSignedBy(key))
        {
            return Fail(AuditProblemKind.Signature, "the checkpoint is not signed by the key that it names");
        }

        if (portalKey is not null && checkpoint.Key != portalKey)
        {
            return Fail(AuditProblemKind.Signature, $"expected the key {SignedText.Fingerprint(portalKey)} but the checkpoint is by {SignedText.Fingerprint(checkpoint.Key)}");
        }

        if (checkpoint.Sequence != _last || checkpoint.EntryHash != _head)
        {
            return Fail(AuditProblemKind.Checkpoint, $"expected it to sign entry {_last} with {_head} but it signs entry {checkpoint.Sequence} with {checkpoint.EntryHash}");
        }

        _checkpoints++;
        _signedUpTo = checkpoint.Sequence;
        if (!_keys.Contains(checkpoint.Key))
        {
            _keys.Add(checkpoint.Key);
        }

        return true;
    }

    /// <summary>A line without a place of its own is named by the last good entry.</summary>
    private bool Fail(AuditProblemKind kind, string detail)
    {
        long at = kind == AuditProblemKind.Format && _log is not null ? _last + 1 : _last;
        _problem ??= new AuditProblem(at, kind, detail);
        return false;
    }
}
