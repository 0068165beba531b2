namespace FedPortal.Site.CommandLine.Simulation;

/// <summary>What protection costs.</summary>
internal static class ProtectionShare
{
    private static readonly Stage[] Stages = [Stage.Perturb, Stage.Encrypt, Stage.Upload, Stage.Screen, Stage.Sum, Stage.Unlock, Stage.Decrypt];

    /// <summary>Seconds from perturb to decrypt, all institutions' and the portal's, for each institution.</summary>
    public static double SecondsPerSite(ProtectedRoundResult round, StageSeconds seconds) => Stages.Sum(stage => seconds[stage]) / round.Institutions.Count;
}
