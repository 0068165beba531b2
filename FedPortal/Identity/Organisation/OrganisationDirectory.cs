using System.Text.Json;
using Microsoft.Extensions.Options;

namespace FedPortal.Identity.Organisation;

/// <summary>What the provider says about itself.</summary>
internal sealed record OrganisationAddresses(string Issuer, Uri Authorization, Uri Token, Uri Keys);

/// <summary>The provider's addresses and signing keys, asked once an hour; keys again at most once a minute when one is unknown.</summary>
internal sealed class OrganisationDirectory(IHttpClientFactory clients, IOptions<OrganisationOptions> options, TimeProvider clock) : IDisposable
{
    public const string Client = "organisation";
    private static readonly TimeSpan Fresh = TimeSpan.FromHours(1);
    private static readonly TimeSpan KeyPause = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _one = new(1, 1);
    private OrganisationAddresses? _addresses;
    private DateTimeOffset _addressesAt;
    private IReadOnlyList<JsonElement> _keys = [];
    private DateTimeOffset _keysAt = DateTimeOffset.MinValue;

    /// <exception cref="HttpRequestException">The provider does not answer.</exception>
    /// <exception cref="InvalidDataException">Its document is not one.</exception>
    public async Task<OrganisationAddresses> AddressesAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (_addresses is null || clock.GetUtcNow() - _addressesAt > Fresh)
            {
                _addresses = Read(await GetAsync(new Uri($"{options.Value.Authority.TrimEnd('/')}/.well-known/openid-configuration"), cancellationToken));
                _addressesAt = clock.GetUtcNow();
            }

            return _addresses;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <returns>The signing key of that id as a JSON web key, or null when the provider has none.</returns>
    public async Task<JsonElement?> KeyAsync(string? keyId, CancellationToken cancellationToken)
    {
        OrganisationAddresses addresses = await AddressesAsync(cancellationToken);
        await _one.WaitAsync(cancellationToken);
        try
        {
            DateTimeOffset now = clock.GetUtcNow();
            bool isStale = now - _keysAt > Fresh;
            if (isStale || (Find(keyId) is null && now - _keysAt > KeyPause))
            {
                JsonElement document = await GetAsync(addresses.Keys, cancellationToken);
                _keys = document.TryGetProperty("keys", out JsonElement keys) && keys.ValueKind == JsonValueKind.Array ? [.. keys.EnumerateArray()] : [];
                _keysAt = now;
            }

            return Find(keyId);
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private JsonElement? Find(string? keyId)
    {
        JsonElement[] fitting = [.. _keys.Where(key => keyId is null || Text(key, "kid") == keyId)];
        return fitting.Length == 1 ? fitting[0] : null;
    }

    private OrganisationAddresses Read(JsonElement document)
    {
        string issuer = Text(document, "issuer") ?? "";
        if (issuer.TrimEnd('/') != options.Value.Authority.TrimEnd('/'))
        {
            throw new InvalidDataException($"The provider at {options.Value.Authority} calls itself '{issuer}'.");
        }

        return new OrganisationAddresses(issuer, Address("authorization_endpoint"), Address("token_endpoint"), Address("jwks_uri"));

        Uri Address(string name) => Uri.TryCreate(Text(document, name), UriKind.Absolute, out Uri? address) && (address.Scheme == "https" || address.IsLoopback)
            ? address
            : throw new InvalidDataException($"The provider's document has no https address under '{name}'.");
    }

    private async Task<JsonElement> GetAsync(Uri address, CancellationToken cancellationToken)
    {
        using HttpClient client = clients.CreateClient(Client);
        using HttpResponseMessage answer = await client.GetAsync(address, cancellationToken);
        answer.EnsureSuccessStatusCode();
        try
        {
            return (await answer.Content.ReadFromJsonAsync<JsonDocument>(cancellationToken))!.RootElement;
        }
        catch (JsonException broken)
        {
            throw new InvalidDataException($"{address} did not answer with JSON.", broken);
        }
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
