using Microsoft.Extensions.Options;

namespace FedPortal.Jobs.Inference;

/// <summary>Looks from time to time for models that nobody asks.</summary>
internal sealed class IdleModels(InferenceDesk desk, IOptions<InferenceOptions> options, TimeProvider clock) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var beat = new PeriodicTimer(TimeSpan.FromSeconds(Math.Clamp(options.Value.IdleSeconds / 4, 1, 30)), clock);
        try
        {
            while (await beat.WaitForNextTickAsync(stoppingToken))
            {
                await desk.PutAwayIdleAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The portal stops.
        }
    }
}
