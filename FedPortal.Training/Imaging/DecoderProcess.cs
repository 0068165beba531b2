using System.Buffers.Binary;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using FedPortal.Training.Native;
using FedPortal.Training.Processes;

namespace FedPortal.Training.Imaging;

/// <summary>One running <c>xray-decode</c>: files go in one after another, pixels come out. After any failure it is dead and must be disposed.</summary>
internal sealed class DecoderProcess : IDisposable
{
    private const int MaxTextBytes = 1 << 16;
    private readonly Process _process;
    private readonly DecodeLimits _limits;

    private DecoderProcess(Process process, DecodeLimits limits)
    {
        _process = process;
        _limits = limits;
    }

    /// <summary>Whether the system-call filter is on; without it the limits still hold.</summary>
    public bool IsFiltered { get; private set; }

    internal int ProcessId => _process.Id;

    public static async Task<DecoderProcess> StartAsync(DecodeLimits limits, CancellationToken cancellationToken)
    {
        string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
        ProcessStartInfo start = ChildProgram.Bare(
            NativeFiles.Find("xray-decode"),
            [
                "--max-pixels", Text(limits.MaxPixels), "--max-side", Text(limits.MaxSide), "--max-file-bytes", Text(limits.MaxFileBytes),
                "--memory-mb", Text(limits.MemoryMegabytes), "--file-cpu-seconds", Text(limits.CpuSeconds),
            ],
            folder: "/", ChildPipes.Input | ChildPipes.Output);
        var decoder = new DecoderProcess(Process.Start(start) ?? throw new InvalidOperationException("xray-decode did not start."), limits);
        try
        {
            byte[] greeting = new byte[12];
            int count = await decoder._process.StandardOutput.BaseStream.ReadAtLeastAsync(greeting, 12, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            if (count < 12)
            {
                throw new InvalidOperationException("xray-decode ended before it greeted. A library that it needs may be missing; run it by hand to see.");
            }

            if (!greeting.AsSpan(0, 4).SequenceEqual("FPXD"u8) || Number(greeting, 1) != 1)
            {
                throw new InvalidOperationException("xray-decode did not greet with version 1. Build it again.");
            }

            decoder.IsFiltered = Number(greeting, 2) == 1;
            return decoder;
        }
        catch
        {
            decoder.Dispose();
            throw;
        }
    }

    /// <exception cref="EndOfStreamException">The process ended on this file.</exception>
    /// <exception cref="IOException">The process ended on this file.</exception>
    public async Task<DecodeOutcome> DecodeAsync(ReadOnlyMemory<byte> file, PatientKeys patients, CancellationToken cancellationToken)
    {
        Stream input = _process.StandardInput.BaseStream;
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, file.Length);
        await input.WriteAsync(length, cancellationToken).ConfigureAwait(false);
        await input.WriteAsync(file, cancellationToken).ConfigureAwait(false);
        await input.FlushAsync(cancellationToken).ConfigureAwait(false);

        byte[] head = new byte[16];
        await ReadAsync(head, cancellationToken).ConfigureAwait(false);
        (int verdict, int width, int height, int textLength) = (Number(head, 0), Number(head, 1), Number(head, 2), Number(head, 3));
        if (verdict is < 0 or > 2 || textLength is < 0 or > MaxTextBytes || (verdict == 0 && !FitsLimits(width, height)))
        {
            throw new IOException("xray-decode sent an answer that cannot be."); // a hijacked decoder may say anything
        }

        byte[] text = new byte[textLength];
        await ReadAsync(text, cancellationToken).ConfigureAwait(false);
        if (verdict != 0)
        {
            return DecodeOutcome.Refused(verdict == 2 ? RefusalKind.OverLimit : RefusalKind.Refused, DecoderReply.Sentence(Encoding.UTF8.GetString(text)));
        }

        byte[] bytes = new byte[2 * width * height];
        await ReadAsync(bytes, cancellationToken).ConfigureAwait(false);
        ushort[] pixels = new ushort[width * height];
        MemoryMarshal.Cast<byte, ushort>(bytes).CopyTo(pixels);
        return DecoderReply.Parse(new XrayImage(width, height, pixels), Encoding.UTF8.GetString(text), patients);
    }

    /// <summary>Ends the process and says in words how it had ended, for a file that it did not survive.</summary>
    public async Task<DecodeRefusal> EndAsync()
    {
        Kill();
        await _process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        const int processorTimeSignal = 27, signals = 128; // SIGPROF
        return _process.ExitCode == signals + processorTimeSignal
            ? new DecodeRefusal(RefusalKind.TimedOut, $"Decoding it took more than {_limits.CpuSeconds} s of processor time.")
            : new DecodeRefusal(RefusalKind.Crashed, "The decoder did not survive it.");
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }

    private static int Number(byte[] head, int index) => BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(4 * index));

    private bool FitsLimits(int width, int height) =>
        width >= 1 && height >= 1 && width <= _limits.MaxSide && height <= _limits.MaxSide && (long)width * height <= _limits.MaxPixels;

    private ValueTask ReadAsync(byte[] buffer, CancellationToken cancellationToken) =>
        _process.StandardOutput.BaseStream.ReadExactlyAsync(buffer, cancellationToken);

    private void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (Exception failure) when (failure is InvalidOperationException or Win32Exception)
        {
            // it has ended already
        }
    }
}
