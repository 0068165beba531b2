using Microsoft.Playwright;

namespace FedPortal.Tests.Support;

/// <summary>A passkey holder inside Chromium, by its debugging protocol: it answers at once, as a person with a fingerprint would.</summary>
internal sealed class VirtualAuthenticator : IAsyncDisposable
{
    private readonly ICDPSession _session;

    private VirtualAuthenticator(ICDPSession session) => _session = session;

    public static async Task<VirtualAuthenticator> AddAsync(IPage page)
    {
        ICDPSession session = await page.Context.NewCDPSessionAsync(page);
        await session.SendAsync("WebAuthn.enable");
        await session.SendAsync("WebAuthn.addVirtualAuthenticator", new Dictionary<string, object>
        {
            ["options"] = new Dictionary<string, object>
            {
                ["protocol"] = "ctap2",
                ["transport"] = "internal",
                ["hasResidentKey"] = true,
                ["hasUserVerification"] = true,
                ["isUserVerified"] = true,
                ["automaticPresenceSimulation"] = true,
            },
        });
        return new VirtualAuthenticator(session);
    }

    public ValueTask DisposeAsync() => new(_session.DetachAsync());
}
