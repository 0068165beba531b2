namespace FedPortal.Encryption.SecureAggregation.Sharing;

/// <summary>The sum of the keys could not be put together; nothing was decrypted.</summary>
public sealed class ReconstructionException(string message) : Exception(message);
