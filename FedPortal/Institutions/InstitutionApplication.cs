namespace FedPortal.Institutions;

public enum ApplicationState
{
    /// <summary>Waits for an admin.</summary>
    Waiting,

    /// <summary>The institution was admitted. Final.</summary>
    Approved,

    /// <summary>An admin said no. Final.</summary>
    Declined,
}

/// <summary>What a hospital that wants to take part says of itself.</summary>
/// <param name="Name">Of the hospital.</param>
/// <param name="ShortCode">The short code it would like.</param>
/// <param name="Place">City and country.</param>
/// <param name="ContactName">Who speaks for it.</param>
/// <param name="ContactEmail">Where that person is reached.</param>
/// <param name="About">Its X-rays, about how many, and why it wants to take part.</param>
/// <param name="WantsHosting">True when it asks the portal to run its site program.</param>
public sealed record ApplicationForm(string Name, string ShortCode, string Place, string ContactName, string ContactEmail, string About, bool WantsHosting);

/// <summary>An application to join the consortium, from anyone; an admin decides.</summary>
public sealed class InstitutionApplication
{
    public InstitutionApplication(ApplicationForm form, DateTimeOffset now)
    {
        Id = Guid.CreateVersion7(now);
        Form = form;
        CreatedAt = now;
    }

    private InstitutionApplication()
    {
        // For EF Core.
    }

    public Guid Id { get; private set; }

    public ApplicationForm Form { get; private set; } = null!;

    public ApplicationState State { get; private set; } = ApplicationState.Waiting;

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset? DecidedAt { get; private set; }

    public string? DecidedBy { get; private set; }

    public string? Reason { get; private set; }

    /// <summary>The institution it became.</summary>
    public Guid? InstitutionId { get; private set; }

    public void Approve(Guid institutionId, string actor, DateTimeOffset now)
    {
        Decide(ApplicationState.Approved, actor, now);
        InstitutionId = institutionId;
    }

    public void Decline(string reason, string actor, DateTimeOffset now)
    {
        Decide(ApplicationState.Declined, actor, now);
        Reason = reason;
    }

    private void Decide(ApplicationState next, string actor, DateTimeOffset now)
    {
        if (State != ApplicationState.Waiting)
        {
            throw new InvalidOperationException($"The application of {Form.Name} is {State} and cannot become {next}.");
        }

        State = next;
        DecidedBy = actor;
        DecidedAt = now;
    }
}
