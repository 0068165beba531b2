using System.Globalization;
using System.Text;
using FedPortal.Training.Protocol;

namespace FedPortal.Models;

/// <summary>One finished attack test.</summary>
/// <param name="OutcomeHash">Of its stored result.</param>
/// <param name="EpsilonFound">Null for tests that give no bound.</param>
public sealed record AttackEvidence(AttackKind Kind, string OutcomeHash, double? EpsilonFound);

/// <summary>All that a release is decided on.</summary>
/// <param name="ModelHash">SHA-256 of the model file.</param>
/// <param name="Evaluations">Hashes of the stored reports; empty when the version was not evaluated.</param>
/// <param name="Attacks">Finished tests of this version.</param>
/// <param name="ClaimedEpsilon">Null where nothing is claimed.</param>
public sealed record ReleaseEvidence(string ModelHash, IReadOnlyList<string> Evaluations, IReadOnlyList<AttackEvidence> Attacks, double? ClaimedEpsilon)
{
    /// <summary>Loss-threshold membership inference is the test that every model needs.</summary>
    public bool IsAttacked => Attacks.Any(attack => attack.Kind == AttackKind.Membership);

    public bool IsEvaluated => Evaluations.Count > 0;

    /// <summary>Tests whose lower bound is above the claim. Where nothing is claimed, nothing can be exceeded.</summary>
    public IReadOnlyList<AttackEvidence> Exceeding => [.. Attacks.Where(attack => attack.EpsilonFound > ClaimedEpsilon)];

    /// <summary>SHA-256 of everything above in a fixed order and form: what a signature is for.</summary>
    public string Digest
    {
        get
        {
            var text = new StringBuilder("fedportal-release-1\n");
            text.Append(CultureInfo.InvariantCulture, $"model {ModelHash}\n");
            foreach (string evaluation in Evaluations.Order(StringComparer.Ordinal))
            {
                text.Append(CultureInfo.InvariantCulture, $"evaluation {evaluation}\n");
            }

            foreach (AttackEvidence attack in Attacks.OrderBy(attack => attack.OutcomeHash, StringComparer.Ordinal))
            {
                text.Append(CultureInfo.InvariantCulture, $"attack {attack.Kind} {attack.OutcomeHash} {attack.EpsilonFound:R}\n");
            }

            text.Append(CultureInfo.InvariantCulture, $"claim {(ClaimedEpsilon is { } epsilon ? epsilon.ToString("R", CultureInfo.InvariantCulture) : "none")}\n");
            return ContentHash.OfText(text.ToString());
        }
    }
}
