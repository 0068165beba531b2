namespace FedPortal.Training.Decryption;

/// <summary>A decrypted sum is not what its makers said: it must not be published, and the attempt fails with this reason.</summary>
public sealed class SumCheckException(string message) : Exception(message);
