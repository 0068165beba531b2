using System.CommandLine;

namespace FedPortal.Site.CommandLine.Ckks;

/// <summary><c>ckks</c>: homomorphic encryption on files that Microsoft SEAL reads and writes.</summary>
internal static class CkksCommand
{
    public static Command Create() => new("ckks", "CKKS encryption on Microsoft SEAL's files.")
    {
        CkksParamsVerb.Create(),
        CkksKeygenVerb.Create(),
        CkksEncryptVerb.Create(),
        CkksAddVerb.Create(),
        CkksDecryptVerb.Create(),
        CkksInfoVerb.Create(),
        CkksIdsVerb.Create(),
    };
}
