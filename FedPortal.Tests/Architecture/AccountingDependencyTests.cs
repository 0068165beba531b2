using System.Reflection;
using FedPortal.Training.Accounting;
using FedPortal.Training.Perturbation;
using Xunit;

namespace FedPortal.Tests.Architecture;

/// <summary>The accountant can be read, and trusted, without the code that it accounts for.</summary>
public class AccountingDependencyTests
{
    private const string Accounting = "FedPortal.Training.Accounting";
    private const string Ledger = "FedPortal.Training.Ledger";
    private const string Signing = "FedPortal.Training.Signing";

    [Fact]
    public void AccountingUsesNothingElseOfTheProduct() => AssertUsesOnly(Accounting, Accounting);

    [Fact]
    public void TheLedgerUsesTheAccountantAndSignaturesOnly() => AssertUsesOnly(Ledger, Ledger, Accounting, Signing);

    [Fact]
    public void TheTestWouldNoticeATrainer()
    {
        Type perturbation = typeof(UpdatePerturbation);

        Assert.Contains(TypeReferences.Of(perturbation), type => type.FullName == "FedPortal.Training.Learning.ModelUpdate");
    }

    private static void AssertUsesOnly(string module, params string[] allowed)
    {
        Assembly assembly = typeof(PrivacyAccountant).Assembly;
        Type[] types = [.. assembly.GetTypes().Where(type => IsUnder(type, module))];
        Assert.NotEmpty(types);

        var breaches =
            from type in types
            from mentioned in TypeReferences.Of(type)
            where mentioned.FullName?.StartsWith("FedPortal", StringComparison.Ordinal) == true && !allowed.Any(name => IsUnder(mentioned, name))
            select $"{type.FullName} uses {mentioned.FullName}";

        Assert.True(!breaches.Any(), string.Join(Environment.NewLine, breaches));
    }

    private static bool IsUnder(Type type, string module) =>
        type.FullName is string name && name.StartsWith(module + ".", StringComparison.Ordinal);
}
