using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using FedPortal.Data;
using FedPortal.Jobs;
using FedPortal.Training.Protocol;
using FedPortal.Training.Signing;

namespace FedPortal.Enrolment;

/// <summary>
/// Lets an institution leave. The record is a JSON document with three fields: <c>record</c>; <c>key</c>, the portal's public signing key as base64 of
/// its SubjectPublicKeyInfo, the same that signs the audit log; <c>signature</c>, ECDSA P-256 over SHA-256, r ‖ s, base64, of the UTF-8 bytes of <c>record</c>
/// written without white space, with its fields in the order they have in the document and only quotation marks, backslashes and control characters escaped.
/// </summary>
internal sealed class WithdrawalDesk(WithdrawalStore withdrawals, PortalIdentity portal, SitePlaces places, TimeProvider clock)
{
    private static readonly JsonSerializerOptions Compact = new(ProtocolJson.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions Indented = new(Compact) { WriteIndented = true };

    /// <summary>What follows from a withdrawal, in words for the person who decides.</summary>
    public static IReadOnlyList<string> Consequences(WithdrawalContent content) =>
    [
        "The institution gets no more work; its certificates are revoked at once and no new study may name it.",
        content.RunningStudies.Count == 0
            ? "No study that is running names it."
            : $"Running studies go on without it if their quorum allows, or fail with the reason: {string.Join(", ", content.RunningStudies)}.",
        content.Studies.Count == 0
            ? "No model contains an update of it."
            : $"{content.Studies.Sum(study => study.Models.Count)} models contain its updates. An update cannot be taken out of a finished model again: the consortium decides whether to retire these models or to train anew without the institution.",
        content.IsHosted
            ? "Its images and everything prepared from them are deleted from the portal's machine now; backups are the operator's to clear."
            : "Its images never left its own site and stay there.",
        "Rounds, ledgers and the audit log stay: they are the evidence of what was done.",
    ];

    /// <returns>The signed record.</returns>
    public async Task<string> WithdrawAsync(Guid institutionId, string reason, string actor, CancellationToken cancellationToken)
    {
        WithdrawalContent content = await withdrawals.ContentAsync(Viewer.Everything, institutionId, cancellationToken)
            ?? throw new EnrolmentRefusal("This institution is not on record.");
        string document = Signed(content, reason, actor);
        string told = $"{content.ShortCode} withdrew: {reason} {content.Studies.Sum(study => study.Models.Count)} models contain its updates. Record {ContentHash.OfText(document)[..16]}….";
        await withdrawals.WithdrawAsync(institutionId, document, told, actor, cancellationToken);
        if (content.IsHosted)
        {
            DeleteImages(content.ShortCode);
        }

        return document;
    }

    /// <summary>Whether a record is whole and signed by the key it names; whether that is the portal's is for the reader to compare.</summary>
    public static bool IsGenuine(string document)
    {
        JsonObject parsed = JsonNode.Parse(document)!.AsObject();
        using ECDsa? key = SignedText.PublicKey((string)parsed["key"]!);
        return key is not null && SignedText.IsSignedBy(parsed["record"]!.ToJsonString(Compact), (string)parsed["signature"]!, key);
    }

    private string Signed(WithdrawalContent content, string reason, string actor)
    {
        JsonObject record = new()
        {
            ["format"] = "fedportal-withdrawal-1",
            ["withdrawnAt"] = clock.GetUtcNow().ToString("O"),
            ["by"] = actor,
            ["reason"] = reason,
            ["institution"] = new JsonObject { ["id"] = content.InstitutionId, ["name"] = content.Name, ["shortCode"] = content.ShortCode },
            ["studies"] = JsonSerializer.SerializeToNode(content.Studies, Compact),
            ["consequences"] = JsonSerializer.SerializeToNode(Consequences(content), Compact),
        };
        return new JsonObject
        {
            ["record"] = record,
            ["key"] = SignedText.PublicKeyText(portal.Keys.Signing),
            ["signature"] = SignedText.Sign(record.ToJsonString(Compact), portal.Keys.Signing),
        }.ToJsonString(Indented);
    }

    private void DeleteImages(string shortCode)
    {
        var home = new SiteHome(places.HomeOf(shortCode));
        foreach (string folder in new[] { home.Images, home.Prepared }.Where(Directory.Exists))
        {
            Directory.Delete(folder, recursive: true);
        }

        File.Delete(home.PatientKey);
    }
}
