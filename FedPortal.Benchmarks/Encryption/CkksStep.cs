namespace FedPortal.Benchmarks.Encryption;

/// <summary>One step of the CKKS pipeline.</summary>
/// <param name="Name">As printed.</param>
/// <param name="Polynomials">How many polynomials at the data level it reads and writes, for the comparison with copying.</param>
/// <param name="Run">Does it once.</param>
internal sealed record CkksStep(string Name, int Polynomials, Action<CkksWorkload> Run);
