namespace FedPortal.Training.Attacks;

/// <summary>Fair coins that decide who takes part in a shadow model. They belong to the experiment and protect nobody.</summary>
internal static class MembershipCoins
{
    /// <returns>For each unit, whether it takes part.</returns>
    public static bool[] Toss(int units, int seed, int model)
    {
        var random = new Random(HashCode(seed, model));
        bool[] takesPart = new bool[units];
        for (int unit = 0; unit < units; unit++)
        {
            takesPart[unit] = random.Next(2) == 1;
        }

        return takesPart;
    }

    public static int[] Members(bool[] takesPart) => [.. Enumerable.Range(0, takesPart.Length).Where(unit => takesPart[unit])];

    private static int HashCode(int seed, int model) => Learning.Seeds.Mix(seed, model, 0x434F494E);
}
