namespace FedPortal.Identity;

/// <summary>What the consortium demands of all accounts. There is one row of it.</summary>
public sealed class AccessRules
{
    public const int OnlyId = 1;

    public int Id { get; private set; } = OnlyId;

    /// <summary>Admins reach nothing but their own account page until they signed in with a second factor.</summary>
    public bool RequireSecondFactorOfAdmins { get; set; }
}
