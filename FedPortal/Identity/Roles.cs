namespace FedPortal.Identity;

/// <summary>The three kinds of people who sign in.</summary>
public static class Roles
{
    /// <summary>Runs the consortium: admits institutions, invites people, sets up and starts studies.</summary>
    public const string Admin = "Admin";

    /// <summary>Speaks for one or more institutions and brings their data sets.</summary>
    public const string Coordinator = "Coordinator";

    /// <summary>Sees everything that is not an image, changes nothing.</summary>
    public const string Auditor = "Auditor";

    public static IReadOnlyList<string> All { get; } = [Admin, Coordinator, Auditor];

    /// <summary>What is wrong with giving one account these roles and institutions, in words for people; null when it may be.</summary>
    public static string? Problem(IReadOnlyCollection<string> roles, IReadOnlyCollection<Guid> institutions) => roles switch
    {
        { Count: 0 } => "Choose at least one role.",
        _ when roles.FirstOrDefault(role => !All.Contains(role, StringComparer.Ordinal)) is { } unknown => $"There is no role '{unknown}'.",
        { Count: > 1 } when roles.Contains(Auditor) => "An auditor holds no other role: who checks the consortium must not run it.",
        _ when roles.Contains(Coordinator) && institutions.Count == 0 => "A coordinator speaks for at least one institution; choose it.",
        _ when !roles.Contains(Coordinator) && institutions.Count > 0 => "Only coordinators speak for institutions.",
        _ => null,
    };
}
