namespace FedPortal.Training.Protocol;

/// <summary>The stages of a round, by the names that database, API, JSON and charts share, in the order of the straight line.</summary>
public static class StageNames
{
    /// <summary>Reading and preprocessing the images, or finding them prepared.</summary>
    public const string Decode = "decode";

    public const string Train = "train";

    /// <summary>Clipping, rounding, noise and the sketch.</summary>
    public const string Perturb = "perturb";

    /// <summary>The one-time key, its shares and the ciphertext.</summary>
    public const string Encrypt = "encrypt";

    public const string Upload = "upload";

    public const string Screen = "screen";

    /// <summary>Adding up: of ciphertexts, or of updates in the clear under a plain strategy.</summary>
    public const string Sum = "sum";

    public const string Unlock = "unlock";

    public const string Decrypt = "decrypt";

    /// <summary>The server optimiser.</summary>
    public const string Apply = "apply";

    public const string Evaluate = "evaluate";

    public static IReadOnlyList<string> All { get; } = [Decode, Train, Perturb, Encrypt, Upload, Screen, Sum, Unlock, Decrypt, Apply, Evaluate];

    /// <summary>Stages of protection: what a protected round does besides a plain one.</summary>
    public static IReadOnlyList<string> Protection { get; } = [Perturb, Encrypt, Screen, Unlock, Decrypt];
}
