using FedPortal.Training.Evaluation;
using FedPortal.Training.Learning;
using FedPortal.Training.Protocol;
using FedPortal.Training.Robustness;

namespace FedPortal.Site.Hosted;

/// <summary>
/// Shows the newest progress to the portal, at most once a second, and thereby keeps the lease. When the portal says that the work is over
/// here, <see cref="Over"/> is cancelled.
/// </summary>
internal sealed class Heartbeat : IProgress<TrainingProgress>, IProgress<EvaluationProgress>, IProgress<RobustnessProgress>, IAsyncDisposable
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    private readonly PortalClient _portal;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _silence;
    private readonly CancellationTokenSource _end;
    private readonly CancellationTokenSource _over;
    private readonly Task _loop;
    private bool _isResultTold;
    private ProgressMessage _latest = Stage("starting");

    public Heartbeat(PortalClient portal, int leaseSeconds, TimeProvider clock, CancellationToken cancellationToken)
    {
        _portal = portal;
        _clock = clock;
        _silence = TimeSpan.FromSeconds(leaseSeconds / 4.0);
        _end = new CancellationTokenSource();
        _over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _loop = BeatAsync();
    }

    /// <summary>Cancelled when the work must stop.</summary>
    public CancellationToken Over => _over.Token;

    /// <summary>Why the portal wants nothing more, or null.</summary>
    public PortalRefusedException? Refusal { get; private set; }

    /// <summary>From here on the result itself is told: what the portal says to it counts, and no longer what it says to a progress message that crossed it.</summary>
    public void LeaveTheLastWordToTheResult() => Volatile.Write(ref _isResultTold, true);

    public void Show(string stage) => Volatile.Write(ref _latest, Stage(stage));

    public void Report(TrainingProgress value) => Volatile.Write(ref _latest, new ProgressMessage(
        "training", value.Epoch, value.EpochCount, value.Batch, value.BatchCount, value.Loss is { } loss ? Finite(loss) : null, Finite(value.ImagesPerSecond), value.Remaining.TotalSeconds, value.Device));

    public void Report(EvaluationProgress value) => Volatile.Write(ref _latest, new ProgressMessage(
        "evaluating", 0, 0, value.Done, value.Count, null, null, null, value.Device));

    public void Report(RobustnessProgress value) => Volatile.Write(ref _latest, new ProgressMessage(value.Stage, 0, 0, value.Done, value.Count, null, null, null, ""));

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _loop;
        _end.Dispose();
        _over.Dispose();
    }

    private static ProgressMessage Stage(string stage) => new(stage, 0, 0, 0, 0, null, null, null, "");

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;

    private async Task BeatAsync()
    {
        ProgressMessage? sent = null;
        long sentAt = 0;
        while (true)
        {
            ProgressMessage latest = Volatile.Read(ref _latest);
            try
            {
                if ((latest != sent || _clock.GetElapsedTime(sentAt) > _silence) && await _portal.TryReportAsync(latest, _end.Token))
                {
                    (sent, sentAt) = (latest, _clock.GetTimestamp());
                }

                await Task.Delay(Beat, _clock, _end.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (PortalRefusedException refusal)
            {
                if (Volatile.Read(ref _isResultTold))
                {
                    return;
                }

                Refusal = refusal;
                await _over.CancelAsync();
                return;
            }
        }
    }
}
