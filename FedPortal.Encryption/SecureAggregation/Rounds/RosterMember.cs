namespace FedPortal.Encryption.SecureAggregation.Rounds;

/// <summary>An institution in a round.</summary>
/// <param name="Name">As on its card.</param>
/// <param name="Fingerprint">Of its card: 64 hexadecimal digits.</param>
/// <param name="Weight">What it multiplies its integer values with before encryption, from 1.</param>
/// <param name="IsHelper">Whether it holds shares and answers at unlock.</param>
public sealed record RosterMember(string Name, string Fingerprint, int Weight = 1, bool IsHelper = true);
