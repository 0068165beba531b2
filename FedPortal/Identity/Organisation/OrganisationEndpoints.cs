using FedPortal.Components;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace FedPortal.Identity.Organisation;

/// <summary>
/// Signing in through the organisation. It opens accounts that were invited, and no others: an identity that is linked already, one whose verified
/// address has an open invitation (which it accepts), or one whose verified address has an account.
/// </summary>
internal static class OrganisationEndpoints
{
    public static void AddOrganisationSignIn(this IServiceCollection services)
    {
        services.AddOptions<OrganisationOptions>().BindConfiguration(OrganisationOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<OrganisationOptions>, OrganisationOptionsCheck>();
        services.AddHttpClient(OrganisationDirectory.Client, client => client.Timeout = TimeSpan.FromSeconds(15));
        services.AddSingleton<OrganisationDirectory>();
        services.AddSingleton<OrganisationFlow>();
        services.AddScoped<OrganisationAccounts>();
    }

    public static void MapOrganisationSignIn(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(Urls.Organisation, BeginAsync).AllowAnonymous();
        endpoints.MapGet(Urls.OrganisationBack, EndAsync).AllowAnonymous();
    }

    private static async Task<Results<RedirectHttpResult, NotFound>> BeginAsync(
        string? returnUrl, bool? confirm, HttpContext context, OrganisationFlow flow, IOptions<OrganisationOptions> options, ILogger<OrganisationFlow> logger)
    {
        if (!options.Value.IsConfigured)
        {
            return TypedResults.NotFound();
        }

        try
        {
            return TypedResults.Redirect(await flow.BeginAsync(context, returnUrl, confirm is true ? PortalClaims.SessionOf(context.User) : null));
        }
        catch (Exception failure) when (failure is HttpRequestException or InvalidDataException or TaskCanceledException)
        {
            logger.LogWarning("The organisation's provider cannot be used: {Reason}", failure.Message);
            return TypedResults.Redirect(Urls.SignInProblem("provider"));
        }
    }

    private static async Task<Results<RedirectHttpResult, NotFound>> EndAsync(
        string? code, string? state, HttpContext context, OrganisationFlow flow, OrganisationAccounts people, IOptions<OrganisationOptions> options, ILogger<OrganisationFlow> logger)
    {
        if (!options.Value.IsConfigured)
        {
            return TypedResults.NotFound();
        }

        try
        {
            OrganisationAnswer answer = await flow.EndAsync(context, code, state);
            if (answer.Problem is { } problem)
            {
                logger.LogWarning("A sign-in through the organisation was refused: {Reason}", problem);
            }

            return TypedResults.Redirect(answer switch
            {
                { Confirming: { } session } => answer.Identity is { } same && await people.ConfirmAsync(same, session, context.RequestAborted)
                    ? answer.ReturnUrl : Urls.ConfirmFor(answer.ReturnUrl, "organisation"),
                { Identity: { } identity } => await people.SignInAsync(identity, context.RequestAborted) switch
                {
                    { Succeeded: true } => answer.ReturnUrl,
                    { RequiresTwoFactor: true } => Urls.With(Urls.SignInCode, (Urls.ReturnUrlParameter, answer.ReturnUrl)),
                    _ => Urls.SignInProblem("uninvited"),
                },
                _ => Urls.SignInProblem("organisation"),
            });
        }
        catch (Exception failure) when (failure is HttpRequestException or InvalidDataException or TaskCanceledException)
        {
            logger.LogWarning("The organisation's provider cannot be used: {Reason}", failure.Message);
            return TypedResults.Redirect(Urls.SignInProblem("provider"));
        }
    }
}
