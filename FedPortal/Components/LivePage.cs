using System.Data.Common;
using System.Globalization;
using FedPortal.Data;
using FedPortal.Identity;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace FedPortal.Components;

/// <summary>
/// A page that loads its view from a store and loads it again when something it shows was saved, at most about three times a second. It ends its
/// subscription and its loading when the reader leaves.
/// </summary>
public abstract class LivePage : ComponentBase, IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    private readonly CancellationTokenSource _leaving = new();
    private readonly CultureInfo _language = CultureInfo.CurrentUICulture;
    private IDisposable? _subscription;
    private int _isRefreshDue;

    // Kept, because what goes on after the reader has left asks for it once more.
    protected LivePage() => Leaving = _leaving.Token;

    [Inject]
    private LiveUpdates Live { get; set; } = default!;

    [Inject]
    private ILoggerFactory Loggers { get; set; } = default!;

    [CascadingParameter]
    private protected Task<AuthenticationState> Reader { get; set; } = default!;

    /// <summary>Whose eyes the page is for; set before <see cref="LoadAsync"/>.</summary>
    private protected Viewer Viewer { get; private set; } = Viewer.Outsider;

    /// <summary>True until the first load ended.</summary>
    protected bool IsWaiting { get; private set; } = true;

    /// <summary>Words for people when loading failed, else null.</summary>
    protected string? LoadError { get; private set; }

    /// <summary>Ends what is read or computed for the page. What the reader decided is done all the same and gets no such token.</summary>
    protected CancellationToken Leaving { get; }

    /// <summary>Fills the page's fields.</summary>
    protected abstract Task LoadAsync(CancellationToken cancellationToken);

    /// <summary>True when this change may alter what the page shows.</summary>
    private protected abstract bool Concerns(LiveUpdate update);

    protected override void OnInitialized()
    {
        if (RendererInfo.IsInteractive)
        {
            _subscription = Live.Subscribe(OnUpdate);
        }
    }

    protected override Task OnParametersSetAsync() => ReloadAsync();

    protected async Task ReloadAsync()
    {
        try
        {
            Viewer = PortalClaims.ViewerOf((await Reader).User);
            await LoadAsync(Leaving);
            LoadError = null;
        }
        catch (OperationCanceledException) when (_leaving.IsCancellationRequested)
        {
            return;
        }
        catch (DbException failure)
        {
            Loggers.CreateLogger(GetType()).LogError(failure, "The page {Page} could not be loaded", GetType().Name);
            LoadError = "The portal's database did not answer.";
        }

        IsWaiting = false;
    }

    /// <summary>Does something in the reader's name and loads the page again.</summary>
    /// <param name="act">Takes the name for the audit log.</param>
    /// <returns>Words for people when the domain or a store refused it, else null.</returns>
    private protected async Task<string?> TryAsync(Func<string, Task> act)
    {
        string? refusal = null;
        try
        {
            await act(PortalClaims.NameOf((await Reader).User));
        }
        catch (Exception refused) when (refused is ArgumentException or InvalidOperationException or EnrolmentRefusal)
        {
            refusal = RefusalWords.Of(refused);
        }

        await ReloadAsync();
        return refusal;
    }

    private void OnUpdate(LiveUpdate update)
    {
        if (Concerns(update) && Interlocked.Exchange(ref _isRefreshDue, 1) == 0)
        {
            _ = RefreshSoonAsync();
        }
    }

    private async Task RefreshSoonAsync()
    {
        try
        {
            // Whoever saved may read in another language, or be a job without one.
            CultureInfo.CurrentUICulture = _language;
            await Task.Delay(Pause, Leaving);
            Interlocked.Exchange(ref _isRefreshDue, 0);
            await InvokeAsync(async () =>
            {
                await ReloadAsync();
                StateHasChanged();
            });
        }
        catch (Exception gone) when (gone is OperationCanceledException or ObjectDisposedException)
        {
            // The reader left the page.
        }
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            _subscription?.Dispose();
            _leaving.Cancel();
            _leaving.Dispose();
        }
    }
}
