using System.Net.Mail;
using FedPortal.Data;
using Microsoft.AspNetCore.Identity;

namespace FedPortal.Identity;

/// <summary>
/// <c>FedPortal account create --email X [--role Admin|Coordinator|Auditor] [--institution ID]... [--if-no-admin] [--DataDir DIR]</c>: makes an account and prints its one-time
/// password, once, on the console. The password is never logged or stored in the clear.
/// </summary>
internal static class AccountCommand
{
    private const string Usage = "usage: FedPortal account create --email ADDRESS [--role Admin|Coordinator|Auditor] [--institution ID]... [--if-no-admin] [--DataDir DIR]; a coordinator has at least one institution, the others have none";

    public static bool IsMeant(string[] args) => args is ["account", ..];

    /// <returns>The exit status: 0 done, 1 refused, 2 wrong arguments.</returns>
    public static async Task<int> RunAsync(IServiceProvider services, string[] args, TextWriter output, TextWriter errors)
    {
        if (!TryParse(args, out string email, out string role, out IReadOnlyList<Guid> institutions, out bool onlyWithoutAdmin))
        {
            await errors.WriteLineAsync(Usage);
            return 2;
        }

        using DatabaseStartup database = ActivatorUtilities.CreateInstance<DatabaseStartup>(services);
        await OpenAsync(database);
        await using AsyncServiceScope scope = services.CreateAsyncScope();
        await RoleSeeding.SeedAsync(scope.ServiceProvider.GetRequiredService<RoleManager<IdentityRole<Guid>>>());
        AccountCreation accounts = scope.ServiceProvider.GetRequiredService<AccountCreation>();
        if (onlyWithoutAdmin && await accounts.AnyAdminAsync())
        {
            return 0;
        }

        (string? password, IReadOnlyList<string> reasons) = await accounts.CreateAsync(email, role, institutions);
        if (password is null)
        {
            await errors.WriteLineAsync($"The account {email} was not made: {string.Join(' ', reasons)}");
            return 1;
        }

        await AnnounceAsync(output, email, role, password);
        return 0;
    }

    internal static Task AnnounceAsync(TextWriter output, string email, string role, string password) => output.WriteLineAsync($"""
        Account: {email} ({role})
        One-time password: {password}
        It is shown only here and must be replaced at the first sign-in.
        """);

    /// <summary>Brings the database up to date, unless a running portal holds it, which has done so.</summary>
    private static async Task OpenAsync(DatabaseStartup database)
    {
        try
        {
            await database.StartAsync(CancellationToken.None);
        }
        catch (InvalidOperationException inUse) when (inUse.InnerException is IOException)
        {
            // Nothing to do: the database is ready and takes one more writer.
        }
    }

    private static bool TryParse(string[] args, out string email, out string role, out IReadOnlyList<Guid> institutions, out bool onlyWithoutAdmin)
    {
        List<Guid> named = [];
        (email, role, institutions, onlyWithoutAdmin) = ("", Roles.Admin, named, false);
        if (args is not ["account", "create", ..])
        {
            return false;
        }

        for (int i = 2; i < args.Length; i++)
        {
            string? value = i + 1 < args.Length ? args[i + 1] : null;
            switch (args[i])
            {
                case "--if-no-admin":
                    onlyWithoutAdmin = true;
                    break;
                case "--email" when MailAddress.TryCreate(value, out _):
                    email = args[++i];
                    break;
                case "--role" when Roles.All.Contains(value ?? "", StringComparer.Ordinal):
                    role = args[++i];
                    break;
                case "--institution" when Guid.TryParse(value, out Guid id):
                    named.Add(id);
                    i++;
                    break;
                case "--DataDir" when value is not null:
                    i++;
                    break;
                default:
                    return false;
            }
        }

        return email.Length > 0 && Roles.Problem([role], named) is null;
    }
}
