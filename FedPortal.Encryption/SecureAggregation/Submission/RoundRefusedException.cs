namespace FedPortal.Encryption.SecureAggregation.Submission;

/// <summary>The institution does not take part, or does not answer: the message says why.</summary>
public sealed class RoundRefusedException(string message, Exception? inner = null) : Exception(message, inner);
