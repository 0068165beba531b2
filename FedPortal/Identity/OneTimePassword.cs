using System.Security.Cryptography;

namespace FedPortal.Identity;

/// <summary>The password of a new account: shown once, replaced at the first sign-in.</summary>
internal static class OneTimePassword
{
    // No 0/O, 1/l/I: it is read from a console and typed.
    private const string Alphabet = "23456789abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ";

    /// <returns>Four groups of five characters, 115 bits.</returns>
    public static string Create() =>
        string.Join('-', Enumerable.Range(0, 4).Select(_ => RandomNumberGenerator.GetString(Alphabet, 5)));
}
