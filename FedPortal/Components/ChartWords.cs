using FedPortal.Components.Shared;

namespace FedPortal.Components;

/// <summary>Names of the lines that charts of several pages draw.</summary>
internal static class ChartWords
{
    private static readonly StaticTexts Texts = new(typeof(ChartWords));

    public static string Pooled => Texts["Pooled"];

    public static string Holdout => Texts["Holdout"];

    public static string Median => Texts["Median"];

    public static string PublishedSums => Texts["PublishedSums"];

    public static string Colluders => Texts["Colluders"];

    public static string SingleUpdate => Texts["SingleUpdate"];

    /// <summary>What a plan allows of the named line.</summary>
    public static string PlanOf(string line) => Texts["PlanOf", line];

    /// <summary>What must stand below a drawing of some of the rounds.</summary>
    public static string Thinned(int drawn, int rounds) => Texts["Thinned", drawn, Words.Count(rounds)];
}
