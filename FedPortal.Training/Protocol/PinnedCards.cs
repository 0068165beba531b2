using System.Text.Json;
using FedPortal.Encryption.SecureAggregation.Identity;

namespace FedPortal.Training.Protocol;

/// <summary>
/// The fingerprints that a site has accepted, by name, in <c>pins.json</c> of its home: the portal's and the other institutions'. The first card
/// of a name is pinned and told to the log, so that a person can compare it over another channel; a card that changes later is refused.
/// </summary>
public sealed class PinnedCards(SiteHome home, Action<string> say)
{
    /// <summary>The portal has no short code, so no institution's name can be this one.</summary>
    private const string Portal = "(portal)";

    private readonly SortedDictionary<string, string> _pins = File.Exists(home.PinsFile)
        ? JsonSerializer.Deserialize<SortedDictionary<string, string>>(File.ReadAllText(home.PinsFile), ProtocolJson.Options) ?? []
        : [];

    /// <exception cref="InvalidDataException">The card is not the pinned one.</exception>
    public InstitutionCard RequirePortal(byte[] card) => Require(Portal, card);

    /// <exception cref="InvalidDataException">A card is not the pinned one of its name.</exception>
    public IReadOnlyList<InstitutionCard> Require(IEnumerable<byte[]> cards) => [.. cards.Select(card => Require(null, card))];

    private InstitutionCard Require(string? name, byte[] bytes)
    {
        InstitutionCard card = Parse(bytes);
        name ??= card.Name;
        if (_pins.TryGetValue(name, out string? pinned))
        {
            return pinned == card.Fingerprint
                ? card
                : throw new InvalidDataException($"The keys of {name} have changed: expected the pinned fingerprint {pinned} but the portal shows {card.Fingerprint}. If this change is known, remove '{name}' from {Path.GetFileName(home.PinsFile)}.");
        }

        _pins.Add(name, card.Fingerprint);
        PrivateFile.Write(home.PinsFile, JsonSerializer.SerializeToUtf8Bytes(_pins, ProtocolJson.Options));
        say($"the keys of {name} are pinned: {card.Fingerprint}");
        return card;
    }

    private static InstitutionCard Parse(byte[] bytes)
    {
        try
        {
            return InstitutionCard.Parse(bytes);
        }
        catch (FormatException bad)
        {
            throw new InvalidDataException(bad.Message, bad);
        }
    }
}
