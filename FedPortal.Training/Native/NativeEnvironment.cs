using System.Diagnostics;

namespace FedPortal.Training.Native;

/// <summary>
/// The environment of a process that computes with libtorch. It must be set before the process starts: native code reads the environment
/// that the process was started with, and never sees what .NET sets later.
/// </summary>
public static class NativeEnvironment
{
    private const string Allocator = "/usr/lib/x86_64-linux-gnu/libtcmalloc_minimal.so.4";

    /// <summary>
    /// Threads that wait sleep instead of spinning (beside another busy process spinning made a round ten times slower), OpenBLAS leaves
    /// threading to libtorch, and tcmalloc, where installed, spares page faults between steps. What the caller set already stays.
    /// </summary>
    public static void ApplyTo(ProcessStartInfo process)
    {
        ArgumentNullException.ThrowIfNull(process);
        process.Environment.TryAdd("OMP_WAIT_POLICY", "passive");
        process.Environment.TryAdd("GOMP_SPINCOUNT", "0");
        process.Environment.TryAdd("OPENBLAS_NUM_THREADS", "1");
        if (File.Exists(Allocator))
        {
            process.Environment.TryAdd("LD_PRELOAD", Allocator);
        }
    }
}
