using Microsoft.AspNetCore.Authorization;

namespace FedPortal.Identity;

/// <summary>What a role may do. Whatever names no policy needs a signed-in user.</summary>
public static class Policies
{
    /// <summary>Set up, start, cancel and retry studies.</summary>
    public const string RunStudies = "RunStudies";

    /// <summary>Bring data sets; coordinators only for their own institution.</summary>
    public const string BringData = "BringData";

    /// <summary>Invite people, change their roles, disable accounts.</summary>
    public const string ManagePeople = "ManagePeople";

    /// <summary>See who has an account and which roles.</summary>
    public const string SeePeople = "SeePeople";

    /// <summary>See the whole audit log and every ledger, export and verify them.</summary>
    public const string Audit = "Audit";

    /// <summary>Run attack tests, sign releases, take models back.</summary>
    public const string JudgeModels = "JudgeModels";

    /// <summary>See how the portal itself is: health, retention, where alerts go. Changing any of it is for admins.</summary>
    public const string Operate = "Operate";

    /// <summary>Change where alerts go, hold or remove data that is past its time.</summary>
    public const string ManageOperation = "ManageOperation";

    internal static void Add(AuthorizationBuilder authorization) => authorization
        .AddPolicy(RunStudies, policy => policy.RequireRole(Roles.Admin))
        .AddPolicy(BringData, policy => policy.RequireRole(Roles.Admin, Roles.Coordinator))
        .AddPolicy(ManagePeople, policy => policy.RequireRole(Roles.Admin))
        .AddPolicy(SeePeople, policy => policy.RequireRole(Roles.Admin, Roles.Auditor))
        .AddPolicy(Audit, policy => policy.RequireRole(Roles.Admin, Roles.Auditor))
        .AddPolicy(JudgeModels, policy => policy.RequireRole(Roles.Admin, Roles.Auditor))
        .AddPolicy(Operate, policy => policy.RequireRole(Roles.Admin, Roles.Auditor))
        .AddPolicy(ManageOperation, policy => policy.RequireRole(Roles.Admin))
        .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
}
