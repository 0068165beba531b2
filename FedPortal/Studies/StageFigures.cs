namespace FedPortal.Studies;

/// <summary>What a stage took in earlier rounds of the same network and image size, for one unit of its work.</summary>
/// <param name="SecondsPerUnit">Median. The unit: an image (decode, evaluate), an image and epoch (train), a value (perturb, encrypt, upload, decrypt, apply), a value and institution (sum), an institution (screen, unlock).</param>
/// <param name="Measurements">How many it is the median of.</param>
public sealed record StageFigure(double SecondsPerUnit, int Measurements);

/// <summary>Everything measured that a plan's times are worked out from.</summary>
/// <param name="ByStage">By name of the stage; missing where nothing was measured.</param>
/// <param name="Rounds">Completed rounds they come from.</param>
/// <param name="SitePrograms">How many hosted institutions the portal's machine serves at a time.</param>
public sealed record StageFigures(IReadOnlyDictionary<string, StageFigure> ByStage, int Rounds, int SitePrograms)
{
    public static StageFigures None { get; } = new(new Dictionary<string, StageFigure>(), 0, 1);
}
