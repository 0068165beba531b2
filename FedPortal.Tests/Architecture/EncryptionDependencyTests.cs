using System.Reflection;
using FedPortal.Encryption.SecureAggregation.Aggregation;
using FedPortal.Encryption.SecureAggregation.Identity;
using FedPortal.Encryption.SecureAggregation.Kernels;
using FedPortal.Encryption.SecureAggregation.Sharing;
using FedPortal.Encryption.SecureAggregation.Submission;
using FedPortal.Encryption.SecureAggregation.Unlocking;
using Xunit;

namespace FedPortal.Tests.Architecture;

public class EncryptionDependencyTests
{
    private static readonly Assembly Encryption = typeof(CiphertextSum).Assembly;

    private static readonly Type[] Secrets =
        [typeof(OneTimeKey), typeof(SumKey), typeof(SecretShare), typeof(InstitutionIdentity), typeof(PreparedKey), typeof(RingFactor)];

    [Fact]
    public void Encryption_KnowsOnlyTheBaseLibrary()
    {
        IEnumerable<string?> others = Encryption.GetReferencedAssemblies().Select(assembly => assembly.Name)
            .Where(name => name is not null && !name.StartsWith("System.", StringComparison.Ordinal));

        Assert.Empty(others);
        Assert.DoesNotContain(Encryption.GetReferencedAssemblies(), assembly => assembly.Name!.StartsWith("System.Net", StringComparison.Ordinal)
            || assembly.Name.StartsWith("System.Data", StringComparison.Ordinal));
    }

    [Fact]
    public void Aggregation_CannotNameASecretKey()
    {
        Type[] aggregation = [.. Encryption.GetTypes().Where(type => type.Namespace == typeof(CiphertextSum).Namespace)];

        var breaches =
            from type in aggregation
            from secret in TypeReferences.Of(type).Intersect(Secrets)
            select $"{type.Name} mentions {secret.Name}";

        Assert.Contains(typeof(CiphertextSum), aggregation);
        Assert.Empty(breaches);
    }

    [Fact]
    public void TheCheckItself_FindsAKeyWhereThereIsOne()
    {
        Assert.Contains(typeof(SumKey), TypeReferences.Of(typeof(SumUnlocking)));
        Assert.Contains(typeof(OneTimeKey), TypeReferences.Of(typeof(Participation)));
    }
}
