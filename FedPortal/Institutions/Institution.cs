namespace FedPortal.Institutions;

/// <summary>A hospital of the consortium.</summary>
public sealed class Institution
{
    /// <summary>Number of colours that screens have for institutions.</summary>
    public const int ColourCount = 8;

    public Institution(string name, string shortCode, bool isHosted, int colourIndex, DateTimeOffset now)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (!IsShortCode(shortCode))
        {
            throw new ArgumentException($"A short code has 2 to 12 of a-z, 0-9 and '-', starting with a letter; got '{shortCode}'.", nameof(shortCode));
        }

        ArgumentOutOfRangeException.ThrowIfNegative(colourIndex);
        Id = Guid.CreateVersion7(now);
        Name = name.Trim();
        ShortCode = shortCode;
        IsHosted = isHosted;
        ColourIndex = colourIndex % ColourCount;
        AdmittedAt = now;
    }

    private Institution()
    {
        // For EF Core.
    }

    public Guid Id { get; private set; }

    public string Name { get; private set; } = "";

    /// <summary>Short, unique, fit for a chart or a folder: for example <c>north</c>.</summary>
    public string ShortCode { get; private set; } = "";

    /// <summary>True when the portal runs the site program for it; false when the hospital runs its own.</summary>
    public bool IsHosted { get; private set; }

    /// <summary>Which of the <see cref="ColourCount"/> colours stands for it on every screen.</summary>
    public int ColourIndex { get; private set; }

    public InstitutionStatus Status { get; private set; } = InstitutionStatus.Active;

    public DateTimeOffset AdmittedAt { get; private set; }

    /// <summary>Who speaks for it; empty where nobody was named.</summary>
    public string ContactName { get; private set; } = "";

    public string ContactEmail { get; private set; } = "";

    /// <summary>Why it is suspended; null while it is not.</summary>
    public string? SuspensionReason { get; private set; }

    public static bool IsShortCode(string code) =>
        code.Length is >= 2 and <= 12 && char.IsAsciiLetterLower(code[0]) && code.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    public void NameContact(string name, string email)
    {
        ContactName = name.Trim();
        ContactEmail = email.Trim();
    }

    public void Suspend(string reason)
    {
        RequireMember();
        Status = InstitutionStatus.Suspended;
        SuspensionReason = reason;
    }

    public void Reactivate()
    {
        RequireMember();
        Status = InstitutionStatus.Active;
        SuspensionReason = null;
    }

    /// <summary>It leaves for good; what it took part in stays on record.</summary>
    public void Withdraw()
    {
        RequireMember();
        Status = InstitutionStatus.Withdrawn;
        SuspensionReason = null;
    }

    private void RequireMember()
    {
        if (Status == InstitutionStatus.Withdrawn)
        {
            throw new InvalidOperationException($"{Name} has withdrawn from the consortium; admit it anew.");
        }
    }
}
