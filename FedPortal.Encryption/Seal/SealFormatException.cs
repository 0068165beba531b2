namespace FedPortal.Encryption.Seal;

/// <summary>A file is not what Microsoft SEAL would accept here. The message says what was expected and what was there.</summary>
public sealed class SealFormatException : Exception
{
    public SealFormatException()
    {
    }

    public SealFormatException(string message)
        : base(message)
    {
    }

    public SealFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
