namespace FedPortal.Studies;

/// <summary>The stages of a round by which time is recorded, everywhere the same and in the order of the straight line.</summary>
public static class StageNames
{
    public const string Decode = "decode";
    public const string Train = "train";
    public const string Perturb = "perturb";
    public const string Encrypt = "encrypt";
    public const string Upload = "upload";
    public const string Screen = "screen";
    public const string Sum = "sum";
    public const string Unlock = "unlock";
    public const string Decrypt = "decrypt";
    public const string Apply = "apply";
    public const string Evaluate = "evaluate";

    public static IReadOnlyList<string> All { get; } = [Decode, Train, Perturb, Encrypt, Upload, Screen, Sum, Unlock, Decrypt, Apply, Evaluate];

    /// <summary>Stages that only a protected round has.</summary>
    public static IReadOnlyList<string> ProtectedOnly { get; } = [Perturb, Encrypt, Screen, Unlock, Decrypt];

    /// <summary>Stages that every institution goes through by itself.</summary>
    public static IReadOnlyList<string> AtInstitutions { get; } = [Decode, Train, Perturb, Encrypt, Upload, Evaluate];
}
