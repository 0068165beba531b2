namespace FedPortal.Operation.Rules;

/// <summary>A reason for an alert as it is at this moment.</summary>
/// <param name="Subject">Stable id of what it is about.</param>
internal sealed record Finding(AlertLevel Level, string Subject, string Title, string Detail, string? Address, Guid? InstitutionId);

/// <summary>Looks for one kind of reason. What it does not find any more is over.</summary>
internal interface IAlertRule
{
    AlertKind Kind { get; }

    /// <summary>How often it is worth the effort.</summary>
    TimeSpan Every => TimeSpan.Zero;

    Task<IReadOnlyList<Finding>> FindAsync(DateTimeOffset now, CancellationToken cancellationToken);
}
