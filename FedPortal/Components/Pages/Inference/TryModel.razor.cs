using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Inference;
using FedPortal.Jobs.Inference;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.Extensions.Options;

namespace FedPortal.Components.Pages.Inference;

public partial class TryModel
{
    private ServedVersion? _model;
    private PictureOpinion? _opinion;
    private string _title = "";
    private string? _problem;
    private bool _mayUpload;
    private bool _isBusy;
    private bool _isFirst = true;

    [Parameter]
    public Guid StudyId { get; set; }

    [Parameter]
    public int Version { get; set; }

    [Inject]
    private InferenceStore Store { get; set; } = default!;

    [Inject]
    private OpinionDesk Desk { get; set; } = default!;

    [Inject]
    private IOptions<InferenceOptions> Options { get; set; } = default!;

    private int MaxBytes => Options.Value.MaxBytes;

    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        _model = await Store.FindAsync(StudyId, Version, cancellationToken);
        _mayUpload = _model is not null && PortalClaims.MayAskWithOwnPictures((await Reader).User, _model.Institutions);
        _opinion = _model is null ? null : _opinion;
    }

    private protected override bool Concerns(LiveUpdate update) => update.StudyId == StudyId;

    private Task TrySampleAsync() => AskAsync(async model =>
    {
        SamplePhantom sample = SamplePhantom.Draw();
        _title = Texts["SyntheticDrawnAs", sample.Finding].Value;
        return await Desk.AskAsync(model, sample.File, isCounted: false, Leaving);
    });

    private Task UploadAsync(InputFileChangeEventArgs chosen) => AskAsync(async model =>
    {
        if (chosen.File.Size > MaxBytes)
        {
            return (null, InferenceOutcome.Without(InferenceProblem.TooLarge, Texts["FileTooLarge", Shared.Words.Bytes(MaxBytes), Shared.Words.Bytes(chosen.File.Size)].Value));
        }

        // It stays in memory, and only until it was answered.
        using var file = new MemoryStream();
        await using (Stream sent = chosen.File.OpenReadStream(MaxBytes, Leaving))
        {
            await sent.CopyToAsync(file, Leaving);
        }

        _title = Texts["YourPicture"].Value;
        return await Desk.AskAsync(model, file.GetBuffer().AsMemory(0, (int)file.Length), isCounted: true, Leaving);
    });

    private async Task AskAsync(Func<ServedVersion, Task<(PictureOpinion? Opinion, InferenceOutcome? Refusal)>> ask)
    {
        // It may have been taken back since the page was loaded.
        (_isBusy, _problem, _opinion) = (true, null, null);
        StateHasChanged();
        try
        {
            _model = await Store.FindAsync(StudyId, Version, Leaving);
            if (_model is not null)
            {
                (_opinion, InferenceOutcome? refusal) = await ask(_model);
                _problem = refusal?.Reason;
            }
        }
        catch (IOException)
        {
            _problem = Texts["FileNotWhole"].Value;
        }
        catch (OperationCanceledException) when (Leaving.IsCancellationRequested)
        {
            return;
        }

        (_isBusy, _isFirst) = (false, false);
    }
}
