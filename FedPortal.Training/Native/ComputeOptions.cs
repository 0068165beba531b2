namespace FedPortal.Training.Native;

/// <summary>Where a network is computed.</summary>
public enum ComputeDevice
{
    /// <summary>CUDA when a device is present, else the processor.</summary>
    Automatic = 0,
    Cpu = 1,
    Cuda = 2,
}

/// <summary>How a network is computed. Parameters and sums are always float32.</summary>
public enum ComputePrecision
{
    /// <summary>bfloat16 where the device computes it in hardware, else float32.</summary>
    Automatic = 0,

    /// <summary>float32 throughout.</summary>
    Full = 1,

    /// <summary>bfloat16 activations and weights.</summary>
    Brain = 2,
}

/// <param name="Device">Chosen at run time.</param>
/// <param name="Precision">Of activations and of the shadow copy of the weights.</param>
/// <param name="Threads">Processor threads, or 0 for all cores.</param>
public sealed record ComputeOptions(
    ComputeDevice Device = ComputeDevice.Automatic,
    ComputePrecision Precision = ComputePrecision.Automatic,
    int Threads = 0);
