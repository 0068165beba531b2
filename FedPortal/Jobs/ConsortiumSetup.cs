using FedPortal.Data;
using FedPortal.Datasets;
using FedPortal.Institutions;
using FedPortal.Studies;
using FedPortal.Training.Datasets;
using FedPortal.Training.Datasets.Phantoms;

namespace FedPortal.Jobs;

/// <summary>The work of <see cref="ConsortiumSetupJob"/>.</summary>
internal sealed class ConsortiumSetup(
    InstitutionStore institutions, DatasetStore datasets, StudyStore studies, AuditStore audit,
    DatasetIntake intake, StudyPlanner planner, StudyControl control, DemonstrationConsortium status, SitePlaces places, TimeProvider clock)
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(0.5);

    public async Task RunAsync(ConsortiumPlan plan, string actor, CancellationToken cancellationToken)
    {
        status.Show("drawing synthetic X-rays");
        string folder = plan.Folder is { } given ? Path.GetFullPath(given) : await DrawAsync(plan.Phantoms, cancellationToken);
        status.Show("importing data sets");
        List<(Guid InstitutionId, Guid DatasetId)> roster = [];
        foreach (string hospital in await HospitalsAsync(plan, folder, cancellationToken))
        {
            Guid institution = await InstitutionAsync(hospital, actor, cancellationToken);
            roster.Add((institution, await DatasetAsync(plan, institution, folder, hospital, actor, cancellationToken)));
        }

        Guid? holdout = await HoldoutAsync(plan, folder, actor, cancellationToken);
        IReadOnlyList<DatasetDetail> ready = await ReadyAsync([.. roster.Select(entry => entry.DatasetId), .. holdout is { } id ? [id] : Array.Empty<Guid>()], cancellationToken);
        status.Show("starting the study");
        await StudyAsync(plan, roster, holdout, ready, actor, cancellationToken);
        status.Show(null);
    }

    public async Task FailAsync(string reason, string actor, CancellationToken cancellationToken)
    {
        status.Fail(reason);
        await audit.TellAsync(actor, "consortium", null, $"The consortium could not be set up: {reason}", cancellationToken);
    }

    private async Task<string> DrawAsync(PhantomConsortiumOptions options, CancellationToken cancellationToken)
    {
        string folder = Path.Combine(places.Uploads, $"phantoms-{options.InstitutionCount}x{options.ImageCount}-{options.HoldoutCount}-{options.Size}-{options.Seed}");
        if (!File.Exists(Path.Combine(folder, "manifest.csv")))
        {
            await new PhantomConsortium(options).WriteAsync(folder, progress: null, cancellationToken);
        }

        return folder;
    }

    // The phantoms' hold-out calls itself a hospital in its manifest; it is the consortium's.
    private static async Task<IReadOnlyList<string>> HospitalsAsync(ConsortiumPlan plan, string folder, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> hospitals = await DatasetImport.HospitalsAsync(folder, cancellationToken);
        string[] found = [.. hospitals.Where(hospital => plan.Folder is not null || hospital != HoldoutName)];
        return found.Length > 0 ? found : throw new InvalidDataException(
            $"No hospital was found in '{folder}': expected one folder for each hospital, or a manifest.csv with a column 'hospital'.");
    }

    private const string HoldoutName = "holdout";

    private async Task<Guid> InstitutionAsync(string hospital, string actor, CancellationToken cancellationToken)
    {
        string code = CodeOf(hospital);
        InstitutionRow? known = (await institutions.ListAsync(Viewer.Everything, cancellationToken)).FirstOrDefault(i => i.ShortCode == code);
        return known?.Id ?? await institutions.AdmitAsync(NameOf(hospital), code, isHosted: true, actor, cancellationToken)
            ?? throw new InvalidOperationException($"The short code {code} was taken meanwhile.");
    }

    private async Task<Guid> DatasetAsync(ConsortiumPlan plan, Guid institution, string folder, string hospital, string actor, CancellationToken cancellationToken)
    {
        string name = $"{NameOf(hospital)}, {(plan.Folder is null ? "synthetic" : Path.GetFileName(folder))}";
        return await KnownAsync(name, institution, cancellationToken) ?? (plan.Folder is null
            ? await intake.FromPhantomsAsync(name, institution, folder, hospital, plan.Phantoms.Seed, actor, cancellationToken)
            : await intake.FromFolderAsync(name, institution, folder, hospital, plan.Design.Seed, actor, cancellationToken));
    }

    // A folder of real images has no hold-out beside its hospitals'; phantoms do.
    private async Task<Guid?> HoldoutAsync(ConsortiumPlan plan, string folder, string actor, CancellationToken cancellationToken)
    {
        if (plan.Folder is not null || plan.Phantoms.HoldoutCount == 0)
        {
            return null;
        }

        const string Name = "Consortium hold-out, synthetic";
        return await KnownAsync(Name, null, cancellationToken)
            ?? await intake.FromPhantomsAsync(Name, institutionId: null, folder, HoldoutName, plan.Phantoms.Seed, actor, cancellationToken);
    }

    private async Task<Guid?> KnownAsync(string name, Guid? institution, CancellationToken cancellationToken) =>
        (await datasets.ListAsync(Viewer.Everything, null, cancellationToken)).FirstOrDefault(d => d.Name == name && d.InstitutionId == institution && d.State != DatasetState.Failed)?.Id;

    private async Task<IReadOnlyList<DatasetDetail>> ReadyAsync(Guid[] ids, CancellationToken cancellationToken)
    {
        while (true)
        {
            DatasetDetail[] now = (await Task.WhenAll(ids.Select(id => datasets.FindAsync(Viewer.Everything, id, cancellationToken)))).OfType<DatasetDetail>().ToArray();
            if (Array.Find(now, d => d.Row.State == DatasetState.Failed) is { } failed)
            {
                throw new InvalidOperationException($"The data set '{failed.Row.Name}' could not be imported: {failed.Row.FailureReason}");
            }

            if (now.All(d => d.Row.State == DatasetState.Ready))
            {
                return now;
            }

            await Task.Delay(Beat, clock, cancellationToken);
        }
    }

    private async Task StudyAsync(
        ConsortiumPlan plan, List<(Guid InstitutionId, Guid DatasetId)> roster, Guid? holdout, IReadOnlyList<DatasetDetail> ready, string actor, CancellationToken cancellationToken)
    {
        string[] classes = [.. ready.SelectMany(d => d.Classes).Select(c => c.Class).Distinct().Order(StringComparer.Ordinal)];
        StudyDesign design = plan.Design with { Classes = classes, Quorum = Math.Min(plan.Design.Quorum, roster.Count) };
        StudyRow? draft = (await studies.ListAsync(cancellationToken)).FirstOrDefault(s => s.Name == design.Name && s.State is StudyState.Draft or StudyState.Proposed);
        (Guid? id, IReadOnlyList<string> problems) = draft is null
            ? await studies.CreateAsync(design, roster, holdout, actor, cancellationToken)
            : (draft.Id, []);
        if (id is null)
        {
            throw new InvalidOperationException(string.Join(" ", problems));
        }

        // Ready-made studies run on institutions that this portal hosts: whoever asked for one signs for them, and the record says so.
        if (await planner.ProposeAndSignForHostedAsync(id.Value, design, roster, holdout, actor, cancellationToken) is { } refusal)
        {
            throw new InvalidOperationException(refusal);
        }

        await control.StartAsync(id.Value, actor, cancellationToken);
    }

    private static string NameOf(string hospital) =>
        string.Join(' ', hospital.Split('-', '_', ' ').Where(word => word.Length > 0).Select(word => char.ToUpperInvariant(word[0]) + word[1..]));

    private static string CodeOf(string hospital)
    {
        string code = string.Concat(hospital.ToLowerInvariant().Replace("hospital-", "hosp-", StringComparison.Ordinal).Where(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'));
        code = code.Length > 12 ? code[..12] : code;
        return Institution.IsShortCode(code) ? code : throw new InvalidDataException($"'{hospital}' cannot be made a short code of an institution.");
    }
}
