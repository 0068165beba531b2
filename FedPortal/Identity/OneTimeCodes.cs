using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using FedPortal.Data;
using Microsoft.AspNetCore.Identity;

namespace FedPortal.Identity;

/// <summary>
/// Codes of authenticator apps by RFC 6238: SHA-1, six digits, 30 seconds, one step of drift either way. A code is accepted once, and no code of an
/// earlier step after it (section 5.2), so one that was looked over or caught on the way opens nothing.
/// </summary>
internal sealed class OneTimeCodes(AcceptedCodeStore accepted, TimeProvider clock) : IUserTwoFactorTokenProvider<PortalUser>
{
    private const int StepSeconds = 30;
    private const int Drift = 1;
    private const int Digits = 6;
    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    public Task<string> GenerateAsync(string purpose, UserManager<PortalUser> manager, PortalUser user) => Task.FromResult(""); // The app makes them.

    public async Task<bool> CanGenerateTwoFactorTokenAsync(UserManager<PortalUser> manager, PortalUser user) =>
        await manager.GetAuthenticatorKeyAsync(user) is { Length: > 0 };

    public async Task<bool> ValidateAsync(string purpose, string token, UserManager<PortalUser> manager, PortalUser user)
    {
        if (token.Length != Digits || !token.All(char.IsAsciiDigit) || await manager.GetAuthenticatorKeyAsync(user) is not { Length: > 0 } key)
        {
            return false;
        }

        byte[] secret = Decode(key);
        long now = clock.GetUtcNow().ToUnixTimeSeconds() / StepSeconds;
        for (long step = now - Drift; step <= now + Drift; step++)
        {
            if (CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(CodeOf(secret, step)), Encoding.ASCII.GetBytes(token)))
            {
                return await accepted.TryTakeAsync(user.Id, step, CancellationToken.None);
            }
        }

        return false;
    }

    private static string CodeOf(byte[] secret, long step)
    {
        Span<byte> counter = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
#pragma warning disable CA5350 // The standard says SHA-1, and so do the apps.
        byte[] mac = HMACSHA1.HashData(secret, counter);
#pragma warning restore CA5350
        int number = BinaryPrimitives.ReadInt32BigEndian(mac.AsSpan(mac[^1] & 0xf)) & int.MaxValue;
        return (number % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }

    private static byte[] Decode(string key)
    {
        List<byte> bytes = [];
        (int buffer, int bits) = (0, 0);
        foreach (char letter in key.ToUpperInvariant())
        {
            int value = Base32.IndexOf(letter, StringComparison.Ordinal);
            if (value < 0)
            {
                continue; // Blanks and padding carry nothing.
            }

            (buffer, bits) = (((buffer << 5) | value) & 0xffff, bits + 5);
            if (bits >= 8)
            {
                bits -= 8;
                bytes.Add((byte)(buffer >> bits));
            }
        }

        return [.. bytes];
    }
}
