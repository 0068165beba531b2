namespace FedPortal.Identity;

/// <summary>The three kinds of people who sign in.</summary>
public static class Roles
{
    /// <summary>Runs the consortium: admits institutions, sets up and starts studies.</summary>
    public const string Admin = "Admin";

    /// <summary>Speaks for one institution and brings its data sets.</summary>
    public const string Coordinator = "Coordinator";

    /// <summary>Sees everything that is not an image, changes nothing.</summary>
    public const string Auditor = "Auditor";

    public static IReadOnlyList<string> All { get; } = [Admin, Coordinator, Auditor];
}
