using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using FedPortal.Encryption.SecureAggregation.Rounds;

namespace FedPortal.Encryption.SecureAggregation.Unlocking;

/// <summary>
/// An institution's memory of the rounds it has answered, one small file each, on disk before the answer leaves the house. What is written
/// here is never answered again, whatever happened to the answer.
/// </summary>
/// <remarks>
/// A file is named SHA-256(study, round) in hexadecimal, a dash, and the number of the answer in that round; it holds the study, round, attempt
/// and the hash of the accepted set as lines of text. A file that exists counts, even when it is empty.
/// </remarks>
public sealed class AnswerJournal
{
    private readonly string _directory;
    private readonly int _answersPerRound;

    /// <param name="directory">Private to the institution; made if missing.</param>
    /// <param name="answersPerRound">
    /// How many attempts of one round may be answered. 1 unless the institution's policy says otherwise: two answered attempts of one round can
    /// reveal the difference between their sets, so each counts as a release.
    /// </param>
    public AnswerJournal(string directory, int answersPerRound = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(answersPerRound, 1);
        Directory.CreateDirectory(directory);
        _directory = directory;
        _answersPerRound = answersPerRound;
    }

    /// <summary>Records that the round is being answered, for this set.</summary>
    /// <returns>Null when recorded: answer now. Otherwise why there must be no answer.</returns>
    public string? TryRecord(RoundDescription description, ReadOnlyMemory<byte> acceptedSetHash)
    {
        string entry = string.Create(CultureInfo.InvariantCulture,
            $"{description.Study}\n{description.Round}\n{description.Attempt}\n{Convert.ToHexStringLower(acceptedSetHash.Span)}\n");
        for (int answer = 0; answer < _answersPerRound; answer++)
        {
            string path = PathOf(description, answer);
            if (TryCreate(path, entry))
            {
                return null;
            }

            if (!IsAnotherAttempt(path, description))
            {
                return $"Attempt {description.Attempt} of round {description.Round} was answered before.";
            }
        }

        return $"Round {description.Round} was answered in {_answersPerRound} attempts, which is all that the policy allows.";
    }

    /// <returns>Whether this attempt was answered, or may have been.</returns>
    public bool IsRecorded(RoundDescription description) => Enumerable.Range(0, _answersPerRound)
        .Select(answer => PathOf(description, answer)).Any(path => File.Exists(path) && !IsAnotherAttempt(path, description));

    private static bool TryCreate(string path, string entry)
    {
        try
        {
            // CreateNew is the lock: of two processes one gets the file. Readers are let in: where they are kept out by a lock of the file, one that is faster
            // than that lock would take it, and nobody could answer any more.
            using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
            file.Write(Encoding.UTF8.GetBytes(entry));
            file.Flush(flushToDisk: true);
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            return false;
        }
    }

    // A file cut short by a crash, or one that another process is writing just now, could be any attempt, so it counts as this one.
    private static bool IsAnotherAttempt(string path, RoundDescription description)
    {
        try
        {
            return File.ReadAllLines(path) is [_, _, string attempt, { Length: 2 * SHA256.HashSizeInBytes }]
                && int.TryParse(attempt, CultureInfo.InvariantCulture, out int number) && number != description.Attempt;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private string PathOf(RoundDescription description, int answer)
    {
        byte[] name = SHA256.HashData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{description.Study}\n{description.Round}")));
        return Path.Combine(_directory, FormattableString.Invariant($"{Convert.ToHexStringLower(name)}-{answer}"));
    }
}
