using System.Security.Claims;
using System.Text;
using FedPortal.Data;
using Microsoft.AspNetCore.Identity;
using QRCoder;

namespace FedPortal.Identity;

/// <summary>A passkey on the own account page.</summary>
public sealed record PasskeyRow(string Id, string Name, DateTimeOffset CreatedAt);

/// <summary>What an authenticator app needs to make codes.</summary>
/// <param name="Key">Base 32 in groups of four, to be typed.</param>
/// <param name="QrPng">The same as a picture.</param>
public sealed record CodeAppKey(string Key, byte[] QrPng);

/// <summary>
/// What people do with their own account. Whatever makes an account easier to open asks for the present password again: an unattended browser is
/// not enough. Each act is told to the audit log, and each but adding ends the person's other sessions.
/// </summary>
internal sealed class OwnAccount(SignInManager<PortalUser> signIn, IUserStore<PortalUser> store, SessionStore sessions, AuditStore audit)
{
    private const int RecoveryCodes = 10;
    private const string WrongPassword = "The present password is wrong.";

    private readonly IUserAuthenticatorKeyStore<PortalUser> _keys = (IUserAuthenticatorKeyStore<PortalUser>)store;

    private UserManager<PortalUser> Users => signIn.UserManager;

    public Task<PortalUser?> FindAsync(ClaimsPrincipal reader) => Users.GetUserAsync(reader);

    public async Task<IReadOnlyList<PasskeyRow>> PasskeysAsync(PortalUser user) =>
        [.. (await Users.GetPasskeysAsync(user)).OrderBy(key => key.CreatedAt).Select(key => new PasskeyRow(Convert.ToHexStringLower(key.CredentialId), key.Name ?? "Passkey", key.CreatedAt))];

    public Task<IReadOnlyList<SessionRow>> SessionsAsync(PortalUser user, CancellationToken cancellationToken) => sessions.ListAsync(user.Id, cancellationToken);

    public Task<int> RecoveryCodesLeftAsync(PortalUser user) => Users.CountRecoveryCodesAsync(user);

    /// <returns>The key of the authenticator app; made at the first call.</returns>
    public async Task<CodeAppKey> CodeAppKeyAsync(PortalUser user)
    {
        if (await Users.GetAuthenticatorKeyAsync(user) is not { Length: > 0 } key)
        {
            // Not by ResetAuthenticatorKeyAsync, which renews the security stamp: looking at the page must not end sessions.
            key = Users.GenerateNewAuthenticatorKey();
            await _keys.SetAuthenticatorKeyAsync(user, key, signIn.Context.RequestAborted);
            await Users.UpdateAsync(user);
        }

        string uri = $"otpauth://totp/FedPortal:{Uri.EscapeDataString(user.Email ?? "")}?secret={key}&issuer=FedPortal&digits=6&period=30";
        using var generator = new QRCodeGenerator();
        using QRCodeData data = generator.CreateQrCode(uri, QRCodeGenerator.ECCLevel.M);
        using var png = new PngByteQRCode(data);
        return new CodeAppKey(InGroups(key), png.GetGraphic(6));
    }

    /// <returns>Fresh recovery codes, to be shown once, or what is wrong.</returns>
    public async Task<(IReadOnlyList<string>? RecoveryCodes, string? Problem)> TurnCodeAppOnAsync(PortalUser user, string code, string? password, CancellationToken cancellationToken)
    {
        if (await PasswordProblemAsync(user, password) is { } problem)
        {
            return (null, problem);
        }

        if (!await Users.VerifyTwoFactorTokenAsync(user, Users.Options.Tokens.AuthenticatorTokenProvider, DigitsOf(code)))
        {
            return (null, "This code is not right. Codes change every 30 seconds; check that the phone's clock is set by the network.");
        }

        await Users.SetTwoFactorEnabledAsync(user, true);
        IReadOnlyList<string> codes = await NewCodesAsync(user);
        await EndOthersAsync(user, "An authenticator app was added.", cancellationToken);
        await ProveAsync(cancellationToken);
        return (codes, null);
    }

    /// <returns>What is wrong, or null when it is done.</returns>
    public async Task<string?> TurnCodeAppOffAsync(PortalUser user, string? password, CancellationToken cancellationToken)
    {
        if (await PasswordProblemAsync(user, password) is { } problem)
        {
            return problem;
        }

        await Users.SetTwoFactorEnabledAsync(user, false);
        await Users.ResetAuthenticatorKeyAsync(user);
        await Users.GenerateNewTwoFactorRecoveryCodesAsync(user, 0);
        await EndOthersAsync(user, "The authenticator app was removed.", cancellationToken);
        return null;
    }

