using System.Globalization;
using FedPortal.Studies;
using FedPortal.Training.Imaging;
using Microsoft.AspNetCore.WebUtilities;

namespace FedPortal.Components;

/// <summary>Builds every address of the portal.</summary>
internal static class Urls
{
    /// <summary>What every address of the people's API begins with.</summary>
    public const string Api = "/api/v1";

    public const string Overview = "/";
    public const string Studies = "/studies";
    public const string Rounds = "/rounds";
    public const string Models = "/models";
    public const string Comparison = "/comparison";
    public const string Institutions = "/institutions";
    public const string AdmitInstitution = "/institutions/new";
    public const string Apply = "/apply";
    public const string Datasets = "/datasets";
    public const string BringDataset = "/datasets/new";
    public const string Account = "/account";
    public const string CodeApp = "/account/code-app";
    public const string AccessTokens = "/account/tokens";
    public const string ApiPage = "/docs/api";
    public const string ApiDocument = Api + "/openapi.json";
    public const string SignInCode = "/account/sign-in/code";
    public const string AcceptInvitation = "/account/invitation";
    public const string Confirm = "/account/confirm";
    public const string PasskeyCreation = "/account/passkeys/creation-options";
    public const string PasskeyRequest = "/account/passkeys/request-options";
    public const string Consultation = "/consultation";
    public const string Organisation = "/account/organisation";
    public const string OrganisationBack = "/account/organisation/back";
    public const string Planning = "/planning";
    public const string ReturnOnInvestment = "/planning/return";
    public const string ConsultationRequests = "/planning/requests";
    public const string Transparency = "/transparency";
    public const string People = "/people";
    public const string InvitePerson = "/people/invite";
    public const string Audit = "/audit";
    public const string AuditExport = Api + "/audit/export";
    public const string AuditKey = Api + "/audit/key";
    public const string Privacy = "/privacy";
    public const string WhatIf = "/privacy/what-if";
    public const string RiskIndex = "/privacy/risk";
    public const string Hipaa = "/audit/hipaa";
    public const string Gdpr = "/audit/gdpr";
    public const string Operation = "/operation";
    public const string Jobs = "/operation/jobs";
    public const string Alerts = "/operation/alerts";
    public const string AlertSettings = "/operation/alerts/settings";
    public const string Health = "/operation/health";
    public const string Retention = "/operation/retention";
    public const string SignIn = "/account/sign-in";
    public const string SignOut = "/account/sign-out";
    public const string ChangePassword = "/account/password";
    public const string AccessDenied = "/account/denied";
    public const string NotFound = "/not-found";
    public const string Error = "/error";
    public const string ThumbnailPattern = "/images/{dataset:guid}/{number:int}";
    public const string PreviewPattern = "/images/{dataset:guid}/{number:int}/preview";
    public const string UploadPattern = Api + "/uploads";
    public const string UploadSessions = Api + "/uploads/sessions";
    public const string ImagePattern = "/images/{dataset:guid}/{number:int}/view";
    public const string RobustnessPicturePattern = "/models/{study:guid}/{version:int}/robustness/{run:guid}/{hash}";
    public const string ReturnUrlParameter = "returnUrl";

    public static string Study(Guid id) => $"/studies/{id}";

    /// <summary>A study that is being written, at one of its pages.</summary>
    public static string StudyDraft(Guid id, StudyStep? step = null) => With($"/studies/drafts/{id}", (nameof(step), step is null or StudyStep.Question ? null : step));

    public static string ComparisonOf(Guid id) => $"{Comparison}/{id}";

    /// <param name="form">"json", "csv" or "md".</param>
    public static string ComparisonFile(Guid id, string form) => $"{Api}/comparisons/{id}/report.{form}";

    public static string Round(Guid id) => $"/rounds/{id}";

    public static string Model(Guid study, int version) => string.Create(CultureInfo.InvariantCulture, $"/models/{study}/{version}");

    public const string Inference = "/models/inference";
    public const string InferenceKeyList = "/models/inference/keys";

    /// <summary>Where a released model can be asked about a picture.</summary>
    public static string TryModel(Guid study, int version) => Model(study, version) + "/try";

    /// <summary>What a released model is asked, against what it was measured on.</summary>
    public static string ModelDrift(Guid study, int version) => Model(study, version) + "/drift";

    public static string Robustness(Guid study, int version) => Model(study, version) + "/robustness";

    /// <param name="hash">Of one of its pictures.</param>
    public static string RobustnessPicture(Guid study, int version, Guid run, string hash) => $"{Robustness(study, version)}/{run}/{hash}";

    public static string ModelFile(Guid study, int version) => string.Create(CultureInfo.InvariantCulture, $"{Api}/models/{study}/{version}/file");

    public static string ModelOnnx(Guid study, int version) => ModelFile(study, version) + ".onnx";

    /// <param name="form">"md" or "json".</param>
    public static string ModelCard(Guid study, int version, string form) => string.Create(CultureInfo.InvariantCulture, $"{Api}/models/{study}/{version}/card.{form}");

