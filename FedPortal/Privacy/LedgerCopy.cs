using FedPortal.Training.Ledger;

namespace FedPortal.Privacy;

/// <summary>The portal's copy of one institution's privacy ledger in one study. The institution's own file is the original; a difference is an alarm.</summary>
public sealed class LedgerCopy
{
    /// <param name="ledgerId">Of the ledger's header.</param>
    public LedgerCopy(Guid studyId, Guid institutionId, string ledgerId, DateTimeOffset now)
    {
        Id = Guid.CreateVersion7(now);
        StudyId = studyId;
        InstitutionId = institutionId;
        LedgerId = ledgerId;
        ChangedAt = now;
    }

    private LedgerCopy()
    {
        // For EF Core.
    }

    public Guid Id { get; private set; }

    public Guid StudyId { get; private set; }

    public Guid InstitutionId { get; private set; }

    public string LedgerId { get; private set; } = "";

    /// <summary>Rows, not counting the header.</summary>
    public int RowCount { get; private set; }

    /// <summary>Hash of the last line.</summary>
    public string Head { get; private set; } = "";

    public DateTimeOffset ChangedAt { get; private set; }

    /// <summary>How the two copies differ; null while they agree.</summary>
    public string? Alarm { get; private set; }

    public DateTimeOffset? AlarmAt { get; private set; }

    public void Grow(int rowCount, string head, DateTimeOffset now)
    {
        RowCount = rowCount;
        Head = head;
        ChangedAt = now;
    }

    /// <summary>Raises the alarm. It stays: what one side changed cannot be made undone by changing it back.</summary>
    public void Raise(string difference, DateTimeOffset now)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(difference);
        Alarm ??= difference;
        AlarmAt ??= now;
    }
}

/// <summary>One line of a copied ledger, exactly as the site wrote it.</summary>
public sealed class LedgerCopyLine
{
    /// <param name="sequence">0 is the header.</param>
    public LedgerCopyLine(Guid copyId, int sequence, string text, string hash, string? countersignature, DateTimeOffset now)
    {
        CopyId = copyId;
        Sequence = sequence;
        Text = text;
        Hash = hash;
        Countersignature = countersignature;
        ReceivedAt = now;
        LedgerRow? row = sequence == 0 ? null : LedgerLine.Parse(text).Row;
        (Round, Kind, Allowed) = (row?.Round, row?.Kind, row?.Allowed ?? false);
    }

    private LedgerCopyLine()
    {
        // For EF Core.
    }

    public Guid CopyId { get; private set; }

    public int Sequence { get; private set; }

    public string Text { get; private set; } = "";

    public string Hash { get; private set; } = "";

    /// <summary>The portal's signature on the row, as a line of the ledger; null for the header.</summary>
    public string? Countersignature { get; private set; }

    public DateTimeOffset ReceivedAt { get; private set; }

    /// <summary>Out of the row, so that a row is found without reading all of them: its round; null for the header, as the kind.</summary>
    public int? Round { get; private set; }

    /// <summary>A name of <see cref="ReleaseKinds"/>.</summary>
    public string? Kind { get; private set; }

    /// <summary>The filter let it happen.</summary>
    public bool Allowed { get; private set; }
}
