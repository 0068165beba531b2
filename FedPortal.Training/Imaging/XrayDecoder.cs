using System.Collections.Concurrent;

namespace FedPortal.Training.Imaging;

/// <summary>
/// Decodes untrusted files in a small pool of sandboxed child processes. A file that crashes or stalls its process costs that file only: the
/// process is replaced, the reason is reported, everything goes on. Safe to call from many threads.
/// </summary>
public sealed class XrayDecoder : IAsyncDisposable
{
    private readonly ConcurrentBag<DecoderProcess> _idle = [];
    private readonly SemaphoreSlim _slots;
    private readonly PatientKeys _patients;
    private bool _disposed;

    /// <param name="limits">What one file may cost.</param>
    /// <param name="patients">Hashes the patient ids of DICOM files; without it the keys hold together within this decoder only.</param>
    /// <param name="processCount">Number of child processes; the number of processors by default.</param>
    public XrayDecoder(DecodeLimits? limits = null, PatientKeys? patients = null, int? processCount = null)
    {
        Limits = limits ?? new DecodeLimits();
        ProcessCount = processCount ?? Environment.ProcessorCount;
        ArgumentOutOfRangeException.ThrowIfLessThan(ProcessCount, 1, nameof(processCount));
        _patients = patients ?? PatientKeys.Ephemeral();
        _slots = new SemaphoreSlim(ProcessCount);
    }

    public DecodeLimits Limits { get; }

    public int ProcessCount { get; }

    internal PatientKeys Patients => _patients;

    /// <summary>The processes that wait for a file.</summary>
    internal IReadOnlyCollection<DecoderProcess> Idle => [.. _idle];

    /// <summary>Decodes a file on disk. A file that cannot be read is a refusal too.</summary>
    public async Task<DecodeOutcome> DecodeAsync(string path, CancellationToken cancellationToken)
    {
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, useAsync: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return DecodeOutcome.Refused(RefusalKind.Refused, "The file cannot be opened.");
        }

        await using (file)
        {
            return await DecodeAsync(file, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Decodes a stream, reading at most <see cref="DecodeLimits.MaxFileBytes"/> of it.</summary>
    public async Task<DecodeOutcome> DecodeAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream();
        byte[] chunk = new byte[1 << 16];
        for (int read; (read = await stream.ReadAsync(chunk, cancellationToken).ConfigureAwait(false)) > 0;)
        {
            if (buffer.Length + read > Limits.MaxFileBytes)
            {
                return TooLong();
            }

            await buffer.WriteAsync(chunk.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
        }

        return await DecodeAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), cancellationToken).ConfigureAwait(false);
    }

    public async Task<DecodeOutcome> DecodeAsync(ReadOnlyMemory<byte> file, CancellationToken cancellationToken)
    {
        if (file.Length > Limits.MaxFileBytes)
        {
            return TooLong();
        }

        await _slots.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_idle.TryTake(out DecoderProcess? used))
            {
                DecodeOutcome outcome = await DecodeWithAsync(used, file, cancellationToken).ConfigureAwait(false);
                if (outcome.Refusal?.Kind != RefusalKind.Crashed)
                {
                    return outcome;
                }
            }

            // A process that failed between files, or because of an earlier one, must not cost this file: a fresh one has the last word.
            DecoderProcess fresh = await DecoderProcess.StartAsync(Limits, cancellationToken).ConfigureAwait(false);
            return await DecodeWithAsync(fresh, file, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _slots.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        for (int i = 0; i < ProcessCount && !_disposed; i++)
        {
            await _slots.WaitAsync().ConfigureAwait(false); // lets files under way finish
        }

        _disposed = true;
        while (_idle.TryTake(out DecoderProcess? process))
        {
            process.Dispose();
        }

        _slots.Dispose();
    }

    private async Task<DecodeOutcome> DecodeWithAsync(DecoderProcess process, ReadOnlyMemory<byte> file, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Limits.Timeout);
        bool survived = false;
        try
        {
            DecodeOutcome outcome = await process.DecodeAsync(file, _patients, timeout.Token).ConfigureAwait(false);
            survived = true;
            return outcome;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return DecodeOutcome.Refused(RefusalKind.TimedOut, $"Decoding it took longer than {Limits.Timeout.TotalSeconds:0.#} s.");
        }
        catch (IOException)
        {
            DecodeRefusal refusal = await process.EndAsync().ConfigureAwait(false);
            return DecodeOutcome.Refused(refusal.Kind, refusal.Reason);
        }
        finally
        {
            if (survived)
            {
                _idle.Add(process);
            }
            else
            {
                process.Dispose();
            }
        }
    }

    private DecodeOutcome TooLong() => DecodeOutcome.Refused(RefusalKind.OverLimit, $"The file is longer than {Limits.MaxFileBytes} bytes.");
}
