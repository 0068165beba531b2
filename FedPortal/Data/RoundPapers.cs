using System.Collections.Concurrent;
using FedPortal.Encryption.SecureAggregation.Aggregation;
using FedPortal.Encryption.SecureAggregation.Identity;
using FedPortal.Encryption.SecureAggregation.Rounds;
using FedPortal.Rounds;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Data;

/// <summary>The signed papers of protected rounds: what was signed is a blob, so every process sees the same bytes after a restart.</summary>
internal sealed class RoundPapers(IDbContextFactory<FedPortalDbContext> contexts, BlobStore blobs, PortalIdentity portal)
{
    private readonly ConcurrentDictionary<string, SignedRound> _opened = new();

    public byte[] PortalCard => portal.Keys.Card.ToBytes();

    /// <summary>Signs and stores a description.</summary>
    public async Task<string> PublishAsync(RoundDescription description, CancellationToken cancellationToken) =>
        await StoreAsync(SignedRound.Publish(portal.Keys.Identity, description), cancellationToken);

    /// <summary>Signs and stores the set of accepted updates.</summary>
    public async Task<string> PublishAsync(SignedRound round, IReadOnlyDictionary<int, string> accepted, CancellationToken cancellationToken) =>
        await StoreAsync(AcceptedSet.Publish(portal.Keys.Identity, round, accepted), cancellationToken);

    public byte[] DescriptionOf(Round round) => BytesOf(round.DescriptionHash ?? throw new InvalidOperationException($"Round {round.Number} is not protected."));

    public byte[] AcceptedSetOf(Round round) => BytesOf(round.AcceptedSetHash ?? throw new InvalidOperationException($"Round {round.Number} has no accepted set yet."));

    public byte[] BytesOf(string hash) => File.ReadAllBytes(blobs.PathOf(hash));

    public async Task<SignedRound> OpenAsync(Round round, CancellationToken cancellationToken)
    {
        if (_opened.TryGetValue(round.DescriptionHash ?? "", out SignedRound? known))
        {
            return known;
        }

        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        List<byte[]> cards = await db.InstitutionKeys.Select(key => key.Card).ToListAsync(cancellationToken);
        return _opened.GetOrAdd(round.DescriptionHash!, SignedRound.Open(DescriptionOf(round), portal.Keys.Card, cards.Select(card => InstitutionCard.Parse(card))));
    }

    /// <summary>The place of an institution in the round's roster.</summary>
    /// <param name="shortCode">The name on its card.</param>
    public static int PlaceOf(SignedRound round, string? shortCode)
    {
        int place = round.Description.Members.ToList().FindIndex(member => member.Name == shortCode);
        return place >= 0 ? place : throw new InvalidDataException($"{shortCode ?? "The consortium"} is not in the roster of round {round.Description.Round} attempt {round.Description.Attempt}.");
    }

    /// <summary>Envelopes that a site dealt, one for each helper.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Split(byte[] shares, SignedRound round)
    {
        int helpers = round.Description.Helpers.Count;
        int length = shares.Length / helpers;
        return Enumerable.Range(0, helpers).Select(helper => (ReadOnlyMemory<byte>)shares.AsMemory(helper * length, length));
    }

    /// <summary>The intake of a round as far as it has come, put together from what is stored.</summary>
    /// <param name="participations">Those that dealt shares; only submitted ones count.</param>
    public RoundIntake IntakeOf(SignedRound round, IEnumerable<(string ShortCode, Participation Part)> participations)
    {
        var intake = new RoundIntake(round);
        foreach ((string code, Participation part) in participations.Where(entry => entry.Part is { SharesHash: not null, CiphertextHash: not null }))
        {
            foreach (ReadOnlyMemory<byte> envelope in Split(BytesOf(part.SharesHash!), round))
            {
                intake.Receive(envelope.Span);
            }

            intake.Receive(new Verdict(PlaceOf(round, code), null, part.CiphertextHash));
        }

        return intake;
    }

    private async Task<string> StoreAsync(byte[] signed, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream(signed);
        return (await blobs.ReceiveAsync(content, expectedHash: null, long.MaxValue, cancellationToken)).Hash;
    }
}
