using System.Reflection;
using FedPortal.Encryption.Ckks;
using FedPortal.Tests.Architecture;
using Xunit;

namespace FedPortal.Tests.Encryption;

public class EncryptionBoundaryTests
{
    [Fact]
    public void TheLibraryUsesNothingButTheRuntime()
    {
        AssemblyName[] used = typeof(CkksContext).Assembly.GetReferencedAssemblies();

        Assert.NotEmpty(used);
        Assert.All(used, assembly => Assert.StartsWith("System.", assembly.Name, StringComparison.Ordinal));
    }

    [Fact]
    public void WhoComputesOnCiphertextsCannotNameASecretKey()
    {
        Assert.DoesNotContain(typeof(SecretKey), TypeReferences.Of(typeof(CkksEvaluator)));
        Assert.Contains(typeof(SecretKey), TypeReferences.Of(typeof(CkksDecryptor)));
    }
}
