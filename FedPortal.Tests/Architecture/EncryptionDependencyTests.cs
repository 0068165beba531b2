using System.Reflection;
using FedPortal.Encryption.SecureAggregation.Aggregation;
using FedPortal.Encryption.SecureAggregation.Identity;
using FedPortal.Encryption.SecureAggregation.Kernels;
using FedPortal.Encryption.SecureAggregation.Sharing;
using FedPortal.Encryption.SecureAggregation.Submission;
using FedPortal.Encryption.SecureAggregation.Unlocking;
using FedPortal.Training.Aggregation;
using FedPortal.Training.Learning;
using FedPortal.Training.Perturbation;
using FedPortal.Training.Screening;
using UpdateEncryption = FedPortal.Training.Submission.UpdateEncryption;
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

    /// <summary>What the portal does before the sum is unlocked: screening and adding.</summary>
    [Theory]
    [InlineData(typeof(EncryptedAggregation))]
    [InlineData(typeof(UpdateScreening))]
    public void TheEnginesOwnAggregation_CannotNameOneEither(Type member)
    {
        Type[] module = [.. member.Assembly.GetTypes().Where(type => type.Namespace == member.Namespace)];

        var breaches =
            from type in module
            from secret in TypeReferences.Of(type).Intersect(Secrets)
            select $"{type.Name} mentions {secret.Name}";

        Assert.Contains(member, module);
        Assert.Empty(breaches);
    }

    [Fact]
    public void TheEncryptorTakesAPerturbedUpdateOnly()
    {
        ParameterInfo[] parameters = [.. typeof(UpdateEncryption).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).SelectMany(method => method.GetParameters())];

        Assert.Contains(parameters, parameter => parameter.ParameterType == typeof(PerturbedUpdate));
        Assert.DoesNotContain(parameters, parameter => parameter.ParameterType == typeof(ModelUpdate) || parameter.ParameterType == typeof(float[]));
    }

    [Fact]
    public void TheCheckItself_FindsAKeyWhereThereIsOne()
    {
        Assert.Contains(typeof(SumKey), TypeReferences.Of(typeof(SumUnlocking)));
        Assert.Contains(typeof(OneTimeKey), TypeReferences.Of(typeof(Participation)));
    }
}
