using System.Globalization;
using FedPortal.Encryption.Ckks;
using FedPortal.Encryption.Seal;
using FedPortal.Tests.Support;

namespace FedPortal.Tests.Encryption.Seal;

/// <summary>One set of the files that Microsoft SEAL 4.4.3 wrote.</summary>
internal sealed class SealVectors
{
    private readonly string _prefix;

    public SealVectors(string set)
    {
        _prefix = Path.Combine(SharedData.Require("vectors/seal"), set);

        // The set "rej" is insecure on purpose: its primes make the rejection loop run.
        Parameters = SealParametersFile.Read(Bytes("parms"), SecurityLevel.Unchecked);
        Context = new CkksContext(Parameters);
        Values = [.. File.ReadLines(_prefix + ".vals").Select(line => double.Parse(line, CultureInfo.InvariantCulture))];
    }

    /// <summary>How SEAL 4.4.3 writes.</summary>
    public static SealWriteOptions AsWritten { get; } = new(MinorVersion: 4);

    public CkksParameters Parameters { get; }

    public CkksContext Context { get; }

    public double[] Values { get; }

    public byte[] Bytes(string suffix) => File.ReadAllBytes(_prefix + "." + suffix);
}
