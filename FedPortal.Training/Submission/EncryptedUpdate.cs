using FedPortal.Encryption.SecureAggregation.Aggregation;
using FedPortal.Encryption.SecureAggregation.Rounds;
using FedPortal.Encryption.SecureAggregation.Submission;
using FedPortal.Training.Screening;

namespace FedPortal.Training.Submission;

/// <summary>
/// One institution's <see cref="Perturbation.PerturbedUpdate"/> after encryption: what may travel to the aggregator. The ciphertext itself is a file or a stream
/// and never wholly in memory; this is its name, its hash and what its sender says about it. Only the encryption of a perturbed update makes one, or, at the
/// portal, the inspection of a ciphertext that arrived.
/// </summary>
public sealed class EncryptedUpdate
{
    private readonly UpdateStatement _statement;

    internal EncryptedUpdate(SignedRound round, UpdateStatement statement, long byteCount)
    {
        _statement = statement;
        Name = round.Cards[statement.Sender].Name;
        Weight = round.Description.Members[statement.Sender].Weight;
        ByteCount = byteCount;
    }

    /// <summary>The sender's place in the roster.</summary>
    public int Place => _statement.Sender;

    /// <summary>The sender's name in the roster.</summary>
    public string Name { get; }

    /// <summary>The sender's weight in the sum.</summary>
    public int Weight { get; }

    /// <summary>SHA-256 of the ciphertext's header and body, 64 hexadecimal digits.</summary>
    public string Hash => _statement.UpdateHash;

    /// <summary>Of the ciphertext on the wire.</summary>
    public long ByteCount { get; }

    /// <summary>Number of training images behind the update, as its sender says.</summary>
    public long SampleCount => _statement.SampleCount;

    /// <summary>Null where the round has no sketches.</summary>
    public UpdateSketch? Sketch => _statement.Sketch.IsEmpty ? null : new UpdateSketch(_statement.Sketch);

    /// <summary>The signed statement that travels beside the ciphertext.</summary>
    public ReadOnlyMemory<byte> Statement => _statement.ToBytes();

    /// <summary>The portal's check of what arrived: the statement's form and signature, then the whole ciphertext, read once and streaming.</summary>
    /// <param name="ciphertext">From its first byte; read to its end.</param>
    /// <param name="statement">The bytes of <see cref="Statement"/>.</param>
    /// <param name="round">The round it must belong to.</param>
    /// <param name="sketchDimensions">Values a sketch must have; 0 for rounds without.</param>
    /// <param name="threads">How many cores to use.</param>
    /// <param name="cancellationToken">Stops between pieces.</param>
    /// <returns>The update, or null and a reason to put it aside.</returns>
    public static (EncryptedUpdate? Update, Verdict Verdict) Inspect(
        Stream ciphertext, ReadOnlySpan<byte> statement, SignedRound round, int sketchDimensions, int threads = 1, CancellationToken cancellationToken = default)
    {
        try
        {
            var opened = UpdateStatement.Open(statement, round);
            if (opened.Sketch.Length != sketchDimensions)
            {
                return (null, new Verdict(opened.Sender, $"Expected a sketch of {sketchDimensions} values but got {opened.Sketch.Length}."));
            }

            Verdict verdict = UpdateInspection.Inspect(ciphertext, round, threads, cancellationToken);
            if (verdict.Accepted && (verdict.Sender != opened.Sender || verdict.Hash != opened.UpdateHash))
            {
                return (null, new Verdict(opened.Sender, $"Expected the update {opened.UpdateHash} that the statement names but got {verdict.Hash}."));
            }

            return verdict.Accepted
                ? (new EncryptedUpdate(round, opened, UpdateSize.Of(round.Description)), verdict)
                : (null, verdict with { Sender = opened.Sender });
        }
        catch (FormatException exception)
        {
            return (null, new Verdict(-1, exception.Message));
        }
    }

    /// <summary>The portal after a restart: the update as inspected before, without reading the ciphertext again. The sum checks the hash once more.</summary>
    /// <param name="statement">The bytes of <see cref="Statement"/>.</param>
    /// <param name="round">The round it must belong to.</param>
    /// <exception cref="FormatException">The statement is not what was accepted.</exception>
    public static EncryptedUpdate Reopen(ReadOnlySpan<byte> statement, SignedRound round) =>
        new(round, UpdateStatement.Open(statement, round), UpdateSize.Of(round.Description));
}
