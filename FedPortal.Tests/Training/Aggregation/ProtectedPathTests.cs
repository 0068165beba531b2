using FedPortal.Training.Aggregation;
using FedPortal.Training.Perturbation;
using FedPortal.Training.Submission;
using Xunit;

namespace FedPortal.Tests.Training.Aggregation;

public class ProtectedPathTests
{
    [Theory]
    [InlineData(typeof(PerturbedUpdate))]
    [InlineData(typeof(EncryptedUpdate))]
    [InlineData(typeof(EncryptedAggregate))]
    public void ProtectedTypes_CannotBeMadeOutsideTheEngine(Type type)
    {
        Assert.Empty(type.GetConstructors());
        Assert.True(type.IsSealed);
    }
}
