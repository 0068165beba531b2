namespace FedPortal.Planning;

/// <summary>Somebody outside asks to talk about joining. It waits until an admin has dealt with it.</summary>
public sealed class ConsultationRequest
{
    public const int NameLength = 100;
    public const int MessageLength = 2000;

    public ConsultationRequest(string name, string organisation, string email, string message, DateTimeOffset now)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentException.ThrowIfNullOrWhiteSpace(email);
        ArgumentException.ThrowIfNullOrWhiteSpace(message);
        Id = Guid.CreateVersion7(now);
        Name = name.Trim();
        Organisation = organisation.Trim();
        Email = email.Trim();
        Message = message.Trim();
        CreatedAt = now;
    }

    private ConsultationRequest()
    {
        // For EF Core.
    }

    public Guid Id { get; private set; }

    public string Name { get; private set; } = "";

    public string Organisation { get; private set; } = "";

    public string Email { get; private set; } = "";

    public string Message { get; private set; } = "";

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset? ClosedAt { get; private set; }

    public string? ClosedBy { get; private set; }

    public void Close(string by, DateTimeOffset now)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(by);
        if (ClosedAt is not null)
        {
            throw new InvalidOperationException($"The request was already closed by {ClosedBy}.");
        }

        (ClosedAt, ClosedBy) = (now, by);
    }
}
