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
        string? returnUrl, HttpContext context, OrganisationFlow flow, IOptions<OrganisationOptions> options, ILogger<OrganisationFlow> logger)
    {
        if (!options.Value.IsConfigured)
        {
            return TypedResults.NotFound();
        }

        try
        {
            return TypedResults.Redirect(await flow.BeginAsync(context, returnUrl));
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
            (OrganisationIdentity? identity, string returnUrl, string? problem) = await flow.EndAsync(context, code, state);
            if (identity is null)
            {
                logger.LogWarning("A sign-in through the organisation was refused: {Reason}", problem);
                return TypedResults.Redirect(Urls.SignInProblem("organisation"));
            }

            return TypedResults.Redirect(await people.SignInAsync(identity, context.RequestAborted) switch
            {
                { Succeeded: true } => returnUrl,
                { RequiresTwoFactor: true } => Urls.With(Urls.SignInCode, (Urls.ReturnUrlParameter, returnUrl)),
                _ => Urls.SignInProblem("uninvited"),
            });
        }
        catch (Exception failure) when (failure is HttpRequestException or InvalidDataException or TaskCanceledException)
        {
            logger.LogWarning("The organisation's provider cannot be used: {Reason}", failure.Message);
            return TypedResults.Redirect(Urls.SignInProblem("provider"));
        }
    }
}