    public static string Institution(Guid id) => $"/institutions/{id}";

    public static string Application(Guid id) => $"/institutions/applications/{id}";

    public static string WithdrawInstitution(Guid id) => $"/institutions/{id}/withdraw";

    public static string WithdrawalRecord(Guid id) => $"{Api}/institutions/{id}/withdrawal";

    /// <summary>The page that asks once more who somebody is, and leads back.</summary>
    public static string ConfirmFor(string returnUrl, string? problem = null) => With(Confirm, (ReturnUrlParameter, returnUrl), (nameof(problem), problem));

    /// <summary>The invitation of a coordinator of this institution.</summary>
    public static string InviteFor(Guid institution) => With(InvitePerson, (nameof(institution), institution));

    public static string Dataset(Guid id) => $"/datasets/{id}";

    /// <summary>The sign-in page with a word about what went wrong elsewhere.</summary>
    public static string SignInProblem(string what) => With(SignIn, ("problem", what));

    /// <summary>The own account page with a word about what was done.</summary>
    public static string AccountDone(string what) => With(Account, ("done", what));

    public static string Person(Guid id) => $"/people/{id}";

    public static string StudyPrivacy(Guid id) => $"/privacy/studies/{id}";

    public static string InstitutionPrivacy(Guid id) => $"/privacy/institutions/{id}";

    public static string Risk(Guid study) => $"/privacy/risk/{study}";

    public static string Replay(Guid round) => $"/audit/rounds/{round}";

    public static string RoundPapers(Guid round) => $"{Api}/audit/rounds/{round}/papers";

    public static string Ledger(Guid study, Guid institution) => $"/privacy/ledgers/{study}/{institution}";

    /// <param name="subject">"studies" or "institutions".</param>
    /// <param name="format">"html" to print, "pdf" or "json".</param>
    public static string PrivacyReport(string subject, Guid id, string format) => $"{Api}/privacy/{subject}/{id}/report.{format}";

    /// <param name="format">"csv", "json" or "jsonl".</param>
    public static string LedgerFile(Guid study, Guid institution, string format) => $"{Api}/privacy/ledgers/{study}/{institution}/ledger.{format}";

    public static string DatasetImages(Guid id) => $"/datasets/{id}/images";

    /// <summary>One image as a PNG.</summary>
    /// <param name="side">Longest side in pixels.</param>
    /// <param name="low">What is black, in per cent of the full range.</param>
    /// <param name="high">What is white.</param>
    public static string Image(Guid dataset, int number, int side, int low = 0, int high = 100) =>
        With($"/images/{dataset}/{number}/view", (nameof(side), side), (nameof(low), low), (nameof(high), high));

    public static string Thumbnail(Guid dataset, int number) => $"/images/{dataset}/{number}";

    /// <summary>One stored image; with a pipeline, as that makes it.</summary>
    public static string Preview(Guid dataset, int number, PreprocessingPipeline? pipeline = null) => With(
        $"/images/{dataset}/{number}/preview",
        ("size", pipeline?.Size), ("median", pipeline?.MedianRadius), ("tiles", pipeline?.EqualizationTiles), ("clip", pipeline?.EqualizationClipLimit),
        ("low", pipeline?.LowPercentile), ("high", pipeline?.HighPercentile), ("fit", pipeline?.Fit));

    /// <summary>The sign-in page that leads back to a page of ours; an address elsewhere is dropped.</summary>
    public static string SignInFor(string? returnUrl) =>
        IsLocal(returnUrl) && returnUrl != Overview ? QueryHelpers.AddQueryString(SignIn, ReturnUrlParameter, returnUrl!) : SignIn;

    /// <summary>A path of this portal: one slash, then neither slash nor backslash, which browsers read as another host.</summary>
    public static bool IsLocal(string? url) =>
        url is ['/', ..] && !(url.Length > 1 && url[1] is '/' or '\\') && !url.Any(char.IsControl);

    /// <summary>This address where it is a path of ours, else the other one.</summary>
    public static string LocalOr(string? url, string otherwise = Overview) => IsLocal(url) ? url! : otherwise;

    /// <summary>Where somebody goes who has just proven who they are: on to a new password first where one is due.</summary>
    public static string AfterSignIn(string? returnUrl, bool mustChangePassword) =>
        mustChangePassword ? With(ChangePassword, (ReturnUrlParameter, returnUrl)) : LocalOr(returnUrl);

    /// <summary>Where programs with a key ask a study's released model.</summary>
    public static string AskModel(Guid study) => $"{Api}/inference/{study}";

    /// <summary>The page with these query parameters; null and empty values are left out.</summary>
    public static string With(string page, params (string Name, object? Value)[] query) => QueryHelpers.AddQueryString(page, query
        .Select(pair => KeyValuePair.Create(pair.Name, Convert.ToString(pair.Value, CultureInfo.InvariantCulture)))
        .Where(pair => !string.IsNullOrEmpty(pair.Value))!);
}
