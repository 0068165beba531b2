namespace FedPortal.Training.Imaging;

/// <summary>What one untrusted file may cost. Everything beyond is refused with a reason.</summary>
public sealed record DecodeLimits
{
    /// <summary>Width times height, checked from the header before anything is decoded. The largest radiographs have about 20 million.</summary>
    public int MaxPixels { get; init; } = 32 << 20;

    /// <summary>Width and height each.</summary>
    public int MaxSide { get; init; } = 16384;

    /// <summary>Bytes of the file itself.</summary>
    public int MaxFileBytes { get; init; } = 128 << 20;

    /// <summary>Address space of a decoding process.</summary>
    public int MemoryMegabytes { get; init; } = 1024;

    /// <summary>Processor time for one file.</summary>
    public int CpuSeconds { get; init; } = 20;

    /// <summary>Time on the clock for one file, whatever the machine is busy with.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(90);
}
