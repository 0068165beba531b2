using System.Security.Claims;
using FedPortal.Data;
using FedPortal.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Api;

/// <summary>How operations of the people's API are mapped: below one root, by one tag, with refusals answered as problems.</summary>
internal static class ApiGroups
{
    private const int LongestRequest = 1 << 20;
    private const string Meanwhile = "Somebody else changed it at the same moment; nothing was done. Read it again, then decide anew.";

    /// <param name="tag">The heading in the document.</param>
    /// <param name="policy">Who may; null for everybody who is signed in.</param>
    public static RouteGroupBuilder MapApi(this IEndpointRouteBuilder endpoints, string tag, string? policy = null) => endpoints.MapGroup(UserEndpoints.Root)
        .WithTags(tag).RequireAuthorization(policy is null ? [] : [policy]).WithMetadata(new RequestSizeLimitAttribute(LongestRequest)).AddEndpointFilter(AnswerRefusalsAsync);

    /// <param name="id">Stable name of the operation: programs are generated from it.</param>
    public static T Named<T>(this T operation, string id, string summary)
        where T : IEndpointConventionBuilder => operation.WithName(id).WithSummary(summary);

    /// <summary>It makes something: a repetition with the same Idempotency-Key makes nothing more.</summary>
    public static RouteHandlerBuilder Makes(this RouteHandlerBuilder operation) => operation.WithMetadata(new ApiTraits { MakesSomething = true });

    /// <summary>It moves a state machine: If-Match is respected.</summary>
    public static RouteHandlerBuilder Moves(this RouteHandlerBuilder operation) => operation.WithMetadata(new ApiTraits { IsGuarded = true });

    /// <summary>It moves a state machine and makes something.</summary>
    public static RouteHandlerBuilder MovesAndMakes(this RouteHandlerBuilder operation) => operation.WithMetadata(new ApiTraits { IsGuarded = true, MakesSomething = true });

    /// <summary>Its body is a file as it is.</summary>
    public static RouteHandlerBuilder TakesBytes(this RouteHandlerBuilder operation) => operation.WithMetadata(new ApiTraits { TakesBytes = true });

    /// <summary>It only computes.</summary>
    public static RouteHandlerBuilder Computes(this RouteHandlerBuilder operation) => operation.WithMetadata(new ApiTraits { ChangesNothing = true });

    /// <summary>It binds somebody: no token can do it.</summary>
    public static RouteHandlerBuilder NeedsPerson(this RouteHandlerBuilder operation, string why) => operation.WithMetadata(new ApiTraits { NeedsPerson = why });

    public static Viewer Viewer(this ClaimsPrincipal user) => PortalClaims.ViewerOf(user);

    /// <summary>The name for the audit log: it tells the token of a program.</summary>
    public static string Actor(this ClaimsPrincipal user) => PortalClaims.NameOf(user);

    public static Guid UserId(this ClaimsPrincipal user) => PortalClaims.IdOf(user);

    /// <exception cref="ApiRefusal">It is null: 404.</exception>
    public static T OrMissing<T>(this T? view)
        where T : class => view ?? throw ApiRefusal.Missing();

    private static async ValueTask<object?> AnswerRefusalsAsync(EndpointFilterInvocationContext call, EndpointFilterDelegate next)
    {
        try
        {
            ApiRequests.RequireWhole(call.Arguments);
            return await next(call);
        }
        catch (ApiRefusal refusal)
        {
            return TypedResults.Problem(refusal.Message, statusCode: refusal.Status);
        }
        catch (ArgumentException unfit)
        {
            return TypedResults.Problem(RefusalWords.Of(unfit), statusCode: StatusCodes.Status422UnprocessableEntity);
        }
        catch (Exception conflict) when (conflict is InvalidOperationException or EnrolmentRefusal)
        {
            return TypedResults.Problem(conflict.Message, statusCode: StatusCodes.Status409Conflict);
        }
        catch (DbUpdateConcurrencyException)
        {
            return TypedResults.Problem(Meanwhile, statusCode: StatusCodes.Status409Conflict);
        }
    }
}
