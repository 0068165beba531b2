namespace FedPortal.Identity;

/// <summary>
/// A portal without an admin is of no use: with <c>--FirstAdmin ADDRESS</c> one is made at start-up, and its one-time password is written to the
/// console, once, past the log. Without the option the log says how to make one.
/// </summary>
internal sealed class FirstAdmin(IServiceScopeFactory scopes, IConfiguration configuration, ILogger<FirstAdmin> logger) : IHostedService
{
    public const string Setting = "FirstAdmin";

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        AccountCreation accounts = scope.ServiceProvider.GetRequiredService<AccountCreation>();
        if (await accounts.AnyAdminAsync())
        {
            return;
        }

        if (configuration[Setting] is not { Length: > 0 } email)
        {
            logger.LogWarning("Nobody can sign in yet. Make the first admin with: FedPortal account create --email ADDRESS");
            return;
        }

        (string? password, IReadOnlyList<string> errors) = await accounts.CreateAsync(email, Roles.Admin);
        if (password is null)
        {
            throw new InvalidOperationException($"The first admin '{email}' could not be made: {string.Join(' ', errors)}");
        }

        await AccountCommand.AnnounceAsync(Console.Out, email, Roles.Admin, password);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
