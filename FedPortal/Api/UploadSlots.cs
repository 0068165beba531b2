using FedPortal.Data;
using Microsoft.Extensions.Options;

namespace FedPortal.Api;

/// <summary>Back-pressure: so many uploads at a time are taken in. Whoever comes when all slots are taken is told to come again shortly.</summary>
internal sealed class UploadSlots(IOptions<PortalOptions> options) : IDisposable
{
    private readonly SemaphoreSlim _slots = new(options.Value.MaxUploads);

    /// <summary>Takes a slot, or refuses with 429.</summary>
    public IDisposable Take() => _slots.Wait(0)
        ? new Slot(_slots)
        : throw new SubmissionRefusal(StatusCodes.Status429TooManyRequests, $"{options.Value.MaxUploads} uploads are being taken in already; try again shortly.");

    public void Dispose() => _slots.Dispose();

    private sealed class Slot(SemaphoreSlim slots) : IDisposable
    {
        private int _released;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _released, 1) == 0)
            {
                slots.Release();
            }
        }
    }
}
