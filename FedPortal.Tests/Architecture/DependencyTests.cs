using System.Diagnostics;
using System.Reflection;
using FedPortal.Data;
using FedPortal.Training.Models;
using FedPortal.Training.Processes;
using Xunit;

namespace FedPortal.Tests.Architecture;

/// <summary>The arrows in docs/architecture.md, as a test.</summary>
public class DependencyTests
{
    private static readonly Assembly[] OurAssemblies =
        [typeof(FedPortalDbContext).Assembly, typeof(GlobalModel).Assembly, Assembly.Load("FedPortal.Encryption"), Assembly.Load("fedportal-site")];

    [Theory]
    // The domain knows no database, no web and no screen.
    [InlineData("FedPortal.Rounds", "FedPortal.Data")]
    [InlineData("FedPortal.Rounds", "Microsoft.EntityFrameworkCore")]
    [InlineData("FedPortal.Rounds", "Microsoft.AspNetCore")]
    [InlineData("FedPortal.Rounds", "System.TimeProvider")]
    [InlineData("FedPortal.Studies", "FedPortal.Data")]
    [InlineData("FedPortal.Studies", "Microsoft.EntityFrameworkCore")]
    [InlineData("FedPortal.Studies", "Microsoft.AspNetCore")]
    [InlineData("FedPortal.Datasets", "FedPortal.Data")]
    [InlineData("FedPortal.Datasets", "Microsoft.EntityFrameworkCore")]
    [InlineData("FedPortal.Institutions", "FedPortal.Data")]
    [InlineData("FedPortal.Institutions", "Microsoft.EntityFrameworkCore")]
    [InlineData("FedPortal.Models", "FedPortal.Data")]
    [InlineData("FedPortal.Comparisons", "FedPortal.Data")]
    [InlineData("FedPortal.Comparisons", "Microsoft.EntityFrameworkCore")]
    [InlineData("FedPortal.Comparisons", "Microsoft.AspNetCore")]
    [InlineData("FedPortal.Runs", "FedPortal.Data")]
    [InlineData("FedPortal.Runs", "Microsoft.EntityFrameworkCore")]
    [InlineData("FedPortal.Runs", "Microsoft.AspNetCore")]
    [InlineData("FedPortal.Audit", "FedPortal.Data")]
    [InlineData("FedPortal.Audit", "Microsoft.EntityFrameworkCore")]
    [InlineData("FedPortal.Reports", "FedPortal.Data")]
    [InlineData("FedPortal.Reports", "Microsoft.EntityFrameworkCore")]
    [InlineData("FedPortal.Reports", "Microsoft.AspNetCore")]
    // Pages go through stores and never open a DbContext.
    [InlineData("FedPortal.Components", "Microsoft.EntityFrameworkCore")]
    [InlineData("FedPortal.Components", "FedPortal.Data.FedPortalDbContext")]
    // Storage knows no screen, no job and no address.
    [InlineData("FedPortal.Data", "FedPortal.Components")]
    [InlineData("FedPortal.Data", "FedPortal.Jobs")]
    [InlineData("FedPortal.Data", "FedPortal.Api")]
    // The portal never trains and never decodes.
    [InlineData("FedPortal.Components", "FedPortal.Training.Native.ClassifierModel")]
    [InlineData("FedPortal.Jobs", "FedPortal.Training.Native.ClassifierModel")]
    [InlineData("FedPortal.Jobs", "FedPortal.Training.Learning.LocalTrainer")]
    // The engine and the encryption know no web and no database.
    [InlineData("FedPortal.Training", "Microsoft.AspNetCore")]
    [InlineData("FedPortal.Training", "Microsoft.EntityFrameworkCore")]
    [InlineData("FedPortal.Encryption", "FedPortal.Training")]
    public void DoesNotDependOn(string module, string forbidden)
    {
        Type[] types = [.. OurAssemblies.SelectMany(assembly => assembly.GetTypes())];
        Assert.True(types.Any(type => IsUnder(type, module)), $"No type is under {module}; was it renamed?");
        Assert.True(!IsOurs(forbidden) || types.Any(type => IsUnder(type, forbidden)), $"No type is under {forbidden}; was it renamed?");

        var breaches =
            from type in types
            where IsUnder(type, module)
            from mentioned in TypeReferences.Of(type)
            where IsUnder(mentioned, forbidden)
            select $"{type.FullName} uses {mentioned.FullName}";

        Assert.True(!breaches.Any(), string.Join(Environment.NewLine, breaches.Distinct()));
    }

    [Fact]
    public void NativeCodeIsCalledFromTrainingNativeOnly()
    {
        // Zstandard comes from the system library and belongs to the file format that needs it.
        string[] allowed = ["FedPortal.Training.Native", "FedPortal.Encryption.Seal"];

        var breaches =
            from type in OurAssemblies.SelectMany(assembly => assembly.GetTypes())
            where !allowed.Any(module => IsUnder(type, module))
            from method in type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
            where method.Attributes.HasFlag(MethodAttributes.PinvokeImpl)
            select $"{type.FullName}.{method.Name}";

        Assert.True(!breaches.Any(), string.Join(Environment.NewLine, breaches));
    }

    [Fact]
    public void AnotherProgramIsDescribedInOnePlaceOnly()
    {
        // A Process may be started from what that place made, and from nothing else: neither from a name nor from a description of its own.
        static bool Describes(MethodBase called) => (called.DeclaringType == typeof(ProcessStartInfo) && called.IsConstructor)
            || (called.DeclaringType == typeof(Process) && (called.Name == "get_StartInfo" || (called is { Name: nameof(Process.Start), IsStatic: true } && called.GetParameters()[0].ParameterType != typeof(ProcessStartInfo))));

        string[] places =
        [
            .. from type in OurAssemblies.SelectMany(assembly => assembly.GetTypes())
               from called in TypeReferences.CallsOf(type)
               where Describes(called)
               select type.FullName!,
        ];

        Assert.Equal([typeof(ChildProgram).FullName!], places.Distinct());
    }

    private static bool IsOurs(string name) => name.StartsWith("FedPortal", StringComparison.Ordinal);

    private static bool IsUnder(Type type, string prefix) =>
        type.FullName is string name && (name == prefix || name.StartsWith(prefix + ".", StringComparison.Ordinal));
}
