using FedPortal.Data;
using FedPortal.Datasets;
using FedPortal.Encryption.SecureAggregation.Identity;
using FedPortal.Jobs;
using FedPortal.Training.Datasets;
using FedPortal.Training.Protocol;

namespace FedPortal.Enrolment;

/// <summary>Registers what is known of data sets that stay at hospitals' own sites.</summary>
internal sealed class SiteDatasetDesk(DatasetStore datasets, InstitutionKeyStore keys, SitePlaces places, TimeProvider clock)
{
    private const int LongestReport = 4 << 20;

    /// <summary>Takes a data set on record; the same message may come again.</summary>
    /// <exception cref="EnrolmentRefusal">The message contradicts itself or what is on record.</exception>
    public async Task RegisterAsync(EnrolledSite site, DatasetMessage message, CancellationToken cancellationToken)
    {
        ImportResult result = Checked(message);
        var dataset = new Dataset(message.Name, site.InstitutionId, DatasetPurpose.Institution, DatasetSource.Site, "at the site", hospital: null, message.Seed, clock.GetUtcNow(), message.Id);
        if (!await datasets.RegisterAsync(dataset, result, site.ShortCode, cancellationToken))
        {
            Dataset known = await datasets.GetAsync(message.Id, cancellationToken);
            if (known.InstitutionId != site.InstitutionId || known.ContentHash != message.ContentHash)
            {
                throw new EnrolmentRefusal($"A data set {message.Id} is on record already, with other content.");
            }
        }
    }

    /// <returns>Of the site's newest data sets whose terms of use have ended or end within a month: what follows.</returns>
    public async Task<IReadOnlyList<string>> NoticesAsync(EnrolledSite site, CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.GetUtcNow();
        IReadOnlyList<DatasetRow> own = await datasets.ListAsync(Viewer.Of([site.InstitutionId]), site.InstitutionId, cancellationToken);
        return [.. own.Where(row => row is { State: DatasetState.Ready, IsNewest: true }).Select(row =>
            DataUseTerms.Problem(row.Name, row.Source, row.Terms, now) is { } ended ? $"{ended} Rounds go on without it."
            : row.Terms?.EndSoon(now) is true ? $"The terms of use of the data set '{row.Name}' end on {row.Terms.ExpiresAt:yyyy-MM-dd}; rounds go on without it then." : null).OfType<string>()];
    }

    /// <returns>The key for tags of images, readable by the site that holds the confirmed keys and by nobody on the way.</returns>
    /// <exception cref="EnrolmentRefusal">The site has no confirmed keys.</exception>
    public async Task<DuplicateKeyMessage> DuplicateKeyAsync(EnrolledSite site, CancellationToken cancellationToken) =>
        await keys.FindCardAsync(site.InstitutionId, cancellationToken) is { } card
            ? new DuplicateKeyMessage(SealedSecret.Seal(InstitutionCard.Parse(card), DuplicateKeyMessage.Purpose, ConsortiumKeys.DuplicateKey(places)))
            : throw new EnrolmentRefusal("No keys of this site are on record to seal the consortium's key for.");

    private static ImportResult Checked(DatasetMessage message)
    {
        string? problem = message switch
        {
            { Name: not { Length: > 0 and <= 100 } } => "a name of 1 to 100 characters",
            { Classes: not { Count: > 0 and <= 1000 } } => "1 to 1000 classes",
            _ when message.Classes.Any(c => c.Class is not { Length: > 0 and <= 100 } || c.Train < 0 || c.Holdout < 0) => "class names of 1 to 100 characters with counts of at least 0",
            { ContentHash: not { Length: 64 } } => "a content hash of 64 digits",
            { QualityReportJson: not { Length: > 0 and <= LongestReport } } => $"a quality report of 1 to {LongestReport} characters",
            { SplitRecordJson: not { Length: > 0 and <= 4096 } } => "a split record of 1 to 4096 characters",
            { RejectedCount: < 0 } => "a count of refused files of at least 0",
            { DuplicateTags: { } tags } when tags.Length % DuplicateTags.TagBytes != 0 || tags.Length / DuplicateTags.TagBytes > message.Classes.Sum(c => (long)c.Train + c.Holdout) =>
                $"at most one tag of {DuplicateTags.TagBytes} bytes for each image",
            _ => null,
        };
        if (problem is not null)
        {
            throw new EnrolmentRefusal($"A data set needs {problem}.");
        }

        QualityReport report = ReportOf(message);
        return report.Thumbnails.Count == 0
            ? new ImportResult(
                [.. message.Classes.Select(c => new ClassCount(c.Class, c.Train, c.Holdout))], message.RejectedCount, message.IsSynthetic, report.WithoutNames().ToJson(), message.SplitRecordJson, message.ContentHash)
            {
                DuplicateTags = message.DuplicateTags ?? [],
            }
            : throw new EnrolmentRefusal($"Expected a quality report without pictures but got {report.Thumbnails.Count}. Pictures stay at the site.");
    }

    private static QualityReport ReportOf(DatasetMessage message)
    {
        try
        {
            return QualityReport.FromJson(message.QualityReportJson);
        }
        catch (Exception bad) when (bad is System.Text.Json.JsonException or InvalidDataException)
        {
            throw new EnrolmentRefusal($"The quality report cannot be read: {bad.Message}");
        }
    }
}
