namespace FedPortal.Backup;

/// <summary>A backup cannot be made, read or restored; the message says why, for a person.</summary>
internal sealed class BackupException(string message, Exception? cause = null) : Exception(message, cause);
