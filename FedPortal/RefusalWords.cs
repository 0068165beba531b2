namespace FedPortal;

/// <summary>What code says that refused a value, for people outside.</summary>
internal static class RefusalWords
{
    /// <summary>The message without the parameter's name, which is nothing to them.</summary>
    public static string Of(Exception refused) => refused is ArgumentException ? refused.Message.Split(" (Parameter", 2)[0] : refused.Message;
}
