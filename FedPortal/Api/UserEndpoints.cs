using FedPortal.Components;

namespace FedPortal.Api;

/// <summary>The API for programs of people: the same stores and desks, and so the same numbers and the same rules, as behind the pages.</summary>
internal static class UserEndpoints
{
    public const string Root = Urls.Api;

    public static void MapUserApi(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapOwnAccountApi();
        endpoints.MapApplicationApi();
        endpoints.MapInstitutionApi();
        endpoints.MapPeopleApi();
        endpoints.MapDatasetApi();
        endpoints.MapDraftApi();
        endpoints.MapStudyApi();
        endpoints.MapRoundApi();
        endpoints.MapAttackApi();
        endpoints.MapRobustnessApi();
        endpoints.MapInferenceCareApi();
        endpoints.MapLedgerApi();
        endpoints.MapRiskApi();
        endpoints.MapPlanningApi();
        endpoints.MapPublicApi();
        endpoints.MapJobApi();
        endpoints.MapAlertApi();
        endpoints.MapOperationApi();
        endpoints.MapSetUpApi();
    }
}