    /// <returns>New recovery codes, to be shown once; the old ones are void.</returns>
    public async Task<(IReadOnlyList<string>? RecoveryCodes, string? Problem)> RenewRecoveryCodesAsync(PortalUser user, string? password, CancellationToken cancellationToken)
    {
        if (await PasswordProblemAsync(user, password) is { } problem)
        {
            return (null, problem);
        }

        IReadOnlyList<string> codes = await NewCodesAsync(user);
        await audit.TellAsync(user.DisplayName, "account", user.Id, "New recovery codes were made; the old ones are void.", cancellationToken);
        return (codes, null);
    }

    /// <param name="credentialJson">What the browser's passkey answered.</param>
    /// <returns>What is wrong, or null when it is done.</returns>
    public async Task<string?> AddPasskeyAsync(PortalUser user, string credentialJson, string name, string? password, CancellationToken cancellationToken)
    {
        if (await PasswordProblemAsync(user, password) is { } problem)
        {
            return problem;
        }

        PasskeyAttestationResult attestation = await signIn.PerformPasskeyAttestationAsync(credentialJson);
        if (!attestation.Succeeded)
        {
            return "The browser's answer could not be verified. Try again.";
        }

        if (attestation.UserEntity.Id != user.Id.ToString())
        {
            return "The passkey was made for another account.";
        }

        attestation.Passkey.Name = string.IsNullOrWhiteSpace(name) ? "Passkey" : name.Trim()[..Math.Min(name.Trim().Length, 60)];
        IdentityResult added = await Users.AddOrUpdatePasskeyAsync(user, attestation.Passkey);
        if (!added.Succeeded)
        {
            return string.Join(' ', added.Errors.Select(error => error.Description));
        }

        await EndOthersAsync(user, $"The passkey '{attestation.Passkey.Name}' was added.", cancellationToken);
        await ProveAsync(cancellationToken);
        return null;
    }

    public async Task RemovePasskeyAsync(PortalUser user, string id, CancellationToken cancellationToken)
    {
        byte[]? credential = (await Users.GetPasskeysAsync(user)).Select(key => key.CredentialId).FirstOrDefault(key => Convert.ToHexStringLower(key) == id);
        if (credential is not null)
        {
            await Users.RemovePasskeyAsync(user, credential);
            await EndOthersAsync(user, "A passkey was removed.", cancellationToken);
        }
    }

    public Task<bool> EndSessionAsync(PortalUser user, Guid session, CancellationToken cancellationToken) =>
        sessions.EndAsync(user.Id, session, "ended from the account page.", user.DisplayName, cancellationToken);

    public Task<int> EndOtherSessionsAsync(PortalUser user, CancellationToken cancellationToken) =>
        sessions.EndAllAsync(user.Id, PortalClaims.SessionOf(signIn.Context.User), "ended from the account page.", user.DisplayName, cancellationToken);

    /// <summary>Tells of the change, gives this browser a cookie with the new stamp and ends all others.</summary>
    public async Task EndOthersAsync(PortalUser user, string told, CancellationToken cancellationToken)
    {
        await Users.UpdateSecurityStampAsync(user);
        await audit.TellAsync(user.DisplayName, "account", user.Id, told, cancellationToken);
        await signIn.RefreshSignInAsync(user);
        await sessions.EndAllAsync(user.Id, PortalClaims.SessionOf(signIn.Context.User), told, user.DisplayName, cancellationToken);
    }

    // Who has just set a second factor up has shown it.
    private Task ProveAsync(CancellationToken cancellationToken) =>
        PortalClaims.SessionOf(signIn.Context.User) is { } session ? sessions.ProveSecondFactorAsync(session, cancellationToken) : Task.CompletedTask;

    // An account that signs in through the organisation has no password to ask for.
    internal async Task<string?> PasswordProblemAsync(PortalUser user, string? password)
    {
        if (!await Users.HasPasswordAsync(user))
        {
            return null;
        }

        SignInResult check = await signIn.CheckPasswordSignInAsync(user, password ?? "", lockoutOnFailure: true);
        return check.Succeeded ? null : check.IsLockedOut ? "The account is locked for some minutes after too many wrong passwords." : WrongPassword;
    }

    private async Task<IReadOnlyList<string>> NewCodesAsync(PortalUser user) => [.. await Users.GenerateNewTwoFactorRecoveryCodesAsync(user, RecoveryCodes) ?? []];

    private static string DigitsOf(string code) => string.Concat(code.Where(char.IsAsciiDigit));

    private static string InGroups(string key)
    {
        var text = new StringBuilder();
        foreach ((int i, char letter) in key.Index())
        {
            text.Append(i > 0 && i % 4 == 0 ? " " : "").Append(char.ToLowerInvariant(letter));
        }

        return text.ToString();
    }
}
