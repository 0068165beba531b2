using FedPortal.Data;
using FedPortal.Tests.Support;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.Options;

namespace FedPortal.Tests.EndToEnd;

/// <summary>
/// Real things for the addresses of the access matrix, so that "missing" means hidden and not unknown. All belong to the sample's first institution.
/// For a new kind of address add one line: the name of the parameter, or the segment before it, and an id of the sample.
/// </summary>
internal sealed class AccessExamples
{
    private readonly Dictionary<string, string> _valueAfter;
    private readonly Dictionary<string, string> _valueOf;
    private readonly Dictionary<string, string> _query;

    private AccessExamples(SampleConsortium sample, Guid person)
    {
        _valueAfter = new(StringComparer.Ordinal)
        {
            ["studies"] = $"{sample.StudyId}",
            ["rounds"] = $"{sample.CompletedRoundId}",
            ["models"] = $"{sample.StudyId}",
            ["institutions"] = $"{sample.InstitutionId}",
            ["comparison"] = $"{sample.ComparisonId}",
            ["comparisons"] = $"{sample.ComparisonId}",
            ["datasets"] = $"{sample.DatasetId}",
            ["images"] = $"{sample.DatasetId}",
            ["applications"] = $"{sample.Sites.ApplicationId}",
            ["people"] = $"{person}",
            ["drafts"] = $"{sample.Studies.DraftId}",
            ["alerts"] = $"{sample.AlertId}",
            ["Round"] = $"{sample.RunningRoundId}",
            ["risk"] = $"{sample.StudyId}",
            ["ledgers"] = $"{sample.StudyId}",
            ["robustness"] = $"{sample.RobustnessPicture.Run}",
            [$"{sample.StudyId}"] = $"{sample.InstitutionId}",
        };
        _valueOf = new(StringComparer.OrdinalIgnoreCase)
        {
            ["study"] = $"{sample.StudyId}",
            ["institution"] = $"{sample.InstitutionId}",
            ["dataset"] = $"{sample.DatasetId}",
            ["format"] = "json",
            ["kind"] = "Round",
            ["law"] = "hipaa",
            ["hash"] = sample.RobustnessPicture.Picture,
        };
        _query = new(StringComparer.Ordinal)
        {
            ["/api/v1/uploads"] = $"?institution={sample.InstitutionId}&name=",
        };
    }

    public static async Task<AccessExamples> OfAsync(PortalHost host, SampleConsortium sample)
    {
        await host.AddUserAsync(FedPortal.Identity.Roles.Auditor);

        // The file of the sample's first model, so that it can be downloaded.
        string blobs = Path.Combine(host.Services.GetRequiredService<IOptions<PortalOptions>>().Value.Root, "blobs", "11");
        Directory.CreateDirectory(blobs);
        await File.WriteAllBytesAsync(Path.Combine(blobs, new string('1', 64)), [0]);
        IReadOnlyList<PersonRow> people = await host.Services.GetRequiredService<PeopleStore>().ListAsync(Viewer.Everything, CancellationToken.None);
        return new AccessExamples(sample, people[0].Id);
    }

    public string PathOf(RoutePattern pattern)
    {
        List<string> segments = [];
        foreach (RoutePatternPathSegment segment in pattern.PathSegments)
        {
            segments.Add(string.Concat(segment.Parts.Select(part => part switch
            {
                RoutePatternLiteralPart literal => literal.Content,
                RoutePatternSeparatorPart separator => separator.Content,
                RoutePatternParameterPart parameter => ValueOf(parameter, segments),
                _ => "",
            })));
        }

        string path = "/" + string.Join('/', segments);
        return path + _query.GetValueOrDefault(path);
    }

    private string ValueOf(RoutePatternParameterPart parameter, List<string> before)
    {
        if (_valueOf.TryGetValue(parameter.Name, out string? named))
        {
            return named;
        }

        bool isGuid = parameter.ParameterPolicies.Any(policy => policy.Content == "guid");
        return isGuid && before.Count > 0 && _valueAfter.TryGetValue(before[^1], out string? known) ? known : isGuid ? Guid.Empty.ToString() : parameter.Name == "format" ? "json" : "1";
    }
}
