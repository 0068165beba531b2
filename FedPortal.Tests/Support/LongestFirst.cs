using FedPortal.Tests.Support;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace FedPortal.Tests.Support;

/// <summary>The long collections begin at once and the small ones fill the time beside them; in an order by chance a long one could begin when all others are done.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    public const string EndToEnd = "EndToEnd";
    public const string Browser = "Browser";
    public const string Jobs = "Jobs";

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection => [.. testCollections.OrderBy(collection => collection.TestCollectionDisplayName is EndToEnd or Browser or Jobs ? 0 : 1)];
}
