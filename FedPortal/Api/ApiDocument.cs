using FedPortal.Components;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace FedPortal.Api;

/// <summary>The OpenAPI 3.1 document of the people's API: made from its endpoints, so that it cannot tell of others.</summary>
internal static class ApiDocument
{
    public const string Name = "v1";
    private const string Problem = "ProblemDetails";
    private const string Cookie = "cookie";
    private const string Bearer = "bearer";
    private const string InferenceKey = "inferenceKey";

    // Every problem carries them, so that it can be found in the log.
    private static readonly string[] ForTheLog = ["traceId", "requestId"];

    private const string Introduction =
        "What the pages show and do, for programs of people. Send an access token in the header `Authorization: Bearer fedp_…`; make one on the page /account/tokens. "
        + "A token acts with the rights that its person has at that moment. Lists are arrays in pages: `limit` entries (100 by default), and the header `Link` with rel=\"next\" leads on. "
        + "Reads of one thing carry an `ETag`; operations that move it respect `If-Match`. Operations that make something respect an `Idempotency-Key`. Refusals are application/problem+json.";

    public static void AddApiDocument(this IServiceCollection services)
    {
        services.AddOpenApi(Name, options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            options.ShouldInclude = description => $"/{description.RelativePath}".StartsWith($"{UserEndpoints.Root}/", StringComparison.Ordinal);
            options.AddDocumentTransformer(DescribeAsync);
            options.AddOperationTransformer(CompleteAsync);
        });
        services.AddSingleton<ApiDocumentText>();
        services.AddSingleton<ApiCatalogue>();
    }

    public static void MapApiDocument(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet(Urls.ApiDocument, async (ApiDocumentText document, CancellationToken ct) => TypedResults.Text(await document.JsonAsync(ct), "application/json"))
            .RequireAuthorization().ExcludeFromDescription();

    private static async Task DescribeAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo { Title = "FedPortal", Version = Name, Description = Introduction };
        document.Servers = [new OpenApiServer { Url = "/" }];
        document.AddComponent<IOpenApiSecurityScheme>(Bearer, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "A personal access token: fedp_ and 43 letters. Operations that change something need one that may read and write.",
        });
        document.AddComponent<IOpenApiSecurityScheme>(Cookie, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.ApiKey,
            In = ParameterLocation.Cookie,
            Name = "fedportal",
            Description = "The session of a signed-in browser. Whatever changes something also needs the header RequestVerificationToken of the page.",
        });
        document.AddComponent<IOpenApiSecurityScheme>(InferenceKey, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.ApiKey,
            In = ParameterLocation.Header,
            Name = InferenceKeys.Header,
            Description = "A key for one study's released model, with quotas.",
        });
        OpenApiSchema problem = await context.GetOrCreateSchemaAsync(typeof(ProblemDetails), null, cancellationToken);
        problem.Properties ??= new Dictionary<string, IOpenApiSchema>();
        foreach (string name in ForTheLog)
        {
            problem.Properties[name] = new OpenApiSchema { Type = JsonSchemaType.String };
        }

        document.AddComponent<IOpenApiSchema>(Problem, problem);
        document.Components!.Schemas![Problem] = problem; // also where an operation brought its own
    }

    private static async Task CompleteAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        IList<object> metadata = context.Description.ActionDescriptor.EndpointMetadata;
        ApiTraits traits = metadata.OfType<ApiTraits>().LastOrDefault() ?? new ApiTraits();
        bool isOpen = metadata.OfType<IAllowAnonymous>().Any();
        bool isRead = HttpMethods.IsGet(context.Description.HttpMethod!);
        OpenApiDocument document = context.Document!;
        bool hasKey = HasInferenceKey(metadata);
        string[] schemes = isOpen ? [] : hasKey ? [InferenceKey] : traits.NeedsPerson is null ? [Bearer, Cookie] : [Cookie];
        operation.Security = [.. schemes.Select(scheme => new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(scheme, document)] = [] })];
        operation.Description = hasKey ? "For programs with an inference key of the study; access tokens and cookies do not count." : await RightsAsync(metadata, traits, isOpen, context);
        if (traits.MakesSomething)
        {
            AddHeader(operation, ApiIdempotency.Header, "Chosen by the caller: a repetition with the same key and content gives the first answer again, for a day, and makes nothing more.");
        }

        if (traits.IsGuarded)
        {
            AddHeader(operation, "If-Match", "The ETag of what you read: where it changed since, nothing is done.");
        }

        if (traits.TakesBytes)
        {
            operation.RequestBody = new OpenApiRequestBody { Required = true, Content = new Dictionary<string, OpenApiMediaType> { ["application/octet-stream"] = new() } };
        }

        bool hasTarget = context.Description.ParameterDescriptions.Any(parameter => parameter.Source.Id == "Path");
        AddProblem(operation, document, StatusCodes.Status400BadRequest, "The request cannot be read, or carries a secret in its address.", !isOpen);
        AddProblem(operation, document, StatusCodes.Status401Unauthorized, "Nobody is signed in, or the token is unknown, revoked or expired.", !isOpen);
        AddProblem(operation, document, StatusCodes.Status403Forbidden, "Your roles, your institution or your token do not allow it.", !isOpen);
        AddProblem(operation, document, StatusCodes.Status404NotFound, "There is no such thing, or it is not for your eyes.", hasTarget);
        AddProblem(operation, document, StatusCodes.Status409Conflict, "Its state does not allow it, or somebody else was faster.", !isRead && !traits.ChangesNothing);
        AddProblem(operation, document, StatusCodes.Status412PreconditionFailed, "It changed since you read it.", traits.IsGuarded);
        AddProblem(operation, document, StatusCodes.Status422UnprocessableEntity, "A value does not fit; the detail says which.", !isRead || context.Description.ParameterDescriptions.Any(parameter => parameter.Name == "limit"));
        AddProblem(operation, document, StatusCodes.Status429TooManyRequests, "Too many requests; the header Retry-After says when to go on.", true);
    }

    private static bool HasInferenceKey(IList<object> metadata) => metadata.OfType<AuthorizationPolicy>().Any(policy => policy.AuthenticationSchemes.Contains(InferenceKeys.Scheme));

    private static async Task<string> RightsAsync(IList<object> metadata, ApiTraits traits, bool isOpen, OpenApiOperationTransformerContext context)
    {
        string[] roles = await ApiRoles.NeededAsync(context.ApplicationServices, metadata.OfType<IAuthorizeData>());
        string who = isOpen ? "For everybody, without signing in." : roles.Length == 0 ? "For everybody who is signed in; coordinators see what is their own." : $"For the role {string.Join(" or ", roles)}.";
        return traits.NeedsPerson is { } why ? $"{who} No access token can do this: {why}"
            : traits.ChangesNothing ? $"{who} It changes nothing: a token that may only read will do." : who;
    }

    private static void AddHeader(OpenApiOperation operation, string name, string description) => (operation.Parameters ??= []).Add(new OpenApiParameter
    {
        Name = name,
        In = ParameterLocation.Header,
        Description = description,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
    });

    private static void AddProblem(OpenApiOperation operation, OpenApiDocument document, int status, string description, bool applies)
    {
        OpenApiResponses responses = operation.Responses ??= [];
        if (applies && !responses.TryGetValue($"{status}", out _))
        {
            responses[$"{status}"] = new OpenApiResponse
            {
                Description = description,
                Content = new Dictionary<string, OpenApiMediaType> { ["application/problem+json"] = new() { Schema = new OpenApiSchemaReference(Problem, document) } },
            };
        }
    }
}
